import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import type {Gpt2Config} from '../families/gpt2/config.ts';
import {type Gpt2Tensor, gpt2Name, matchTensors} from '../families/gpt2/tensors.ts';
import {quantizeColumns, quantizeRowsTransposed, TILE, tiled} from '../onnx/quantize.ts';
import {rotateInputs} from '../onnx/rotation.ts';
import {type ByteReader, StreamEnded} from './byte-reader.ts';
import {isFloat, notFloats, toFloat32} from './float32.ts';
import {brokenFile, headerLength, LENGTH_BYTES, parseHeader, type TensorEntry} from './safetensors-header.ts';
import {checkFinite, type StoredLayout, scalesOf, storedLayout} from './stored-weights.ts';

/**
 * Rewrites a checkpoint's safetensors files in the stored form, tensor by tensor as the bytes arrive. Memory never holds more
 * than one block: a matrix, or some thousand rows of the embedding.
 */

/** Writes bytes at any position of the file that takes the stored form. */
export interface RandomWriter {
	write(bytes: Uint8Array, at: number): void | Promise<void>;
}

/** Rows of the embedding that are quantised together: whole tiles. */
const CLASS_ROWS = 64 * TILE;
/** Tensors that nothing reads are skipped this many bytes at a time. */
const SKIPPED_BYTES = 4 * 2 ** 20;

export interface CheckpointFile {
	/** `model.safetensors`, or a shard's name; for messages. */
	name: string;
	/** Bytes of the file. */
	size: number;
	reader: ByteReader;
	/** The header (without its length field) where an earlier run has read it; the reader then starts at a block. */
	header?: Uint8Array;
}

export interface QuantizeHooks {
	/** Called once a block has been written and has left memory: reading can resume at this position. */
	onBlock?(position: number): void | Promise<void>;
	/** Called with the header (without its length field) once it has been checked. */
	onHeader?(header: Uint8Array): void | Promise<void>;
}

/** Writes one checkpoint; its files come one after the other, in any order. */
export class CheckpointQuantizer {
	readonly layout: StoredLayout;

	constructor(
		readonly config: Gpt2Config,
		private readonly target: RandomWriter,
	) {
		this.layout = storedLayout(config);
	}

	/** Write the header, which comes before the tensors. */
	async begin(): Promise<void> {
		await this.target.write(this.layout.head, 0);
	}

	/**
	 * Read one file and write its tensors.
	 * @param allNames every tensor of the checkpoint, from the index of its shards; undefined where this is the only file.
	 * @throws EngineError `bad-model`; what the reader throws.
	 */
	async file({name, size, reader, header}: CheckpointFile, allNames?: readonly string[], hooks: QuantizeHooks = {}) {
		const begun = header !== undefined;
		const bytes = header ?? (await readHeader(reader, size, name));
		const dataStart = LENGTH_BYTES + bytes.byteLength;
		const {tensors} = parseHeader(bytes, size - dataStart, name);
		const matched = this.#match(tensors, allNames, name);
		if (!begun) await hooks.onHeader?.(bytes);

		for (const entry of tensors) {
			if (dataStart + entry.end <= reader.position) continue;
			const tensor = matched.get(entry.name);
			const onBlock = async () => hooks.onBlock?.(reader.position);
			if (tensor) await this.#tensor(entry, tensor, reader, dataStart, name, onBlock);
			else await skip(dataStart + entry.end, reader, onBlock);
		}
	}

	#match(tensors: readonly TensorEntry[], allNames: readonly string[] | undefined, file: string) {
		if (!allNames) return matchTensors(this.config, tensors);
		const here = new Map(tensors.map(tensor => [tensor.name, tensor]));
		for (const {name} of tensors)
			if (!allNames.includes(name)) throw brokenFile(refuse('safetensors-not-in-index', {file, tensor: name}));
		// Of the tensors in other shards, only the names are known.
		return matchTensors(
			this.config,
			allNames.map(name => ({name, shape: here.get(name)?.shape ?? null})),
		);
	}

	async #tensor(
		entry: TensorEntry,
		{name, kind, shape}: Gpt2Tensor,
		reader: ByteReader,
		dataStart: number,
		file: string,
		onBlock: () => Promise<void>,
	) {
		if (!isFloat(entry.dtype)) throw notFloats(file, entry.name, entry.dtype);
		const take = async (count: number) => {
			const values = toFloat32(await takeFrom(reader, count, file), entry.dtype, entry.name, file);
			checkFinite(values, gpt2Name(entry.name));
			return values;
		};
		const {offset} = this.layout;
		if (kind === 'float') {
			await this.target.write(bytesOf(await take(entry.end - entry.begin)), offset(name));
			return onBlock();
		}

		const [rows, columns] = shape;
		if (kind !== 'classes') {
			const matrix = await take(entry.end - entry.begin);
			if (kind === 'rotated') rotateInputs(matrix, rows, columns);
			const quantized = quantizeColumns(matrix, rows, columns);
			const {values, scales} = tiled(quantized, rows, columns);
			await this.target.write(bytesOf(values), offset(name));
			await this.target.write(bytesOf(scales), offset(scalesOf(name)));
			return onBlock();
		}

		const rowBytes = (entry.end - entry.begin) / rows;
		for (let row = (reader.position - dataStart - entry.begin) / rowBytes; row < rows; row += CLASS_ROWS) {
			const count = Math.min(CLASS_ROWS, rows - row);
			const quantized = quantizeRowsTransposed(await take(count * rowBytes), count, columns);
			const {values, scales} = tiled(quantized, columns, count);
			await this.target.write(bytesOf(scales), offset(scalesOf(name)) + 4 * row);
			await this.target.write(bytesOf(values), offset(name) + row * columns);
			await onBlock();
		}
	}
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

async function skip(end: number, reader: ByteReader, onBlock: () => Promise<void>) {
	while (reader.position < end) {
		await reader.take(Math.min(SKIPPED_BYTES, end - reader.position));
		await onBlock();
	}
}

const bytesOf = ({buffer, byteOffset, byteLength}: Float32Array | Int8Array) =>
	new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** The names in `model.safetensors.index.json` and the shards they are in. @throws EngineError `bad-model`. */
export function readShardIndex(json: unknown): {tensors: string[]; files: string[]} {
	const map = (json as {weight_map?: unknown} | null)?.weight_map;
	const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
	// A shard must be a file of the same folder; the index may name another.
	const isName = (file: unknown): file is string => typeof file === 'string' && /^[\w.-]+\.safetensors$/.test(file);
	if (entries.length === 0 || !entries.every(([, file]) => isName(file)))
		throw new EngineError('bad-model', refuse('no-shards'));
	return {
		tensors: entries.map(([name]) => name),
		files: [...new Set(entries.map(([, file]) => file as string))].sort(),
	};
}
