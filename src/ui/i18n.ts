import type messages from '../../public/_locales/en/messages.json';

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
	return chrome.i18n.getMessage(key, substitutions.map(String)) || key;
}

const plural = new Intl.PluralRules('en');

/**
 * The message for a number of things. `$1` is the count with its thousands separated, `$2` on are the substitutions.
 */
export function tn(key: PluralKey, count: number, ...substitutions: (string | number)[]): string {
	const form = plural.select(count) === 'one' ? 'one' : 'other';
	return t(`${key}_${form}` as MessageKey, count.toLocaleString('en'), ...substitutions);
}
