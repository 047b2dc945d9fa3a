import {endsOf} from '../config.ts';
import type {Decoding} from '../continuation.ts';
import type {Drafter} from './drafter.ts';

/**
 * Prompt lookup decoding: the draft is what followed the same tokens earlier in the text. It costs no model, and holds
 * where a text repeats itself: names, quotations, lists, code. Saxena 2023,
 * https://github.com/apoorvumang/prompt-lookup-decoding; Hugging Face's `PromptLookupCandidateGenerator`.
 */
export function promptLookup({prefix, config, model}: Decoding): Drafter {
	const {promptLookupNumTokens, maxMatchingNgramSize} = config;
	const ends = endsOf(config, model.config);
	return {
		perRound: promptLookupNumTokens,
		calls: 0,
		async draft(generated, most) {
			const text = [...prefix.ids, ...generated];
			const found = continuationOfNgram(text, maxMatchingNgramSize, most);
			const end = found.findIndex(id => ends.includes(id));
			return {ids: end < 0 ? found : found.slice(0, end), scores: null};
		},
	};
}

/**
 * The tokens that followed the first earlier occurrence of the text's last n tokens, for the largest n up to `size` that occurs.
 * @param most tokens at most; none when not even the last token occurs before.
 */
export function continuationOfNgram(text: readonly number[], size: number, most: number): number[] {
	if (most < 1) return [];
	for (let n = Math.min(size, text.length - 1); n > 0; n--) {
		const tail = text.length - n;
		for (let start = 0; start < tail; start++) {
			let same = 0;
			while (same < n && text[start + same] === text[tail + same]) same++;
			if (same === n) return text.slice(start + n, start + n + most);
		}
	}
	return [];
}
