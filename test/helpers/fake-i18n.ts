import {en as english} from '../../locales/en.ts';

/** Gives tests the extension's English messages through `chrome.i18n`. */
export const installI18n = (): void => speak(english);

/** The messages of a language. */
export function speak(messages: Readonly<Record<string, string | undefined>>): void {
	const getMessage = (key: string) => (Object.hasOwn(messages, key) && messages[key]) || '';
	const chrome = (globalThis as {chrome?: object}).chrome ?? {};
	Object.assign(globalThis, {chrome: Object.assign(chrome, {i18n: {getMessage}})});
}
