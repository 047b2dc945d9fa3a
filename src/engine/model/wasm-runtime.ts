import {Tensor} from 'onnxruntime-web';
import {ElementType, type OnnxModel} from '../onnx/graph-builder.ts';
import type {Feeds} from './tensors.ts';

/**
 * ONNX Runtime's WebAssembly module, called by its C functions as `onnxruntime-web` calls them. But its
 * `InferenceSession.run` copies every input into the module's memory at every run, and a prompt's cache is tens of megabytes,
 * the same ones for every token: at 512 tokens of GPT-2 small that takes as long as a third of the step. Here arrays stay
 * where they are from one run to the next.
 */

/** The functions that the module exports, as far as they are used. Numbers are addresses in its memory, handles, or codes. */
interface WasmModule {
	HEAPU8: Uint8Array;
	_malloc(bytes: number): number;
	_free(address: number): void;
	stackSave(): number;
	stackRestore(stack: number): void;
	stackAlloc(bytes: number): number;
	getValue(address: number, type: 'i32' | '*'): number;
	setValue(address: number, value: number, type: 'i32' | '*'): void;
	UTF8ToString(address: number): string;
	stringToUTF8(text: string, address: number, bytes: number): void;
	lengthBytesUTF8(text: string): number;
	mountExternalData(path: string, data: Uint8Array): void;
	unmountExternalData(): void;
	_OrtInit(threads: number, logLevel: number): number;
	_OrtGetLastError(code: number, message: number): void;
	_OrtCreateSessionOptions(
		optimization: number,
		memoryArena: boolean,
		memoryPattern: boolean,
		parallel: number,
		profiling: boolean,
		profile: number,
		logId: number,
		logSeverity: number,
		logVerbosity: number,
		optimizedModel: number,
	): number;
	_OrtAddSessionConfigEntry(options: number, key: number, value: number): number;
	_OrtReleaseSessionOptions(options: number): number;
	_OrtCreateSession(model: number, bytes: number, options: number): number | Promise<number>;
	_OrtReleaseSession(session: number): number;
	_OrtCreateTensor(type: number, data: number, bytes: number, dims: number, rank: number, location: number): number;
	_OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
	_OrtReleaseTensor(tensor: number): number;
	_OrtFree(address: number): number;
	_OrtRun(
		session: number,
		inputNames: number,
		inputs: number,
		inputCount: number,
		outputNames: number,
		outputCount: number,
		outputs: number,
		options: number,
	): number | Promise<number>;
}

type Factory = (config: {numThreads: number; locateFile?(file: string): string}) => Promise<WasmModule>;

const FILE = 'ort-wasm-simd-threaded.mjs';
const POINTER = 4;
/** Our graph is built as it is to run: there is nothing to optimise, and looking for it makes V8 compile the code that looks. */
const NO_OPTIMIZATIONS = 0;
const LOG_ERRORS = 3;
const ON_CPU = 1;
const NO_OPTIONS = 0;
/** The types of outputs. */
const OUTPUTS = [
	{type: 'float32', array: Float32Array},
	{type: 'int32', array: Int32Array},
	{type: 'int64', array: BigInt64Array},
] as const;

let loading: Promise<WasmModule> | undefined;

/** Load the module and start its threads, once; the first call decides where from and how many. */
function loadModule(threads: number, wasmPaths: string | undefined): Promise<WasmModule> {
	loading ??= (async () => {
		const url = wasmPaths ? wasmPaths + FILE : import.meta.resolve(`onnxruntime-web/${FILE}`);
		const {default: factory} = (await import(/* @vite-ignore */ url)) as {default: Factory};
		const wasm = await factory({numThreads: threads, ...(wasmPaths ? {locateFile: file => wasmPaths + file} : {})});
		if (wasm._OrtInit(threads, LOG_ERRORS) !== 0) fail(wasm);
		return wasm;
	})();
	return loading;
}

/** @throws Error with the runtime's own message of what failed last. */
function fail(wasm: WasmModule): never {
	const stack = wasm.stackSave();
	const at = wasm.stackAlloc(2 * POINTER);
	wasm._OrtGetLastError(at, at + POINTER);
	const [code, message] = [wasm.getValue(at, 'i32'), wasm.getValue(at + POINTER, '*')];
	wasm.stackRestore(stack);
	throw new Error(`ONNX Runtime, code ${code}: ${message === 0 ? '' : wasm.UTF8ToString(message)}`);
}

/** The module's memory. Another thread may have made it larger; reading a value notices that. */
function memoryOf(wasm: WasmModule): Uint8Array {
	wasm.getValue(0, 'i32');
	return wasm.HEAPU8;
}

/** Bytes in the module's memory. */
function copied(wasm: WasmModule, {buffer, byteOffset, byteLength}: ArrayBufferView): number {
	const address = wasm._malloc(byteLength);
	if (address === 0 && byteLength > 0) throw new Error(`Failed to allocate ${byteLength} bytes.`);
	memoryOf(wasm).set(new Uint8Array(buffer, byteOffset, byteLength), address);
	return address;
}

/** A string in the module's memory. */
function copiedText(wasm: WasmModule, text: string): number {
	const bytes = wasm.lengthBytesUTF8(text) + 1;
	const address = wasm._malloc(bytes);
	wasm.stringToUTF8(text, address, bytes);
	return address;
}

/** A tensor in the module's memory. */
interface Resident {
	tensor: Tensor;
	handle: number;
	/** Where its data is; null where the runtime itself has made it. */
	address: number | null;
}

/** One graph in the module. One run at a time. */
export class WasmSession {
	readonly #names = new Map<string, number>();
	/** What went into the last run and what came out of it: most of it goes into the next. */
	#held = new Set<Resident>();

