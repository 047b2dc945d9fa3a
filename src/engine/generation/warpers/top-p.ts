import {rankClasses} from '../../math.ts';
import {check} from '../check.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {keepOnly, probabilitiesOf} from './keep.ts';

/**
 * Nucleus sampling: the smallest set of the most probable classes whose probabilities sum to at least p. Holtzman et
 * al. 2020, "The Curious Case of Neural Text Degeneration", https://arxiv.org/abs/1904.09751. The sum is compared with
 * p in float32, as Hugging Face does.
 */
export function topP(p: number, minKeep: number): LogitsProcessor {
	check('topP', p, p >= 0 && p <= 1, 'be a number from 0 to 1');
	const mass = Math.fround(p);
	return {
		name: 'topP',
		value: String(p),
		apply(scores) {
			const ranked = rankClasses(scores);
			const probabilities = probabilitiesOf(scores, ranked);
			let size = 0;
			let sum = 0;
			while (size < ranked.length && (size < minKeep || Math.fround(sum) < mass)) sum += probabilities[size++];
			keepOnly(scores, ranked.subarray(0, size));
		},
	};
}
