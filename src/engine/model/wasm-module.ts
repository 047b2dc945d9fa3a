import {ElementType} from '../onnx/graph-builder.ts';
import type {ReadableTensor} from './tensors.ts';

/** ONNX Runtime's WebAssembly module and its C functions, called as `onnxruntime-web` calls them. */

/** The functions that the module exports, as far as they are used. Numbers are addresses in its memory, handles, or codes. */
export interface WasmModule {
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
export const POINTER = 4;
export const LOG_ERRORS = 3;
const ON_CPU = 1;
let loading: Promise<WasmModule> | undefined;

/** Load the module and start its threads, once; the first call decides where from and how many. */
export function loadModule(threads: number, wasmPaths: string | undefined): Promise<WasmModule> {
	loading ??= (async () => {
		const url = wasmPaths ? wasmPaths + FILE : import.meta.resolve(`onnxruntime-web/${FILE}`);
		const {default: factory} = (await import(/* @vite-ignore */ url)) as {default: Factory};
		const wasm = await factory({numThreads: threads, ...(wasmPaths ? {locateFile: file => wasmPaths + file} : {})});
		if (wasm._OrtInit(threads, LOG_ERRORS) !== 0) fail(wasm);
		return wasm;
	})().catch(error => {
		// The next one who asks tries again.
		loading = undefined;
		throw error;
	});
	return loading;
}

/** @throws Error with the runtime's own message of what failed last. */
export function fail(wasm: WasmModule): never {
	const stack = wasm.stackSave();
	const at = wasm.stackAlloc(2 * POINTER);
	wasm._OrtGetLastError(at, at + POINTER);
	const [code, message] = [wasm.getValue(at, 'i32'), wasm.getValue(at + POINTER, '*')];
	wasm.stackRestore(stack);
	throw new Error(`ONNX Runtime, code ${code}: ${message === 0 ? '' : wasm.UTF8ToString(message)}`);
}

/** The module's memory. Another thread may have made it larger; reading a value notices that. */
export function memoryOf(wasm: WasmModule): Uint8Array {
	wasm.getValue(0, 'i32');
	return wasm.HEAPU8;
}

/** Room in the module's memory. @returns its address. */
export function allocated(wasm: WasmModule, bytes: number): number {
	const address = wasm._malloc(bytes);
	if (address === 0 && bytes > 0) throw new Error(`Failed to allocate ${bytes} bytes.`);
	return address;
}

/** Bytes in the module's memory. */
export function copied(wasm: WasmModule, {buffer, byteOffset, byteLength}: ArrayBufferView): number {
	const address = allocated(wasm, byteLength);
	memoryOf(wasm).set(new Uint8Array(buffer, byteOffset, byteLength), address);
	return address;
}

/** A string in the module's memory. */
export function copiedText(wasm: WasmModule, text: string): number {
	const bytes = wasm.lengthBytesUTF8(text) + 1;
	const address = allocated(wasm, bytes);
	wasm.stringToUTF8(text, address, bytes);
	return address;
}

/** A tensor in the module's memory. */
export interface Resident {
	tensor: ReadableTensor;
	handle: number;
	/** Where its data is; null where the runtime itself has made it. */
	address: number | null;
}

/** Make a tensor of what is at an address. @returns its handle. */
export function createTensor(
	wasm: WasmModule,
	type: ElementType,
	address: number,
	bytes: number,
	dims: readonly number[],
): number {
	const stack = wasm.stackSave();
	const dimsAt = wasm.stackAlloc(dims.length * POINTER);
	for (const [i, size] of dims.entries()) wasm.setValue(dimsAt + i * POINTER, size, 'i32');
	const handle = wasm._OrtCreateTensor(ElementType[type], address, bytes, dimsAt, dims.length, ON_CPU);
	wasm.stackRestore(stack);
	if (handle === 0) fail(wasm);
	return handle;
}

/** A tensor's type, by ONNX's number for it, its shape, and where its data is. */
export function tensorAt(wasm: WasmModule, handle: number): {type: number; dims: number[]; address: number} {
	const stack = wasm.stackSave();
	const at = wasm.stackAlloc(4 * POINTER);
	const fields = [0, 1, 2, 3].map(i => at + i * POINTER) as [number, number, number, number];
	if (wasm._OrtGetTensorData(handle, ...fields) !== 0) fail(wasm);
	const [type, address, dimsAt, rank] = fields.map(field => wasm.getValue(field, '*'));
	const dims = Array.from({length: rank}, (_, i) => wasm.getValue(dimsAt + i * POINTER, 'i32'));
	wasm._OrtFree(dimsAt);
	wasm.stackRestore(stack);
	return {type, dims, address};
}
