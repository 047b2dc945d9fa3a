/** Files of llama.cpp, as ggml's docs/gguf.md specifies them. */

/** Data and tensors start at multiples of this. */
const ALIGNMENT = 32;
/** ggml's numbers for the types of tensors that are written here. */
const TENSOR_TYPE = {F32: 0, F16: 1, Q4_1: 3, Q8_0: 8, IQ4_XS: 23} as const;
/** GGUF's numbers for the types of metadata. */
const VALUE_TYPE = {uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9} as const;

const ELEMENTS = {strings: 'string', int32s: 'int32', float32s: 'float32'} as const;

/** A value of the metadata with its type; an array names the type of what it holds. */
export type GgufValue =
	| {type: 'uint32' | 'int32' | 'float32'; value: number}
	| {type: 'bool'; value: boolean}
	| {type: 'string'; value: string}
	| {type: 'strings'; value: readonly string[]}
	| {type: 'int32s'; value: readonly number[]}
	| {type: 'float32s'; value: readonly number[]};

/** A tensor; the last dimension is contiguous, as everywhere but in the file, where it comes first. */
export interface GgufTensor {
	name: string;
	type: keyof typeof TENSOR_TYPE;
	shape: readonly number[];
	data: Uint8Array;
}

/** The file in parts that follow one another: its head, then every tensor with its padding. */
export function ggufFile(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Uint8Array[] {
	const head = new Bytes();
	head.raw(new TextEncoder().encode('GGUF'));
	head.uint32(3);
	head.uint64(tensors.length);
	head.uint64(Object.keys(metadata).length);
	for (const [key, value] of Object.entries(metadata)) {
		head.string(key);
		head.value(value);
	}

	let offset = 0;
	for (const {name, type, shape, data} of tensors) {
		head.string(name);
		head.uint32(shape.length);
		for (const size of shape.toReversed()) head.uint64(size);
		head.uint32(TENSOR_TYPE[type]);
		head.uint64(offset);
		offset += padded(data.length);
	}

	return [head.bytes(), ...tensors.map(({data}) => data)].flatMap(part => [
		part,
		new Uint8Array(padded(part.length) - part.length),
	]);
}

const padded = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Little-endian bytes that grow. */
class Bytes {
	readonly #parts: Uint8Array[] = [];

	raw(bytes: Uint8Array): void {
		this.#parts.push(bytes);
	}

	uint32(value: number): void {
		this.#view(4, view => view.setUint32(0, value, true));
	}

	uint64(value: number): void {
		this.#view(8, view => view.setBigUint64(0, BigInt(value), true));
	}

	string(text: string): void {
		const bytes = new TextEncoder().encode(text);
		this.uint64(bytes.length);
		this.raw(bytes);
	}

	/** A value after its type. */
	value(value: GgufValue): void {
		if (value.type === 'strings' || value.type === 'int32s' || value.type === 'float32s') {
			this.uint32(VALUE_TYPE.array);
			this.uint32(VALUE_TYPE[ELEMENTS[value.type]]);
			this.uint64(value.value.length);
			if (value.type === 'strings') for (const text of value.value) this.string(text);
			else if (value.type === 'int32s') this.raw(new Uint8Array(Int32Array.from(value.value).buffer));
			else this.raw(new Uint8Array(Float32Array.from(value.value).buffer));
			return;
		}

		this.uint32(VALUE_TYPE[value.type]);
		if (value.type === 'string') this.string(value.value);
		else if (value.type === 'bool') this.raw(Uint8Array.of(value.value ? 1 : 0));
		else if (value.type === 'float32') this.#view(4, view => view.setFloat32(0, value.value, true));
		else if (value.type === 'int32') this.#view(4, view => view.setInt32(0, value.value, true));
		else this.uint32(value.value);
	}

	bytes(): Uint8Array {
		return Buffer.concat(this.#parts);
	}

	#view(size: number, write: (view: DataView) => void): void {
		const bytes = new Uint8Array(size);
		write(new DataView(bytes.buffer));
		this.raw(bytes);
	}
}
