import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {en} from '../locales/en.ts';
import {zh_CN} from '../locales/zh_CN.ts';

export type Messages = Readonly<Record<string, string | undefined>>;

/** The messages of every language, by the browsers' name for it. */
export const LANGUAGES: Readonly<Record<string, Messages>> = {en, zh_CN};

/** Writes `_locales` as browsers read it. Values are put in by `client/browser/i18n.ts`: the names in braces stay. */
export function writeLocales(folder: string): void {
	for (const [language, messages] of Object.entries(LANGUAGES)) {
		mkdirSync(join(folder, language), {recursive: true});
		const written = Object.entries(messages).map(([key, message = '']) => [
			key,
			{message: message.replaceAll('$', '$$$$')},
		]);
		writeFileSync(join(folder, language, 'messages.json'), JSON.stringify(Object.fromEntries(written)));
	}
}
