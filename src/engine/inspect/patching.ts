import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import {streamsOf} from './streams.ts';
import {Tail} from './tail.ts';

/** The logits after a text, [V], with the residual stream of one position taken from another text after some blocks. */
export interface Patched {
	readonly block: number;
	readonly position: number;
	readonly logits: Float32Array;
}

/** Of both texts, the logits after them as they are. */
export interface Unpatched {
	readonly whole: readonly [Float32Array, Float32Array];
}

/** @throws EngineError `bad-parameter`. */
export function checkSameLength(first: number, second: number): void {
	if (first === second) return;
	throw new EngineError('bad-parameter', refuse('patch-lengths', {first, second}));
}

/**
 * Activation patching (causal tracing: Meng et al. 2022; Wang et al. 2022): the residual stream of one position, before the first block
 * or after some, comes from a second text; everything that follows is computed with it. Block after block, in each every position.
 * @throws EngineError `bad-parameter` where the texts have different lengths.
 */
export async function* patches(
	lm: KernelModel,
	ids: readonly number[],
	other: readonly number[],
	{signal, beforeRun}: Pick<RunOptions, 'signal' | 'beforeRun'> = {},
): AsyncGenerator<Unpatched | Patched, void, undefined> {
	checkSameLength(ids.length, other.length);
	const options = {signal, beforeRun};
	const [into, from] = [await streamsOf(lm, ids, options), await streamsOf(lm, other, options)];
	yield {whole: [into.logits, from.logits]};
	const {width: D} = lm.machine.program;
	const tail = new Tail(lm, ids);
	for (const [block, stream] of into.blocks.entries()) {
		for (let first = 0; first < ids.length; first += tail.most) {
			await beforeRun?.();
			signal?.throwIfAborted();
			const positions = Array.from({length: Math.min(tail.most, ids.length - first)}, (_, i) => first + i);
			const patched = positions.map(position => {
				const changed = stream.slice();
				changed.set(from.blocks[block].subarray(position * D, (position + 1) * D), position * D);
				return changed;
			});
			const logits = await tail.run(block, patched);
			for (const [i, position] of positions.entries()) yield {block, position, logits: logits[i]};
		}
	}
}
