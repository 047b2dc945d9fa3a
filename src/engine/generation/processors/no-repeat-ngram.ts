import {argmax, isEmpty} from '../../math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * No n tokens in a row may occur twice in prompt and continuation together: a class that would complete an n-gram seen
 * before is removed. Paulus et al. 2017, https://arxiv.org/abs/1705.04304, section 2.5; Hugging Face's
 * `NoRepeatNGramLogitsProcessor`. Should it leave nothing (a tiny vocabulary), the most probable class stays.
 */
export function noRepeatNgram(size: number): LogitsProcessor {
	return {
		name: 'noRepeatNgramSize',
		value: String(size),
		apply(scores, {prompt, generated}) {
			const best = argmax(scores);
			const bestScore = scores[best];
			for (const id of completions([...prompt, ...generated], size)) scores[id] = -Infinity;
			if (isEmpty(scores)) scores[best] = bestScore;
		},
	};
}

/** The tokens that followed the earlier occurrences of the last n - 1 tokens. */
function completions(ids: readonly number[], size: number): Set<number> {
	const found = new Set<number>();
	const tail = ids.length - (size - 1);
	for (let start = 0; start < tail; start++) {
		let same = 0;
		while (same < size - 1 && ids[start + same] === ids[tail + same]) same++;
		if (same === size - 1) found.add(ids[start + same]);
	}
	return found;
}
