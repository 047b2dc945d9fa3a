import {countKept} from '../../math.ts';
import {check} from '../check.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * `<|endoftext|>` is removed until the continuation has `minimum` tokens. Hugging Face's
 * `MinNewTokensLengthLogitsProcessor`. Should it be the only class left, it stays.
 */
export function minNewTokens(minimum: number, eosTokenId: number): LogitsProcessor {
	check('minNewTokens', minimum, Number.isInteger(minimum) && minimum >= 0, 'be a whole number of at least 0');
	return {
		name: 'minNewTokens',
		value: String(minimum),
		apply(scores, {generated}) {
			if (generated.length >= minimum) return;
			const score = scores[eosTokenId];
			scores[eosTokenId] = -Infinity;
			if (countKept(scores) === 0) scores[eosTokenId] = score;
		},
	};
}
