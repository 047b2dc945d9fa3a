import {topClasses} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {keepOnly} from './keep.ts';

/**
 * The k most probable classes stay. Fan et al. 2018, "Hierarchical Neural Story Generation",
 * https://arxiv.org/abs/1805.04833. As in Hugging Face's `TopKLogitsWarper`, classes whose score equals the k-th stay
 * too.
 */
export function topK(k: number, minKeep: number): LogitsProcessor {
	return {
		name: 'topK',
		value: String(k),
		apply(scores) {
			const top = topClasses(scores, Math.min(Math.max(k, minKeep), scores.length));
			const left = withEqualOnes(scores, top);
			keepOnly(scores, left);
			return left;
		},
	};
}

/** The most probable classes and those whose score equals that of the last of them, ascending. */
function withEqualOnes(scores: Float32Array, top: Uint32Array): Uint32Array {
	const last = top[top.length - 1];
	const ids = [...top];
	// Of equal ones, those with lower ids are among them.
	const nextAfter = (id: number) => scores.indexOf(scores[last], id + 1);
	for (let id = nextAfter(last); id >= 0; id = nextAfter(id)) ids.push(id);
	return Uint32Array.from(ids).sort();
}
