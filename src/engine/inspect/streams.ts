import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import {observe} from './observe.ts';
import type {Stream} from './tail.ts';

/** The residual streams of a text before the first block and after every one, and the logits after it. */
export interface Streams {
	readonly blocks: readonly Stream[];
	readonly logits: Float32Array;
}

/** Read a text, and keep its residual streams at every position: 4 (L + 1) T D bytes. */
export async function streamsOf(lm: KernelModel, ids: readonly number[], options: RunOptions = {}): Promise<Streams> {
	const {residuals, width: D} = lm.machine.program;
	const blocks = residuals.map(() => new Float32Array(ids.length * D));
	const see = (position: number, values: readonly Float32Array[]) => {
		for (const [b, value] of values.entries()) blocks[b].set(value.subarray(0, D), position * D);
	};
	return {logits: await observe(lm, ids, residuals, see, options), blocks};
}
