import {refuse} from '../../errors/refusal.ts';
import {brokenFile, type ReadPart} from '../safetensors-header.ts';

/**
 * The head of a GGUF file (ggml's docs/gguf.md), versions 2 and 3: metadata by name, then where the tensors are. The package
 * `@huggingface/gguf` reads it by an address alone, and not a file that a person chose.
 */

export type GgufValue = number | boolean | string | readonly GgufValue[];

/** A tensor as the head names it. */
export interface GgufTensor {
	name: string;
	/** ggml's number of its type. */
	type: number;
	/** As in PyTorch: in the file, the dimension whose elements lie side by side comes first. */
	shape: readonly number[];
	/** From where the data begins. */
	offset: number;
}

export interface GgufHeader {
	metadata: ReadonlyMap<string, GgufValue>;
	tensors: readonly GgufTensor[];
	/** Where the data begins in the file. */
	dataStart: number;
	/** Every tensor begins at a multiple of it. */
	alignment: number;
}

/** The largest vocabularies take some 15 MB. */
const MAX_BYTES = 128 * 2 ** 20;
const FIRST_BYTES = 2 ** 20;
/** Far more than any model has. */
const MAX_ENTRIES = 65_536;
const MAX_NAME = 65_535;
const MAX_ELEMENTS = 4_000_000;
const MAX_DIMENSIONS = 4;
const MAGIC = 0x4655_4747;

export const brokenGguf = (file: string, detail: string) => brokenFile(refuse('gguf-broken', {file, detail}));

/** What is there has been read, and the head goes on. */
class More extends Error {}

/**
 * Read the head of a file, as much of it as there is.
 * @throws EngineError `bad-model` saying what is wrong with it.
 */
export async function readGgufHeader(read: ReadPart, size: number, file: string): Promise<GgufHeader> {
	let bytes = new Uint8Array(0);
	for (let length = Math.min(FIRST_BYTES, size); ; length = Math.min(2 * length, size, MAX_BYTES)) {
		const longer = new Uint8Array(length);
		longer.set(bytes);
		longer.set(await read(bytes.byteLength, length - bytes.byteLength), bytes.byteLength);
		bytes = longer;
		try {
			return parseHeader(new Cursor(bytes, size, file));
		} catch (error) {
			if (!(error instanceof More)) throw error;
			if (length === size) throw brokenGguf(file, 'its header is cut short');
			if (length === MAX_BYTES) throw brokenGguf(file, `its header has more than ${MAX_BYTES} bytes`);
		}
	}
}

function parseHeader(cursor: Cursor): GgufHeader {
	if (cursor.size < 24 || cursor.uint32() !== MAGIC) throw cursor.broken('it does not begin with “GGUF”');
	const version = cursor.uint32();
	if (version % 65_536 === 0 && version > 0) throw cursor.broken('its numbers are big-endian');
	if (version !== 2 && version !== 3) throw cursor.broken(`its version is ${version}, and 2 and 3 can be read`);
	const tensorCount = cursor.count('tensors', MAX_ENTRIES, 24);
	const valueCount = cursor.count('values', MAX_ENTRIES, 13);
	const metadata = new Map<string, GgufValue>();
	for (let i = 0; i < valueCount; i++) {
		const name = cursor.text('a name', MAX_NAME);
		if (metadata.has(name)) throw cursor.broken(`it has ${shown(name)} twice`);
		metadata.set(name, cursor.value(cursor.uint32(), name));
	}
	const tensors = Array.from({length: tensorCount}, () => parseTensor(cursor));
	const alignment = metadata.get('general.alignment') ?? 32;
	if (typeof alignment !== 'number' || !(alignment >= 8 && alignment <= 2 ** 20 && alignment % 8 === 0))
		throw cursor.broken(`its general.alignment is ${String(alignment).slice(0, 40)}`);
	return {metadata, tensors, dataStart: Math.ceil(cursor.at / alignment) * alignment, alignment};
}

