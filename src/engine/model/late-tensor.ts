import {ElementType} from '../onnx/graph-builder.ts';
import type {ReadableTensor} from './tensors.ts';
import {memoryOf, tensorAt, type WasmModule} from './wasm-module.ts';

/** The types of outputs. */
const OUTPUTS = [
	{type: 'float32', array: Float32Array},
	{type: 'int32', array: Int32Array},
	{type: 'int64', array: BigInt64Array},
] as const;

/**
 * What a run has made, still in the module's memory: it is copied when it is first read. The cache of a continuation never is, since
 * it only goes into the next run.
 */
export class LateTensor implements ReadableTensor {
	readonly type: (typeof OUTPUTS)[number]['type'];
	readonly dims: readonly number[];
	readonly size: number;
	readonly #array: (typeof OUTPUTS)[number]['array'];
	readonly #address: number;
	#data: InstanceType<(typeof OUTPUTS)[number]['array']> | null = null;
	#isInside = true;

	constructor(
		private readonly wasm: WasmModule,
		handle: number,
	) {
		const {type: code, dims, address} = tensorAt(wasm, handle);
		const {type, array} = OUTPUTS.find(({type}) => ElementType[type] === code)!;
		this.type = type;
		this.dims = dims;
		this.size = dims.reduce((product, n) => product * n, 1);
		this.#array = array;
		this.#address = address;
	}

	/** @throws Error where it was discarded before it was read. */
	get data() {
		this.#data ??= this.#copy();
		return this.#data;
	}

	/** Its memory will be given back: read it now, where it was not discarded. */
	leave(isDiscarded: boolean): void {
		if (!isDiscarded) this.#data ??= this.#copy();
		this.#isInside = false;
	}

	#copy() {
		if (!this.#isInside) throw new Error('This tensor was discarded.');
		const bytes = this.size * this.#array.BYTES_PER_ELEMENT;
		// Not in the shared memory.
		const copy = memoryOf(this.wasm).slice(this.#address, this.#address + bytes);
		return new this.#array(copy.buffer);
	}
}
