import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import {type Added, checkStream} from './intervention.ts';
import {streamsOf} from './streams.ts';

/** What steers: two texts, a place in the body, and how much. */
export interface Steering {
	readonly toward: readonly number[];
	readonly from: readonly number[];
	/** The token that the shorter text is filled up with. */
	readonly space: number;
	/** How many blocks the residual streams have gone through. */
	readonly block: number;
	readonly weight: number;
	/** Position by position from the first one on, or the difference at the last tokens at every position. */
	readonly at: 'beginning' | 'every';
}

/**
 * Activation addition (Turner et al. 2023): the residual stream of one text less that of the other, to be added with a weight. In the
 * paper the shorter text is filled up with spaces, and the difference is added position by position from the first one on; the
 * difference at the last token, added everywhere, is the simplest form of what Rimsky et al. (2023) take the mean of.
 * @throws EngineError `too-long` for a text that does not fit into the context.
 */
export async function steeringOf(
	lm: KernelModel,
	{toward, from, space, block, weight, at}: Steering,
	{signal}: Pick<RunOptions, 'signal'> = {},
): Promise<Added[]> {
	checkStream(block, lm.config);
	const {hiddenSize: D, contextLength: context} = lm.config;
	const length = Math.max(toward.length, from.length);
	if (length > context) throw new EngineError('too-long', refuse('too-long', {length, context}));
	const filled = (ids: readonly number[]) =>
		at === 'every' ? ids : [...ids, ...Array.from({length: length - ids.length}, () => space)];
	const [plus, minus] = [
		(await streamsOf(lm, filled(toward), {signal})).blocks[block],
		(await streamsOf(lm, filled(from), {signal})).blocks[block],
	];
	const difference = (i: number, j: number) =>
		Float32Array.from({length: D}, (_, d) => plus[i * D + d] - minus[j * D + d]);
	if (at === 'every') return [{block, position: null, vector: difference(toward.length - 1, from.length - 1), weight}];
	return Array.from({length}, (_, position) => ({block, position, vector: difference(position, position), weight}));
}
