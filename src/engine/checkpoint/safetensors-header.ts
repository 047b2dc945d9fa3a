import {EngineError} from '../errors/engine-error.ts';
import {type Refusal, refuse} from '../errors/refusal.ts';
import type {BlockType, Laid} from './gguf/forms.ts';

/**
 * The header of the safetensors format (github.com/huggingface/safetensors): an 8-byte little-endian length, then JSON
 * `{name: {dtype, shape, data_offsets}}`. The tensors' bytes follow, without holes or overlaps.
 */

/** Bytes an element takes, by type. */
export const ELEMENT_BYTES = {
	F64: 8,
	F32: 4,
	F16: 2,
	BF16: 2,
	F8_E4M3: 1,
	F8_E5M2: 1,
	I64: 8,
	I32: 4,
	I16: 2,
	I8: 1,
	U64: 8,
	U32: 4,
	U16: 2,
	U8: 1,
	BOOL: 1,
} as const;
export type TensorType = keyof typeof ELEMENT_BYTES;

/** Bytes of a part of a file. */
export type ReadPart = (at: number, count: number) => Promise<Uint8Array>;

/** Where a tensor is: bytes [begin, end) of the data, which starts after the header. */
export interface TensorEntry<T extends string = TensorType | BlockType> {
	name: string;
	dtype: T;
	shape: readonly number[];
	begin: number;
	end: number;
	/** The file of an archive that it is in: where its own header is, and where its data begins. */
	inside?: {at: number; begin: number; name: string};
	/** Of GGUF's: how it lies there, where that is not how it lies in Hugging Face's checkpoint. */
	laid?: Laid;
}

export interface SafetensorsHeader {
	/** In the order of their bytes. */
	tensors: readonly TensorEntry<TensorType>[];
	/** `__metadata__`: free text by name. */
	metadata: Readonly<Record<string, string>>;
}

/** Bytes of the length field. */
export const LENGTH_BYTES = 8;
/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/** A file that is refused, and why. */
export const brokenFile = (why: Refusal, cause?: unknown) => new EngineError('bad-model', why, {cause});

/**
 * How long the header is, from the first 8 bytes.
 * @param fileLength bytes of the whole file.
 * @throws EngineError `bad-model`.
 */
export function headerLength(first: Uint8Array, fileLength: number, file: string): number {
	if (first.byteLength < LENGTH_BYTES) throw brokenFile(refuse('safetensors-short', {file, bytes: first.byteLength}));
	const length = Number(new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
	if (length > MAX_HEADER_BYTES) throw brokenFile(refuse('safetensors-no-format', {file, bytes: length}));
	if (LENGTH_BYTES + length > fileLength)
		throw brokenFile(refuse('safetensors-header-cut', {file, bytes: length, there: fileLength - LENGTH_BYTES}));
	return length;
}

/**
 * Read the header's JSON.
 * @param dataLength bytes that follow the header.
 * @throws EngineError `bad-model` where it is malformed, or where the tensors overlap, leave holes or end elsewhere.
 */
export function parseHeader(bytes: Uint8Array, dataLength: number, file: string): SafetensorsHeader {
	let header: unknown;
	try {
		header = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
	} catch (error) {
		throw brokenFile(refuse('safetensors-header-not-json', {file}), error);
	}

	if (typeof header !== 'object' || header === null || Array.isArray(header))
		throw brokenFile(refuse('safetensors-header-no-object', {file}));
	const {__metadata__: metadata, ...rest} = header as Record<string, unknown>;
	const tensors = Object.entries(rest)
		.map(([name, value]) => parseEntry(name, value, file))
		.sort((a, b) => a.begin - b.begin || a.end - b.end);
	checkPlaces(tensors, dataLength, file);
	return {tensors, metadata: textsOf(metadata)};
}

function parseEntry(name: string, value: unknown, file: string): TensorEntry<TensorType> {
	const {dtype, shape, data_offsets: offsets} = (value ?? {}) as Record<string, unknown>;
	const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
	if (
		!Array.isArray(shape) ||
		!shape.every(isCount) ||
		!Array.isArray(offsets) ||
		offsets.length !== 2 ||
		!offsets.every(isCount)
	) {
		throw brokenFile(refuse('safetensors-entry', {file, tensor: name}));
	}

	if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype))
		throw brokenFile(refuse('safetensors-type', {file, tensor: name, type: String(dtype)}));
	const [begin, end] = offsets;
	const expected = shape.reduce((product, n) => product * n, ELEMENT_BYTES[dtype as TensorType]);
	if (end - begin !== expected)
		throw brokenFile(
			refuse('safetensors-size', {file, tensor: name, shape: shape.join(), expected, bytes: end - begin}),
		);
	return {name, dtype: dtype as TensorType, shape, begin, end};
}

function checkPlaces(tensors: readonly TensorEntry[], dataLength: number, file: string): void {
	let at = 0;
	for (const [i, {name, begin, end}] of tensors.entries()) {
		if (begin < at) throw brokenFile(refuse('safetensors-overlap', {file, tensor: name, other: tensors[i - 1].name}));
		if (begin > at) throw brokenFile(refuse('safetensors-gap', {file, tensor: name, bytes: begin - at}));
		if (end > dataLength)
			throw brokenFile(refuse('safetensors-data-cut', {file, tensor: name, end, length: dataLength}));
		at = end;
	}

	if (at < dataLength) throw brokenFile(refuse('safetensors-rest', {file, bytes: dataLength - at}));
}

const textsOf = (metadata: unknown) =>
	Object.fromEntries(Object.entries(metadata ?? {}).filter(([, value]) => typeof value === 'string'));
