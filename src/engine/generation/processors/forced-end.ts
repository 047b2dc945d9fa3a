import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * The last token that the length limit allows is one of these classes, all equally probable. Hugging Face's
 * `ForcedEOSTokenLogitsProcessor` (of BART, Lewis et al. 2019, https://arxiv.org/abs/1910.13461).
 */
export function forcedEnd(ids: readonly number[], maxNewTokens: number): LogitsProcessor {
	return {
		name: 'forcedEosTokenId',
		value: ids.join(' '),
		apply(scores, {generated}) {
			if (generated.length !== maxNewTokens - 1) return;
			scores.fill(-Infinity);
			for (const id of ids) scores[id] = 0;
		},
	};
}
