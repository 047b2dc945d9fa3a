import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {isEmpty} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * These classes are never chosen, or not as the first of a continuation. Hugging Face's `SuppressTokensLogitsProcessor` and
 * `SuppressTokensAtBeginLogitsProcessor`, which Whisper was given (Radford et al. 2022, https://arxiv.org/abs/2212.04356,
 * section 4.5).
 * @throws EngineError `bad-parameter` when no class is left.
 */
export function suppressTokens(
	name: 'suppressTokens' | 'beginSuppressTokens',
	ids: readonly number[],
): LogitsProcessor {
	return {
		name,
		value: String(ids.length),
		apply(scores, {generated}) {
			if (name === 'beginSuppressTokens' && generated.length > 0) return;
			for (const id of ids) scores[id] = -Infinity;
			if (isEmpty(scores)) throw new EngineError('bad-parameter', refuse('suppressed-all', {parameter: name}));
		},
	};
}
