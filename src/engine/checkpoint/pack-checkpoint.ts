import {refuse} from '../errors/refusal.ts';
import {sizeOf, type Tensor} from '../model/declare.ts';
import type {Declaration} from '../model/family.ts';
import {matrixOf, packedBytes, packFloat32, packFloats, packInt8, TILE} from '../model/packing.ts';
import type {WeightPlace, WeightsLayout} from '../model/weights-layout.ts';
import {type ByteReader, StreamEnded} from './byte-reader.ts';
import {isFloat, notFloats, toFloat32} from './float32.ts';
import {dequantize} from './gguf/blocks.ts';
import {isBlockType} from './gguf/forms.ts';
import {inOrder, rowOrder} from './gguf/rows.ts';
import {matchTensors} from './match-tensors.ts';
import {hasPlaces, placesFrom} from './places-before.ts';
import {brokenFile, headerLength, LENGTH_BYTES, parseHeader, type TensorEntry} from './safetensors-header.ts';
import {checkFinite} from './stored-weights.ts';
import {checkLocal} from './torch/archive.ts';

/**
 * Rewrites a checkpoint's safetensors files in the form that the kernels read, tensor by tensor as the bytes arrive. Memory
 * never holds more than one block: a matrix [inputs, outputs], or some thousand outputs of another.
 */

/** Writes bytes at any position of what takes the weights. */
export interface RandomWriter {
	write(bytes: Uint8Array, at: number): void | Promise<void>;
}

/** Outputs of a matrix that are packed together: whole tiles. */
const ROWS = 1024 * TILE;
/** Tensors that nothing reads are skipped this many bytes at a time. */
const SKIPPED_BYTES = 4 * 2 ** 20;

export interface CheckpointFile {
	/** `model.safetensors`, or a shard's name; for messages. */
	name: string;
	/** Bytes of the file. */
	size: number;
	reader: ByteReader;
	/**
	 * The header (without its length field) where an earlier run has read it; the reader then starts at a block. Of PyTorch's
	 * files and of GGUF, the places of the tensors, as `writePlaces` writes them.
	 */
	header?: Uint8Array;
}

export interface PackHooks {
	/** Called once a block has been written and has left memory: reading can resume at this position. */
	onBlock?(position: number): void | Promise<void>;
	/** Called with the header (without its length field) once it has been checked. */
	onHeader?(header: Uint8Array): void | Promise<void>;
}

/** Packs one checkpoint; its files come one after the other, in any order. */
export class CheckpointPacker {
	/** @param target gets the weights where the layout says. */
	constructor(
		private readonly declaration: Declaration,
		private readonly layout: WeightsLayout,
		private readonly target: RandomWriter,
	) {}

	/**
	 * Read one file and write its tensors.
	 * @param allNames every tensor of the checkpoint, from the index of its shards; undefined where this is the only file.
	 * @throws EngineError `bad-model`; what the reader throws.
	 */
	async file({name, size, reader, header}: CheckpointFile, allNames?: readonly string[], hooks: PackHooks = {}) {
		const begun = header !== undefined;
		const bytes = header ?? (await readHeader(reader, size, name));
		const {tensors, dataStart} = placesIn(bytes, size, name);
		const matched = this.#match(tensors, allNames, name);
		if (!begun) await hooks.onHeader?.(bytes);

		for (const entry of tensors) {
			if (dataStart + entry.end <= reader.position) continue;
			const tensor = matched.get(entry.name);
			const onBlock = async () => hooks.onBlock?.(reader.position);
			if (entry.inside) {
				// The same bytes under another name, of a tensor that is read only once.
				if (!tensor) continue;
				await enter(entry.inside, reader, name, onBlock);
			}
			await skip(dataStart + entry.begin, reader, onBlock);
			if (tensor) await this.#tensor(entry, tensor, reader, dataStart, name, onBlock);
			else await skip(dataStart + entry.end, reader, onBlock);
		}
		await skip(size, reader, async () => hooks.onBlock?.(reader.position));
	}

