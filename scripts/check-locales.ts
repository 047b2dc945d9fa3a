/** Checks that every language has every message, that each is used, and that placeholders agree. Run by `npm run build`. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {LANGUAGES, type Messages} from './locales.ts';

/** The language that the keys are typed by, and that the others are measured against. */
const REFERENCE = 'en';

/** Limits of the Chrome Web Store, in characters, on what it reads from the messages. */
const STORE_LIMITS: Record<string, number> = {common_name: 75, common_description: 132};

/** Whether a language never asks for a key: one for a number or a rank of a form that its grammar does not have. */
function isNeedless(key: string, language: string): boolean {
	const form = /_(one|two|few)$/.exec(key)?.[1] as Intl.LDMLPluralRule | undefined;
	if (form === undefined) return false;
	const type = key.startsWith('common_ordinal_') ? 'ordinal' : 'cardinal';
	const rules = new Intl.PluralRules(language.replace('_', '-'), {type});
	return !rules.resolvedOptions().pluralCategories.includes(form);
}

const placeholders = (message: string) =>
	[...new Set(message.replace(/\{\{|\}\}/g, '').match(/\{@?\w+\}/g))].sort().join(' ');

/**
 * Whether a key is named in the code: as a whole, as one of a pair for singular and plural, or by the beginning that a
 * template literal builds it from (`options_group_${name}`).
 */
export function isUsed(key: string, code: string): boolean {
	const isNamed = (name: string) => new RegExp(`(['"\`])${name}\\1|__MSG_${name}__`).test(code);
	if (isNamed(key)) return true;
	const stem = key.replace(/_(?:zero|one|two|few|many|other)$/, '');
	if (stem !== key && isNamed(stem)) return true;
	for (let end = key.lastIndexOf('_'); end > 0; end = key.lastIndexOf('_', end - 1)) {
		if (code.includes(`\`${key.slice(0, end + 1)}\${`)) return true;
	}
	return false;
}

/** Everything wrong with the messages of all languages, one sentence each. */
export function problemsOfMessages(languages: Record<string, Messages>, code: string): string[] {
	const reference = languages[REFERENCE];
	const textOf = (language: string, key: string) => languages[language][key] ?? '';
	const problems = Object.keys(reference)
		.filter(key => !isUsed(key, code))
		.map(key => `The message ${key} is used nowhere.`);
	for (const [, key] of code.matchAll(/__MSG_(\w+)__/g)) {
		if (!reference[key]) problems.push(`${REFERENCE} lacks the message ${key}.`);
	}
	for (const [language, messages] of Object.entries(languages)) {
		for (const key of Object.keys(reference)) {
			if (!messages[key] && isNeedless(key, language) && reference[key.replace(/_[a-z]+$/, '_other')]) continue;
			if (!messages[key]) problems.push(`${language} lacks the message ${key}.`);
			else if (placeholders(textOf(language, key)) !== placeholders(textOf(REFERENCE, key)))
				problems.push(`${language}: ${key} has other placeholders than ${REFERENCE}.`);
		}
		for (const [key, message = ''] of Object.entries(messages)) {
			if (/["']/.test(message)) problems.push(`${language}: ${key} has a straight quotation mark or apostrophe.`);
			if (message.trim() === '') problems.push(`${language}: ${key} is empty.`);
			if (!reference[key]) problems.push(`${language} has the message ${key}, which ${REFERENCE} lacks.`);
		}
		for (const [key, limit] of Object.entries(STORE_LIMITS)) {
			const length = [...(messages[key] ?? '')].length;
			if (length > limit) problems.push(`${language}: ${key} has ${length} characters; a store takes ${limit}.`);
		}
	}
	return problems;
}

/** Everything wrong with the messages of the extension, one sentence each. */
export function problemsOfLocales(): string[] {
	const sources = readdirSync('src', {withFileTypes: true, recursive: true})
		.filter(entry => entry.isFile() && /\.(tsx?|html)$/.test(entry.name))
		.map(entry => join(entry.parentPath, entry.name));
	const code = [...sources, 'manifest.json', 'scripts/manifests.ts']
		.filter(existsSync)
		.map(file => readFileSync(file, 'utf8'));
	return problemsOfMessages(LANGUAGES, code.join('\n'));
}
