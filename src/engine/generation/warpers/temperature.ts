import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Scores are divided by `temperature`: below 1 the distribution gets sharper, above 1 flatter; the order of the classes
 * stays. Ackley et al. 1985, "A Learning Algorithm for Boltzmann Machines".
 */
export function temperature(value: number): LogitsProcessor {
	const divisor = Math.fround(value);
	return {
		name: 'temperature',
		value: String(value),
		apply(scores) {
			for (let i = 0; i < scores.length; i++) scores[i] /= divisor;
		},
	};
}