	#match(tensors: readonly TensorEntry[], allNames: readonly string[] | undefined, file: string) {
		if (!allNames) return checkTwice(matchTensors(this.declaration, tensors), tensors, file);
		const here = new Map(tensors.map(tensor => [tensor.name, tensor]));
		for (const {name} of tensors)
			if (!allNames.includes(name)) throw brokenFile(refuse('safetensors-not-in-index', {file, tensor: name}));
		// Of the tensors in other shards, only the names are known.
		const found = allNames.map(name => ({name, shape: here.get(name)?.shape ?? null}));
		return checkTwice(matchTensors(this.declaration, found), tensors, file);
	}

	async #tensor(
		entry: TensorEntry,
		tensor: Tensor,
		reader: ByteReader,
		dataStart: number,
		file: string,
		onBlock: () => Promise<void>,
	) {
		const {dtype, laid = {}} = entry;
		if (!isBlockType(dtype) && !isFloat(dtype)) throw notFloats(file, entry.name, dtype);
		const place = this.layout.places.get(tensor.name)!;
		const take = async (count: number) => {
			const taken = await takeFrom(reader, count, file);
			const values = isBlockType(dtype) ? dequantize(taken, dtype) : toFloat32(taken, dtype, entry.name, file);
			checkFinite(values, tensor.name);
			return values;
		};
		const {kind, shape} = tensor;
		const bytes = entry.end - entry.begin;
		if (kind === 'floats') {
			const order = rowOrder(laid, shape[0]);
			const values = await take(bytes);
			const ordered = order ? inOrder(values, {...order, run: shape[0]}, 0, 1).values : values;
			const packed = packFloats(ordered, shape.at(-1)!, laid.added ? 0 : tensor.plus);
			await this.target.write(bytesOf(packed), place.at);
			return onBlock();
		}

		const {outputs} = sizeOf(tensor);
		if (kind === 'columns' && !laid.transposed) {
			await this.#pack('columns', tensor, place, await take(bytes), 0, outputs);
			return onBlock();
		}

		const rowBytes = bytes / outputs;
		const order = rowOrder(laid, outputs);
		const step = order?.run ?? ROWS;
		for (let row = (reader.position - dataStart - entry.begin) / rowBytes; row < outputs; row += step) {
			const count = Math.min(step, outputs - row);
			const values = await take(count * rowBytes);
			const ordered = order ? inOrder(values, order, row, values.length / count) : {values, first: row};
			await this.#pack('rows', tensor, place, ordered.values, ordered.first, count);
			await onBlock();
		}
	}

	/** Some outputs of a matrix, from the `first` on. */
	async #pack(
		lies: 'rows' | 'columns',
		tensor: Tensor,
		place: WeightPlace,
		values: Float32Array,
		first: number,
		outputs: number,
	) {
		const {inputs} = sizeOf(tensor);
		const matrix = matrixOf(lies, values, inputs, outputs);
		const tileBytes = packedBytes({type: place.type, shape: [1, ...place.shape.slice(1)]});
		const at = place.at + (first / TILE) * tileBytes;
		if (place.scales === null) return this.target.write(bytesOf(packFloat32(matrix)), at);
		const {bytes, scales} = packInt8(matrix);
		// The last ones fill up what the scales have room for.
		const room = first + outputs === sizeOf(tensor).outputs ? place.scales - first : outputs;
		const filled = scales.subarray(0, room);
		await this.target.write(bytesOf(filled), place.scalesAt + 4 * first);
		await this.target.write(bytesOf(bytes), at);
	}
}

/** @throws EngineError `bad-model` where two tensors that the model reads are the same bytes: they are read once. */
function checkTwice<T>(matched: Map<string, T>, tensors: readonly TensorEntry[], file: string) {
	const read = tensors.filter(({name, begin, end}) => begin < end && matched.has(name));
	for (const [i, {name, begin}] of read.entries()) {
		const before = read[i - 1];
		if (before?.begin === begin)
			throw brokenFile(refuse('safetensors-overlap', {file, tensor: name, other: before.name}));
	}
	return matched;
}

/** Where the tensors are, and from where that is counted. */
function placesIn(header: Uint8Array, size: number, file: string) {
	if (hasPlaces(file)) return {tensors: placesFrom(header), dataStart: 0};
	const dataStart = LENGTH_BYTES + header.byteLength;
	return {tensors: parseHeader(header, size - dataStart, file).tensors, dataStart};
}

async function readHeader(reader: ByteReader, size: number, name: string): Promise<Uint8Array> {
	const length = headerLength(await takeFrom(reader, Math.min(LENGTH_BYTES, size), name), size, name);
	return takeFrom(reader, length, name);
}

/** Bytes of the file. @throws EngineError `bad-model` where it ends too early. */
async function takeFrom(reader: ByteReader, count: number, file: string): Promise<Uint8Array> {
	try {
		return await reader.take(count);
	} catch (error) {
		throw error instanceof StreamEnded ? brokenFile(refuse('safetensors-cut', {file}), error) : error;
	}
}

/** Read up to where the data of an archive's file begins, and check that it is this file's. */
async function enter(
	{at, begin, name}: NonNullable<TensorEntry['inside']>,
	reader: ByteReader,
	file: string,
	onBlock: () => Promise<void>,
) {
	if (reader.position >= begin) return;
	await skip(at, reader, onBlock);
	checkLocal(await takeFrom(reader, begin - at, file), name, file);
	await onBlock();
}

async function skip(end: number, reader: ByteReader, onBlock: () => Promise<void>) {
	while (reader.position < end) {
		await reader.take(Math.min(SKIPPED_BYTES, end - reader.position));
		await onBlock();
	}
}

const bytesOf = ({buffer, byteOffset, byteLength}: Float32Array | Int8Array) =>
	new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
