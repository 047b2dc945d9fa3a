import {isEmpty} from '../../math/math.ts';
import type {DecodingContext, LogitsProcessor} from '../logits-processor.ts';

/**
 * The classes that end a text are removed until it is long enough: models tend to give short texts the most probability
 * (Stahlberg & Byrne 2019, https://arxiv.org/abs/1908.10090, who search under the same constraint). Should no other class be
 * left, they stay.
 */
const noEndBefore = (
	name: 'minNewTokens' | 'minLength',
	minimum: number,
	ends: readonly number[],
	lengthOf: (context: DecodingContext) => number,
): LogitsProcessor => ({
	name,
	value: String(minimum),
	apply(scores, context) {
		if (lengthOf(context) >= minimum) return;
		const before = ends.map(id => scores[id]);
		for (const id of ends) scores[id] = -Infinity;
		if (isEmpty(scores)) for (const [i, id] of ends.entries()) scores[id] = before[i];
	},
});

/** Until the continuation has `minimum` tokens. Hugging Face's `MinNewTokensLengthLogitsProcessor`. */
export const minNewTokens = (minimum: number, ends: readonly number[]): LogitsProcessor =>
	noEndBefore('minNewTokens', minimum, ends, ({generated}) => generated.length);

/** Until prompt and continuation together have `minimum` tokens. Hugging Face's `MinLengthLogitsProcessor`. */
export const minLength = (minimum: number, ends: readonly number[]): LogitsProcessor =>
	noEndBefore('minLength', minimum, ends, ({prompt, generated}) => prompt.length + generated.length);