	private constructor(
		private readonly wasm: WasmModule,
		private readonly session: number,
	) {}

	static async create(model: OnnxModel, threads: number, wasmPaths: string | undefined): Promise<WasmSession> {
		const wasm = await loadModule(threads, wasmPaths);
		const options = wasm._OrtCreateSessionOptions(NO_OPTIMIZATIONS, false, false, 0, false, 0, 0, LOG_ERRORS, 0, 0);
		if (options === 0) fail(wasm);
		// Prepacked weights would be a second copy of every matrix.
		const entry = ['session.disable_prepacking', '1'].map(text => copiedText(wasm, text));
		const proto = copied(wasm, model.proto);
		try {
			if (wasm._OrtAddSessionConfigEntry(options, entry[0], entry[1]) !== 0) fail(wasm);
			for (const {path, data} of model.weights) wasm.mountExternalData(path, data);
			const session = await wasm._OrtCreateSession(proto, model.proto.byteLength, options);
			if (session === 0) fail(wasm);
			return new WasmSession(wasm, session);
		} finally {
			wasm.unmountExternalData();
			for (const address of [proto, ...entry]) wasm._free(address);
			wasm._OrtReleaseSessionOptions(options);
		}
	}

	/**
	 * Run the graph. An array that went into the last run or came out of it is not copied again: arrays are never written
	 * after they are made.
	 * @param outputs the names of those to fetch.
	 */
	async run(feeds: Feeds, outputs: readonly string[]): Promise<Feeds> {
		const {wasm} = this;
		const names = Object.keys(feeds);
		const inputs = this.#resident(Object.values(feeds));
		const stack = wasm.stackSave();
		const list = (values: readonly number[]) => {
			const address = wasm.stackAlloc(values.length * POINTER);
			for (const [i, value] of values.entries()) wasm.setValue(address + i * POINTER, value, '*');
			return address;
		};
		try {
			const fetched = list(outputs.map(() => 0));
			const code = await wasm._OrtRun(
				this.session,
				list(names.map(name => this.#name(name))),
				list(inputs.map(({handle}) => handle)),
				inputs.length,
				list(outputs.map(name => this.#name(name))),
				outputs.length,
				fetched,
				NO_OPTIONS,
			);
			if (code !== 0) fail(wasm);
			const results = outputs.map((_, i) => this.#taken(wasm.getValue(fetched + i * POINTER, '*')));
			return Object.fromEntries(outputs.map((name, i) => [name, results[i]]));
		} finally {
			wasm.stackRestore(stack);
		}
	}

	release(): void {
		for (const resident of this.#held) this.#drop(resident);
		for (const address of this.#names.values()) this.wasm._free(address);
		if (this.wasm._OrtReleaseSession(this.session) !== 0) fail(this.wasm);
	}

	#name(name: string): number {
		if (!this.#names.has(name)) this.#names.set(name, copiedText(this.wasm, name));
		return this.#names.get(name)!;
	}

	/** Tensors in the module's memory: those that are there, and copies of the rest in the place of what is no longer needed. */
	#resident(tensors: readonly Tensor[]): Resident[] {
		const held = new Map([...this.#held].map(resident => [resident.tensor.data, resident]));
		const known = tensors.map(tensor => {
			const resident = held.get(tensor.data);
			return resident && tensor.size > 0 && resident.tensor.dims.join() === tensor.dims.join() ? resident : null;
		});
		for (const resident of this.#held) if (!known.includes(resident)) this.#drop(resident);
		return tensors.map((tensor, i) => known[i] ?? this.#added(tensor));
	}

	#added(tensor: Tensor): Resident {
		const {wasm} = this;
		const data = tensor.data as Float32Array;
		const address = copied(wasm, data);
		const stack = wasm.stackSave();
		const dims = wasm.stackAlloc(tensor.dims.length * POINTER);
		for (const [i, size] of tensor.dims.entries()) wasm.setValue(dims + i * POINTER, size, 'i32');
		const type = ElementType[tensor.type as ElementType];
		const handle = wasm._OrtCreateTensor(type, address, data.byteLength, dims, tensor.dims.length, ON_CPU);
		wasm.stackRestore(stack);
		const resident = {tensor, address, handle};
		this.#held.add(resident);
		if (handle === 0) fail(wasm);
		return resident;
	}

	#drop(resident: Resident): void {
		this.#held.delete(resident);
		this.wasm._OrtReleaseTensor(resident.handle);
		if (resident.address !== null) this.wasm._free(resident.address);
	}

	/** A copy of an output. */
	#taken(handle: number): Tensor {
		const {wasm} = this;
		const stack = wasm.stackSave();
		const at = wasm.stackAlloc(4 * POINTER);
		const fields = [0, 1, 2, 3].map(i => at + i * POINTER) as [number, number, number, number];
		if (wasm._OrtGetTensorData(handle, ...fields) !== 0) fail(wasm);
		const [code, address, dimsAt, rank] = fields.map(field => wasm.getValue(field, '*'));
		const dims = Array.from({length: rank}, (_, i) => wasm.getValue(dimsAt + i * POINTER, 'i32'));
		wasm._OrtFree(dimsAt);
		wasm.stackRestore(stack);
		const {type, array: TypedArray} = OUTPUTS.find(({type}) => ElementType[type] === code)!;
		const bytes = dims.reduce((product, n) => product * n, TypedArray.BYTES_PER_ELEMENT);
		// Not in the shared memory.
		const data = memoryOf(wasm).slice(address, address + bytes);
		const tensor = new Tensor(type, new TypedArray(data.buffer), dims);
		this.#held.add({tensor, handle, address: null});
		return tensor;
	}
}
