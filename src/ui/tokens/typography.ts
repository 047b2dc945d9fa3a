/**
 * Typographic characters that a model may have met only in their plain form. What its surprise at them tells is about
 * typesetting, not about the text. Each has a plain form of the same length, so that offsets stay.
 */
const PLAIN: Readonly<Record<string, string>> = {
	'\u2018': "'",
	'\u2019': "'",
	'\u201a': "'",
	'\u201c': '"',
	'\u201d': '"',
	'\u201e': '"',
	'\u2010': '-',
	'\u2011': '-',
	'\u2013': '-',
	'\u2014': '-',
	'\u00a0': ' ',
	'\u202f': ' ',
};
const TYPOGRAPHIC = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/** Whether a text has a character with a plain form. */
export const hasTypography = (text: string): boolean => text.search(TYPOGRAPHIC) >= 0;

/** The text with its typographic characters in their plain form; every offset means the same in both. */
export const plainTypography = (text: string): string => text.replace(TYPOGRAPHIC, character => PLAIN[character]);
