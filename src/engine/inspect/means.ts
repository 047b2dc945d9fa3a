import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import type {Program} from '../model/program.ts';
import {observe} from './observe.ts';

/** What the parts of every block give in the mean over a text's positions. */
export interface PartMeans {
	/** Of each block, what its heads hand on to the projection, [H * head size]. */
	readonly heads: readonly Float32Array[];
	/** What attention adds to the residual stream, [D], and what the feed-forward does. */
	readonly attention: readonly Float32Array[];
	readonly mlp: readonly Float32Array[];
}

/** Where the residual stream is before the first block and after each of its parts, in the order in which they are added. */
export function streamPlaces({residuals, parts}: Program): {place: number; name: string}[] {
	const added = [...parts].filter(([name]) => /\.(?:attention|mlp)$/.test(name)).sort(([, a], [, b]) => a - b);
	return [{place: residuals[0], name: ''}, ...added.map(([name, at]) => ({place: at + 1, name}))];
}

/** Where what the heads of every block hand on can be seen. */
export const headPlaces = ({attentions}: Program): number[] => attentions.map(attention => attention + 1);

/** Means over the positions of a text, of the body as it is. */
export async function meansOf(lm: KernelModel, ids: readonly number[], options: RunOptions = {}): Promise<PartMeans> {
	const {program} = lm.machine;
	const streams = streamPlaces(program);
	const heads = headPlaces(program);
	const {hiddenSize: D, layers} = lm.config;
	const width = (block: number) => {
		const {heads, headSize} = lm.machine.attention(program.attentions[block]);
		return heads * headSize;
	};
	const sums = {
		heads: heads.map((_, block) => new Float64Array(width(block))),
		streams: streams.map(() => new Float64Array(D)),
	};
	await observe(
		lm,
		ids,
		[...heads, ...streams.map(({place}) => place)],
		(_, values) => {
			for (const [block, sum] of sums.heads.entries()) for (let i = 0; i < sum.length; i++) sum[i] += values[block][i];
			for (let s = 1; s < streams.length; s++) {
				const [before, after] = [values[heads.length + s - 1], values[heads.length + s]];
				for (let i = 0; i < D; i++) sums.streams[s][i] += after[i] - before[i];
			}
		},
		options,
	);
	const mean = (sum: Float64Array) => Float32Array.from(sum, value => value / ids.length);
	const of = (part: string) =>
		Array.from({length: layers}, (_, block) =>
			mean(sums.streams[streams.findIndex(({name}) => name === `${block}.${part}`)]),
		);
	return {heads: sums.heads.map(mean), attention: of('attention'), mlp: of('mlp')};
}
