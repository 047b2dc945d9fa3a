import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import type {Gpt2Config} from '../families/gpt2/config.ts';
import {type Gpt2Tensor, gpt2Tensors} from '../families/gpt2/tensors.ts';
import {TILE, type TiledMatrix, tilesOf} from '../onnx/quantize.ts';
import type {Safetensors} from './safetensors.ts';
import {LENGTH_BYTES, type TensorType} from './safetensors-header.ts';

/**
 * The form in which weights are kept, shipped and opened: a safetensors file with what the session takes, byte for byte.
 * Matrices are I8 in tiles of 64 outputs (`TiledMatrix`), [tiles, inputs, 64], the embedding (and an untied head)
 * [tiles, width, 64], each with its scales in `<name>.scale`, F32 [tiles * 64]; matrices that read a layer norm are turned
 * (`onnx/rotation.ts`). Everything else is F32. Names are GPT2LMHeadModel's without `transformer.`.
 */

/** The file's name in the folder of a model. */
export const STORED_WEIGHTS = 'weights.int8.safetensors';

const FORMAT = {format: 'next-token-lens', version: '3', weights: 'int8, symmetric, a scale per output'};

/** Every array starts at a multiple of this, so that it is read where it is. */
const ALIGNMENT = 64;

/** The name of a quantised tensor's scales. */
export const scalesOf = (name: string) => `${name}.scale`;

/** @param shape [inputs, outputs] of a matrix, [classes, width] of an embedding. */
const tilesAndInputs = (kind: Gpt2Tensor['kind'], [first, second]: readonly number[]): [number, number] =>
	kind === 'classes' ? [tilesOf(first), second] : [tilesOf(second), first];

export interface StoredLayout {
	/** The length field and the header, padded so that the data behind it is aligned. */
	head: Uint8Array;
	/** Bytes of the whole file. */
	size: number;
	/** Where a tensor's bytes start in the file. */
	offset(name: string): number;
}

/** Where each tensor is in the stored form of a checkpoint; it follows from the config alone. */
export function storedLayout(config: Gpt2Config): StoredLayout {
	const floats: [string, TensorType, readonly number[]][] = [];
	const bytes: typeof floats = [];
	for (const {name, kind, shape} of gpt2Tensors(config)) {
		if (kind === 'float') floats.push([name, 'F32', shape]);
		else {
			const [tiles, inputs] = tilesAndInputs(kind, shape);
			floats.push([scalesOf(name), 'F32', [tiles * TILE]]);
			bytes.push([name, 'I8', [tiles, inputs, TILE]]);
		}
	}

	const header: Record<string, unknown> = {__metadata__: FORMAT};
	const begins = new Map<string, number>();
	let at = 0;
	// Floats come first, so that they are aligned behind bytes of any size.
	for (const [name, dtype, shape] of [...floats, ...bytes]) {
		const size = shape.reduce((product, n) => product * n, dtype === 'F32' ? 4 : 1);
		header[name] = {dtype, shape, data_offsets: [at, at + size]};
		begins.set(name, at);
		at += size;
	}

	const json = new TextEncoder().encode(JSON.stringify(header));
	const dataStart = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;
	const head = new Uint8Array(dataStart).fill(0x20);
	new DataView(head.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
	head.set(json, LENGTH_BYTES);
	return {head, size: dataStart + at, offset: name => dataStart + begins.get(name)!};
}

/** Whether a file is in the stored form. @throws EngineError `bad-model` for another version of it. */
export function isStored({metadata}: Safetensors): boolean {
	if (metadata.format !== FORMAT.format) return false;
	if (metadata.version !== FORMAT.version) {
		throw new EngineError(
			'bad-model',
			refuse('format-version', {version: String(metadata.version), known: FORMAT.version}),
		);
	}

	return true;
}

/** The weights that a graph is built from; its matrices are quantised or float32, as the model is opened. */
export interface WeightSource {
	/** A float32 tensor. */
	float(name: string): Float32Array;
	/** A matrix [K, N], in tiles where it is quantised; the embedding and the head as [width, classes]. */
	matrix(name: string): TiledMatrix | Float32Array;
}

/** The weights of a stored file, which are not copied. @throws EngineError `bad-model` where they do not fit the config. */
export function storedWeights(file: Safetensors, config: Gpt2Config): WeightSource {
	for (const {name, kind, shape} of gpt2Tensors(config)) {
		const expected = kind === 'float' ? shape : [...tilesAndInputs(kind, shape), TILE];
		const right =
			file.shape(name)?.join() === expected.join() && file.dtype(name) === (kind === 'float' ? 'F32' : 'I8');
		if (!right || (kind !== 'float' && file.dtype(scalesOf(name)) !== 'F32')) {
			throw new EngineError('bad-model', refuse('stored-shape', {tensor: name, shape: String(expected)}));
		}
	}

	const floats = (name: string) => {
		const bytes = file.bytes(name);
		// A file that was padded by another program may not be aligned.
		const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
		const values = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
		checkFinite(values, name);
		return values;
	};
	return {
		float: floats,
		matrix(name) {
			const {buffer, byteOffset, byteLength} = file.bytes(name);
			return {values: new Int8Array(buffer, byteOffset, byteLength), scales: floats(scalesOf(name))};
		},
	};
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
