/** How classes are written where a parameter takes them as text: as their text, or as # and a token id each. */

/** One class or several: their text, which is tokenised, or their token ids. */
export type Written = {readonly text: string} | {readonly ids: readonly number[]};

/** `#50256`, `#11#257`, or any other text as itself. */
export function readClasses(written: string): Written {
	if (!/^(#\d{1,9})+$/.test(written)) return {text: written};
	return {ids: written.slice(1).split('#').map(Number)};
}

/** The form that `readClasses` reads as these ids. */
export const writeClasses = (ids: readonly number[]): string => ids.map(id => `#${id}`).join('');

/** The spellings that a list of words bans: each as it is written and after a space, and token ids as they are. */
export const readBanned = (words: readonly string[]): Written[] =>
	words
		.map(readClasses)
		.flatMap(word => ('ids' in word || /^\s/.test(word.text) ? [word] : [word, {text: ` ${word.text}`}]));

/** `war=-5`, `#11#257=+1.5`; null where there is no class before the last `=`, or no number after it. */
export function readBias(written: string): {classes: Written; bias: number} | null {
	const match = /^([\s\S]+)=\s*([+−-]?\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(written);
	return match && {classes: readClasses(match[1]), bias: Number(match[2].replace('−', '-'))};
}

/** The form that `readBias` reads. */
export const writeBias = (classes: string, bias: number): string => `${classes}=${bias}`;
