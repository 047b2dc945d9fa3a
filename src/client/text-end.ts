/**
 * The end of a text, at most `length` UTF-16 units, never starting with half a character. A model reads the end of a text
 * that is too long for it, so the end is kept.
 */
export const endOf = (text: string, length: number): string => {
	if (text.length <= length) return text;
	const end = text.slice(text.length - length);
	return /^[\uDC00-\uDFFF]/.test(end) ? end.slice(1) : end;
};
