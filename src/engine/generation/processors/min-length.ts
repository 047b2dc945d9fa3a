import {isEmpty} from '../../math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * The classes that end a text are removed until the continuation has `minimum` tokens. Hugging Face's
 * `MinNewTokensLengthLogitsProcessor`. Should no other class be left, they stay.
 */
export function minNewTokens(minimum: number, eosTokenIds: readonly number[]): LogitsProcessor {
	return {
		name: 'minNewTokens',
		value: String(minimum),
		apply(scores, {generated}) {
			if (generated.length >= minimum) return;
			const ends = eosTokenIds.map(id => scores[id]);
			for (const id of eosTokenIds) scores[id] = -Infinity;
			if (isEmpty(scores)) for (const [i, id] of eosTokenIds.entries()) scores[id] = ends[i];
		},
	};
}
