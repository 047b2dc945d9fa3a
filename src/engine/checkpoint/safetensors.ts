import {EngineError} from '../errors.ts';

/**
 * Reader of the safetensors format (github.com/huggingface/safetensors): an 8-byte little-endian header length, a JSON
 * header `{name: {dtype, shape, data_offsets}}`, then the tensors' bytes.
 */

const READABLE = {F32: 4, F16: 2, BF16: 2} as const;
type Dtype = keyof typeof READABLE;

interface Entry {
	dtype: Dtype;
	shape: number[];
	begin: number;
	end: number;
}

/** The tensors of an opened file. */
export interface Safetensors {
	readonly names: readonly string[];
	/** Shape of a tensor, or undefined if the file has none of that name. */
	shape(name: string): readonly number[] | undefined;
	/** A tensor's values as float32, a fresh array. @throws EngineError `bad-model` if it is missing. */
	read(name: string): Float32Array;
}

const MAX_HEADER_BYTES = 100_000_000;
const broken = (why: string, cause?: unknown) =>
	new EngineError('bad-model', `model.safetensors cannot be read: ${why}. Get the file again.`, {cause});

/** Parse a whole file. Tensors are converted only when they are read. @throws EngineError `bad-model`. */
export function openSafetensors(file: Uint8Array): Safetensors {
	if (file.byteLength < 8) throw broken(`it has ${file.byteLength} bytes, fewer than its 8-byte length field`);
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	const headerLength = Number(view.getBigUint64(0, true));
	if (headerLength > MAX_HEADER_BYTES)
		throw broken(`its header claims ${headerLength} bytes, so it is no safetensors file`);
	const dataStart = 8 + headerLength;
	if (dataStart > file.byteLength)
		throw broken(`its header of ${headerLength} bytes is cut short at ${file.byteLength - 8}`);

	const entries = parseHeader(file.subarray(8, dataStart), file.byteLength - dataStart);
	return {
		names: [...entries.keys()],
		shape: name => entries.get(name)?.shape,
		read(name) {
			const entry = entries.get(name);
			if (!entry) throw broken(`the tensor ${name} is missing`);
			return toFloat32(view, dataStart + entry.begin, dataStart + entry.end, entry.dtype);
		},
	};
}

function parseHeader(bytes: Uint8Array, dataLength: number): Map<string, Entry> {
	let header: unknown;
	try {
		header = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
	} catch (error) {
		throw broken('its header is not JSON', error);
	}

	if (typeof header !== 'object' || header === null || Array.isArray(header))
		throw broken('its header is not an object');
	const entries = new Map<string, Entry>();
	for (const [name, value] of Object.entries(header)) {
		if (name !== '__metadata__') entries.set(name, parseEntry(name, value, dataLength));
	}

	return entries;
}

function parseEntry(name: string, value: unknown, dataLength: number): Entry {
	const {dtype, shape, data_offsets: offsets} = (value ?? {}) as Record<string, unknown>;
	const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
	if (
		!Array.isArray(shape) ||
		!shape.every(isCount) ||
		!Array.isArray(offsets) ||
		offsets.length !== 2 ||
		!offsets.every(isCount)
	) {
		throw broken(`the header of ${name} has no valid shape and data_offsets`);
	}

	if (typeof dtype !== 'string' || !Object.hasOwn(READABLE, dtype)) {
		throw broken(`${name} is of type ${dtype}, and only ${Object.keys(READABLE).join(', ')} can be read`);
	}

	const [begin, end] = offsets;
	const expected = shape.reduce((product, n) => product * n, READABLE[dtype as Dtype]);
	if (end - begin !== expected) throw broken(`${name} of shape [${shape}] takes ${expected} bytes, not ${end - begin}`);
	if (end > dataLength)
		throw broken(`it is cut short: ${name} ends at byte ${end} of the data, which has ${dataLength}`);
	return {dtype: dtype as Dtype, shape, begin, end};
}

function toFloat32(view: DataView, begin: number, end: number, dtype: Dtype): Float32Array {
	const size = READABLE[dtype];
	const values = new Float32Array((end - begin) / size);
	if (dtype === 'F32') {
		for (let i = 0, at = begin; i < values.length; i++, at += size) values[i] = view.getFloat32(at, true);
		return values;
	}

	const bits = new Uint32Array(values.buffer);
	if (dtype === 'BF16') {
		for (let i = 0, at = begin; i < values.length; i++, at += size) bits[i] = view.getUint16(at, true) << 16;
	} else {
		float16Table ??= Uint32Array.from({length: 1 << 16}, (_, half) => float16Bits(half));
		for (let i = 0, at = begin; i < values.length; i++, at += size) bits[i] = float16Table[view.getUint16(at, true)];
	}

	return values;
}

let float16Table: Uint32Array | undefined;

/** The float32 bit pattern of an IEEE 754 half-precision bit pattern; exact for every value. */
export function float16Bits(half: number): number {
	const sign = (half & 0x8000) << 16;
	const exponent = (half >> 10) & 0x1f;
	let fraction = half & 0x3ff;
	if (exponent === 0x1f) return sign | 0x7f80_0000 | (fraction << 13);
	if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
	if (fraction === 0) return sign;
	// Subnormal: float32 has the range to make it normal.
	let shift = 113;
	while ((fraction & 0x400) === 0) {
		fraction <<= 1;
		shift--;
	}

	return sign | (shift << 23) | ((fraction & 0x3ff) << 13);
}
