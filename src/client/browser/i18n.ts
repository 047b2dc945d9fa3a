import browser from 'webextension-polyfill';
import type {en} from '../../../locales/en.ts';
import {fill, type Names} from '../../engine/errors/message.ts';

/** Keys of `locales/en.ts`; a key that is not there does not compile. */
export type MessageKey = keyof typeof en;
type NamesIn<K extends MessageKey> = K extends MessageKey ? Names<(typeof en)[K]> : never;
/** The values that a message names, and nothing for one that names none. */
type Values<Name extends string> = [Name] extends [never] ? [] : [values: Readonly<Record<Name, string | number>>];
/** Keys of messages that name no value. */
export type PlainKey = {[K in MessageKey]: [NamesIn<K>] extends [never] ? K : never}[MessageKey];

/** Keys that come in pairs, `<name>_one` and `<name>_other`. */
export type PluralKey = {
	[K in MessageKey]: K extends `${infer Name}_one` ? (`${Name}_other` extends MessageKey ? Name : never) : never;
}[MessageKey];

/**
 * A message in the person's language, with the values that it names. They are only ever shown as text.
 * A key the browser does not know comes back as the key itself.
 */
export const t = <K extends MessageKey>(key: K, ...[values]: Values<NamesIn<K>>): string => worded(key, values);

/** The same for a key that is made while the program runs. */
export const worded = (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
	fill(browser.i18n.getMessage(key), name => String(values[name] ?? '')) || key;

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
 * The message for a number of things: `{count}` is the number with its thousands separated.
 * A language without a singular has `<name>_other` alone.
 */
export function tn<K extends PluralKey>(
	key: K,
	count: number,
	...[values]: Values<Exclude<NamesIn<`${K}_other`>, 'count'>>
): string {
	const form = plural().select(count) === 'one' ? 'one' : 'other';
	return worded(`${key}_${form}`, {...values, count: exact().format(count)});
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
	all.reduce((before, next) => t('common_two_sentences', {before, next}));

/** Short details of one thing, next to each other; those that are null or false are left out. */
export const details = (...all: readonly (string | null | false)[]): string =>
	all.filter(detail => typeof detail === 'string').reduce((before, next) => t('common_details', {before, next}));

/** Gives a page its title, and its language for screen readers, hyphenation and fonts. */
export function namePage(title: string): void {
	document.documentElement.lang = language();
	document.title = t('common_page_title', {title, name: t('common_name')});
}
