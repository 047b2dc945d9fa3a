import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {Tensor} from '../model/declare.ts';
import {type WeightsLayout, weightsLayout} from '../model/weights-layout.ts';
import {LENGTH_BYTES, type SafetensorsHeader, type TensorEntry} from './safetensors-header.ts';

/**
 * The form in which weights are kept, shipped and opened: a safetensors file whose data is, byte for byte, what the kernels read
 * (`model/packing.ts`). Matrices are I8, each behind its scales, `<name>.scale`, F32; everything else is F32. Widths are filled
 * up to multiples of 16.
 */

/** The file's name in the folder of a model. */
export const STORED_WEIGHTS = 'weights.int8.safetensors';

const FORMAT = {format: 'next-token-lens', version: '4', weights: 'int8, symmetric, a scale per output, in tiles of 4'};

/** The data begins at a multiple of this, and so does every tensor. */
const ALIGNMENT = 64;

/** The name of a quantised tensor's scales. */
export const scalesOf = (name: string) => `${name}.scale`;

export interface StoredLayout {
	/** The length field and the header, padded so that the data behind it is aligned. */
	head: Uint8Array;
	/** Bytes of the whole file. */
	size: number;
	/** What is in the data. */
	weights: WeightsLayout;
}

/** Where each tensor is in the stored form of a checkpoint; it follows from its tensors alone. */
export function storedLayout(tensors: readonly Tensor[]): StoredLayout {
	const weights = weightsLayout(tensors, 'int8');
	const header: Record<string, unknown> = {__metadata__: FORMAT};
	for (const {name, dtype, shape, begin, end} of entriesOf(weights))
		header[name] = {dtype, shape, data_offsets: [begin, end]};
	const json = new TextEncoder().encode(JSON.stringify(header));
	const dataStart = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;
	const head = new Uint8Array(dataStart).fill(0x20);
	new DataView(head.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
	head.set(json, LENGTH_BYTES);
	return {head, size: dataStart + weights.size, weights};
}

/** What the header names. */
function* entriesOf({places}: WeightsLayout): Generator<TensorEntry> {
	for (const {tensor, type, shape, scales, at, bytes, scalesAt} of places.values()) {
		if (scales !== null) yield {name: scalesOf(tensor.name), dtype: 'F32', shape: [scales], begin: scalesAt, end: at};
		yield {name: tensor.name, dtype: type, shape, begin: at, end: at + bytes};
	}
}

/** Whether a file is in the stored form. @throws EngineError `bad-model` for another version of it. */
export function isStored({metadata}: Pick<SafetensorsHeader, 'metadata'>): boolean {
	if (metadata.format !== FORMAT.format) return false;
	if (metadata.version !== FORMAT.version) {
		throw new EngineError(
			'bad-model',
			refuse('format-version', {version: String(metadata.version), known: FORMAT.version}),
		);
	}

	return true;
}

/** @throws EngineError `bad-model` naming the first tensor of a stored file that is not as the model's must be. */
export function checkStored({tensors}: {tensors: readonly TensorEntry[]}, layout: WeightsLayout): void {
	const found = new Map(tensors.map(entry => [entry.name, entry]));
	for (const {name, dtype, shape, begin} of entriesOf(layout)) {
		const entry = found.get(name);
		if (entry?.dtype === dtype && String(entry.shape) === String(shape) && entry.begin === begin) continue;
		throw new EngineError('bad-model', refuse('stored-shape', {tensor: name, shape: String(shape)}));
	}
}

/** @throws EngineError `bad-model` where a weight is NaN or infinite: so would be everything computed with it. */
export function checkFinite(values: Float32Array, name: string): void {
	// NaN and infinities survive a sum of differences: x - x is 0 where x is finite, and NaN otherwise.
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
	if (sum === 0) return;
	const at = values.findIndex(value => !Number.isFinite(value));
	throw new EngineError('bad-model', refuse('weights-broken', {value: String(values[at]), tensor: name, element: at}));
}
