import type {LogitsProcessor} from '../logits-processor.ts';

/** A larger factor could make a score infinite, and the distribution no number. */
const LARGEST_FACTOR = 1e25;

/**
 * The classes that end a text become more probable with every token after `start`: |score| * (factor ** tokens beyond - 1)
 * is added to their scores. Hugging Face's `ExponentialDecayLengthPenalty`; the length penalty of machine translation (Wu et
 * al. 2016, https://arxiv.org/abs/1609.08144, section 7) put into the single step.
 */
export function exponentialDecay([start, factor]: readonly number[], ends: readonly number[]): LogitsProcessor {
	return {
		name: 'exponentialDecayLengthPenalty',
		value: `${start} ${factor}`,
		apply(scores, {generated}) {
			const beyond = generated.length - start;
			if (beyond <= 0) return;
			const pull = Math.min(factor ** beyond - 1, LARGEST_FACTOR);
			for (const id of ends) if (scores[id] !== -Infinity) scores[id] += Math.abs(scores[id]) * pull;
		},
	};
}
