import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {PartMeans} from './means.ts';

/** A part of the body, counted from 0: a head by its number, or the whole attention or the feed-forward of its block. */
export interface Part {
	readonly block: number;
	readonly part: number | 'attention' | 'mlp';
}

/** The residual stream after some blocks (0: before the first) at a position becomes this vector, [D]. */
interface Replaced {
	readonly block: number;
	readonly position: number;
	readonly vector: Float32Array;
}

/** A vector, [D], that is added to the residual stream after some blocks: at one position, or at all (null). */
export interface Added {
	readonly block: number;
	readonly position: number | null;
	readonly vector: Float32Array;
	readonly weight: number;
}

/** What is changed about a forward pass. */
export interface Intervention {
	/** Parts whose output is something else. */
	readonly off: readonly Part[];
	/** What it is: its mean, or zero (null). */
	readonly means: PartMeans | null;
	/** Activation patching (Meng et al. 2022; Wang et al. 2022). */
	readonly replaced: readonly Replaced[];
	/** Activation addition (Turner et al. 2023). */
	readonly added: readonly Added[];
}

export const NO_INTERVENTION: Intervention = {off: [], means: null, replaced: [], added: []};

/** @throws EngineError `bad-parameter` for a part that the model does not have. */
export function checkParts(parts: readonly Part[], {layers, heads}: Pick<ModelConfig, 'layers' | 'heads'>): void {
	for (const {block, part} of parts) {
		if (block < layers && (typeof part === 'string' || part < heads)) continue;
		const missing =
			typeof part === 'string'
				? refuse('part-missing', {part, block: block + 1, blocks: layers})
				: refuse('head-missing', {head: part + 1, block: block + 1, blocks: layers, heads});
		throw new EngineError('bad-parameter', missing);
	}
}

/** @throws EngineError `bad-parameter` for a place of the residual stream that is not there. */
export function checkStream(block: number, {layers}: Pick<ModelConfig, 'layers'>): void {
	if (block > layers) throw new EngineError('bad-parameter', refuse('stream-missing', {block, last: layers}));
}

/** Every head and every feed-forward, block after block. */
export const partsOf = ({layers, heads}: Pick<ModelConfig, 'layers' | 'heads'>): Part[] =>
	Array.from({length: layers}, (_, block) => [
		...Array.from({length: heads}, (_, part) => ({block, part})),
		{block, part: 'mlp' as const},
	]).flat();
