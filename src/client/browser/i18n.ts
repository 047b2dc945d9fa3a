import browser from 'webextension-polyfill';
import type messages from '../../../public/_locales/en/messages.json';

/** Keys of `_locales/en/messages.json`; a key that is not there does not compile. */
export type MessageKey = keyof typeof messages;

/** Keys that come in pairs, `<name>_one` and `<name>_other`. */
export type PluralKey = {
	[K in MessageKey]: K extends `${infer Name}_one` ? (`${Name}_other` extends MessageKey ? Name : never) : never;
}[MessageKey];

/**
 * A message in the person's language, `$1` to `$9` replaced by the substitutions.
 * Substitutions are only ever shown as text. A key the browser does not know comes back as the key itself.
 */
export function t(key: MessageKey, ...substitutions: (string | number)[]): string {
	return browser.i18n.getMessage(key, substitutions.map(String)) || key;
}

/**
 * The language of the messages that the browser chose, as a tag that `Intl` takes. Numbers and plurals follow it and not
 * the browser's own language: that may be one we do not have, and then its rules would meet English words.
 */
export const language = (): string => t('common_language');

/** Makes a formatter once for each language. */
export function perLanguage<T>(make: (language: string) => T): () => T {
	const made = new Map<string, T>();
	return () => {
		const now = language();
		let formatter = made.get(now);
		if (formatter === undefined) {
			formatter = make(now);
			made.set(now, formatter);
		}
		return formatter;
	};
}

const plural = perLanguage(tag => new Intl.PluralRules(tag));
const exact = perLanguage(tag => new Intl.NumberFormat(tag, {maximumFractionDigits: 20}));
const alternatives = perLanguage(tag => new Intl.ListFormat(tag, {type: 'disjunction'}));
const conjunction = perLanguage(tag => new Intl.ListFormat(tag));

/**
 * The message for a number of things. `$1` is the count with its thousands separated, `$2` on are the substitutions.
 * A language without a singular has `<name>_other` alone.
 */
export function tn(key: PluralKey, count: number, ...substitutions: (string | number)[]): string {
	const form = plural().select(count) === 'one' ? 'one' : 'other';
	return t(`${key}_${form}` as MessageKey, exact().format(count), ...substitutions);
}

/** A number with all its digits. */
export const number = (value: number): string => exact().format(value);

/** Things of which one is meant: `a, b, or c`. */
export const disjunction = (items: readonly string[]): string => alternatives().format(items);

/** Things that are all meant: `a, b, and c`. */
export const list = (items: readonly string[]): string => conjunction().format(items);

/** Settings, labels or numbers one after the other, without a word between the last two: `a, b, c`. */
export const enumeration = (items: readonly string[]): string => items.join(t('common_separator'));

/** Sentences one after the other, as the language sets them. */
export const sentences = (all: readonly string[]): string =>
	all.reduce((before, next) => t('common_two_sentences', before, next));

/** Short details of one thing, next to each other; those that are null or false are left out. */
export const details = (...all: readonly (string | null | false)[]): string =>
	all.filter(detail => typeof detail === 'string').reduce((before, next) => t('common_details', before, next));

/** Gives a page its title, and its language for screen readers, hyphenation and fonts. */
export function namePage(title: string): void {
	document.documentElement.lang = language();
	document.title = t('common_page_title', title, t('common_name'));
}
