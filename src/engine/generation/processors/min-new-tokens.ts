import {isEmpty} from '../../math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * `<|endoftext|>` is removed until the continuation has `minimum` tokens. Hugging Face's
 * `MinNewTokensLengthLogitsProcessor`. Should it be the only class left, it stays.
 */
export function minNewTokens(minimum: number, eosTokenId: number): LogitsProcessor {
	return {
		name: 'minNewTokens',
		value: String(minimum),
		apply(scores, {generated}) {
			if (generated.length >= minimum) return;
			const score = scores[eosTokenId];
			scores[eosTokenId] = -Infinity;
			if (isEmpty(scores)) scores[eosTokenId] = score;
		},
	};
}
