import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Diverse beam search with Hamming diversity: a class loses `penalty` for every beam of an earlier group that chose it
 * at this same step. Vijayakumar et al. 2018, "Diverse Beam Search", https://arxiv.org/abs/1610.02424.
 */
export function diversity(penalty: number): LogitsProcessor {
	return {
		name: 'diversityPenalty',
		value: String(penalty),
		apply(scores, {earlierGroups = []}) {
			for (const id of earlierGroups) scores[id] -= penalty;
		},
	};
}