function parseTensor(cursor: Cursor): GgufTensor {
	const name = cursor.text('a name', MAX_NAME);
	const dimensions = cursor.uint32();
	if (dimensions < 1 || dimensions > MAX_DIMENSIONS)
		throw cursor.broken(`its tensor ${shown(name)} has ${dimensions} dimensions`);
	const shape = Array.from({length: dimensions}, () => cursor.uint64()).reverse();
	if (shape.some(length => length < 1) || !Number.isSafeInteger(shape.reduce((product, n) => product * n, 1)))
		throw cursor.broken(`its tensor ${shown(name)} has the shape ${shape.join(', ')}`);
	return {name, shape, type: cursor.uint32(), offset: cursor.uint64()};
}

const shown = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/** How the numbers of metadata are read, by GGUF's number of their type: bytes that they take, and what they are. */
const NUMBERS: Readonly<Record<number, [bytes: number, read: (view: DataView, at: number) => number | boolean]>> = {
	0: [1, (view, at) => view.getUint8(at)],
	1: [1, (view, at) => view.getInt8(at)],
	2: [2, (view, at) => view.getUint16(at, true)],
	3: [2, (view, at) => view.getInt16(at, true)],
	4: [4, (view, at) => view.getUint32(at, true)],
	5: [4, (view, at) => view.getInt32(at, true)],
	6: [4, (view, at) => view.getFloat32(at, true)],
	7: [1, (view, at) => view.getUint8(at) !== 0],
	10: [8, (view, at) => Number(view.getBigUint64(at, true))],
	11: [8, (view, at) => Number(view.getBigInt64(at, true))],
	12: [8, (view, at) => view.getFloat64(at, true)],
};
const TEXT = 8;
const LIST = 9;
const LENGTH_BYTES = 8;

/** Takes one thing after the other. Nothing is made for a count before it is known that the file can hold so many. */
class Cursor {
	at = 0;
	readonly #view: DataView;
	readonly #decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

	/** @param bytes the beginning of the file. @param size bytes of all of it. */
	constructor(
		private readonly bytes: Uint8Array,
		readonly size: number,
		private readonly file: string,
	) {
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	broken = (detail: string) => brokenGguf(this.file, detail);

	/** Move on. @returns where these bytes begin. */
	#skip(bytes: number): number {
		const at = this.at;
		if (bytes > this.bytes.byteLength - at) throw new More();
		this.at += bytes;
		return at;
	}

	uint32 = () => this.#view.getUint32(this.#skip(4), true);
	uint64 = () => Number(this.#view.getBigUint64(this.#skip(LENGTH_BYTES), true));

	/** How many follow, of at least so many bytes each. */
	count(what: string, most: number, bytes: number): number {
		const count = this.uint64();
		if (count > most) throw this.broken(`it names ${count} ${what}, and at most ${most} are read`);
		if (count * bytes > this.size - this.at)
			throw this.broken(`it names ${count} ${what}, more than its ${this.size} bytes hold`);
		return count;
	}

	text(what: string, most = MAX_BYTES): string {
		const length = this.uint64();
		if (length > most || length > this.size - this.at) throw this.broken(`${what} has ${length} bytes`);
		const at = this.#skip(length);
		try {
			return this.#decoder.decode(this.bytes.subarray(at, at + length));
		} catch {
			throw this.broken(`${what} is not UTF-8`);
		}
	}

	value(type: number, name: string): GgufValue {
		if (type === TEXT) return this.text(`its ${shown(name)}`);
		if (type === LIST) return this.#list(name);
		const number = NUMBERS[type];
		if (!number) throw this.broken(`its ${shown(name)} has the type ${type}`);
		return number[1](this.#view, this.#skip(number[0]));
	}

	#list(name: string): GgufValue[] {
		const type = this.uint32();
		if (type === LIST) throw this.broken(`its ${shown(name)} is a list of lists`);
		const bytes = type === TEXT ? LENGTH_BYTES : (NUMBERS[type]?.[0] ?? 1);
		return Array.from({length: this.count(`elements of ${shown(name)}`, MAX_ELEMENTS, bytes)}, () =>
			this.value(type, name),
		);
	}
}
