import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import {Intervened} from './intervened.ts';
import {checkParts, NO_INTERVENTION, type Part} from './intervention.ts';
import type {PartMeans} from './means.ts';
import {streamsOf} from './streams.ts';
import {Tail} from './tail.ts';

/** The logits after a text, [V], with one part switched off; null: with none. */
export interface Ablated {
	readonly part: Part | null;
	readonly logits: Float32Array;
}

/**
 * Switch parts off, one at a time. What comes before a part's block is computed once for all.
 * @param means what they give instead of zero.
 */
export async function* ablations(
	lm: KernelModel,
	ids: readonly number[],
	parts: readonly Part[],
	means: PartMeans | null,
	{signal, beforeRun}: Pick<RunOptions, 'signal' | 'beforeRun'> = {},
): AsyncGenerator<Ablated, void, undefined> {
	checkParts(parts, lm.config);
	const whole = await streamsOf(lm, ids, {signal, beforeRun});
	yield {part: null, logits: whole.logits};
	const tail = new Tail(lm, ids);
	for (const part of parts) {
		await beforeRun?.();
		signal?.throwIfAborted();
		const change = new Intervened(lm.machine, {...NO_INTERVENTION, off: [part], means});
		const [logits] = await tail.run(part.block, [whole.blocks[part.block]], change);
		yield {part, logits};
	}
}
