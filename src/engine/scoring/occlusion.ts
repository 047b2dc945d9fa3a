import type {Span, Tokenizer} from '../tokenizer/tokenizer.ts';

/** The unit that is taken out of a prompt, one at a time. */
export type OcclusionUnit = 'token' | 'word' | 'sentence';

/** A prompt without one of its parts. */
export interface Occlusion extends Span {
	/** Token ids of the rest; may be empty. */
	ids: number[];
}

/**
 * A prompt without each of its tokens, words or sentences in turn (occlusion: Zeiler & Fergus 2014; on text "erasure",
 * Li et al. 2016). Tokens are taken out of the list of ids; words and sentences out of the text, which is then cut into
 * tokens again.
 * @param replacement takes the place of the part; an empty one removes it.
 */
export function occlusions(tokenizer: Tokenizer, text: string, unit: OcclusionUnit, replacement = ''): Occlusion[] {
	if (unit !== 'token') {
		return segments(text, unit).map(({start, end}) => {
			const inPlace = replacement === '' ? '' : leadingSpace(text.slice(start, end)) + replacement;
			return {start, end, ids: tokenizer.encode(text.slice(0, start) + inPlace + text.slice(end))};
		});
	}

	const ids = tokenizer.encode(text);
	return tokenizer.spans(text, ids).map(({start, end}, i) => {
		const piece = text.slice(start, end);
		const instead = leadingSpace(piece) + replacement;
		const inPlace = replacement === '' ? [] : i === 0 ? tokenizer.encode(instead) : tokenizer.encodeRest(instead);
		return {start, end, ids: [...ids.slice(0, i), ...inPlace, ...ids.slice(i + 1)]};
	});
}

const leadingSpace = (text: string) => /^\s*/.exec(text)![0];

/** Words with the white space before them, or sentences. Text outside words (punctuation) makes separate parts. */
function segments(text: string, unit: 'word' | 'sentence'): Span[] {
	const found: Span[] = [];
	let start = 0;
	for (const {index, segment} of new Intl.Segmenter(undefined, {granularity: unit}).segment(text)) {
		const end = index + segment.length;
		if (/^\s+$/.test(segment) && end < text.length) continue;
		found.push({start, end});
		start = end;
	}

	return found;
}
