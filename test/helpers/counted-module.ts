import type {WasmModule} from '../../src/engine/model/wasm-module.ts';

/** What of a module's memory is in use: bytes and pieces that were allocated from outside, tensors, and sessions. */
interface InUse {
	bytes: number;
	pieces: number;
	tensors: number;
	sessions: number;
}

/** ONNX Runtime's module, counting what is taken of its memory and given back. */
interface CountedModule {
	readonly wasm: WasmModule;
	inUse(): InUse;
	/** Bytes in use at most, since the last call. */
	mostBytes(): number;
	/** Bytes that were allocated, given back or not, since the last call. */
	allocated(): number;
	/** From now on, allocations of so many bytes and more fail, after the first `spared`; by default none. */
	refuse(bytes?: number, spared?: number): void;
}

type Original = typeof import('../../src/engine/model/wasm-module.ts');
let counted: CountedModule;

/** The module of this test file, from the first session on. */
export const memory = (): CountedModule => counted;

/** In place of `wasm-module.ts`, by `vi.mock`: the same with a module that counts. */
export async function withCountedModule(importOriginal: () => Promise<Original>): Promise<Original> {
	const original = await importOriginal();
	return {
		...original,
		async loadModule(...args) {
			counted ??= countedModule(await original.loadModule(...args));
			return counted.wasm;
		},
	};
}

function countedModule(original: WasmModule): CountedModule {
	const allocations = new Map<number, number>();
	const tensors = new Set<number>();
	const sessions = new Set<number>();
	let most = 0;
	let all = 0;
	let refused = Number.POSITIVE_INFINITY;
	let left = 0;
	const bytes = () => [...allocations.values()].reduce((sum, size) => sum + size, 0);
	// What is not counted is the original's, the memory too, which it replaces as it grows.
	const wasm: WasmModule = Object.assign(Object.create(original), {
		_malloc(size: number) {
			if (size >= refused && left-- <= 0) return 0;
			const address = original._malloc(size);
			allocations.set(address, size);
			most = Math.max(most, bytes());
			all += size;
			return address;
		},
		_free(address: number) {
			if (!allocations.delete(address)) throw new Error(`Nothing is allocated at ${address}.`);
			original._free(address);
		},
		_OrtCreateTensor(...args: Parameters<WasmModule['_OrtCreateTensor']>) {
			const handle = original._OrtCreateTensor(...args);
			tensors.add(handle);
			return handle;
		},
		_OrtReleaseTensor(handle: number) {
			if (!tensors.delete(handle)) throw new Error(`There is no tensor ${handle}.`);
			return original._OrtReleaseTensor(handle);
		},
		async _OrtCreateSession(...args: Parameters<WasmModule['_OrtCreateSession']>) {
			const session = await original._OrtCreateSession(...args);
			if (session !== 0) sessions.add(session);
			return session;
		},
		_OrtReleaseSession(session: number) {
			if (!sessions.delete(session)) throw new Error(`There is no session ${session}.`);
			return original._OrtReleaseSession(session);
		},
		async _OrtRun(...args: Parameters<WasmModule['_OrtRun']>) {
			const code = await original._OrtRun(...args);
			const [count, outputs] = [args[5], args[6]];
			if (code === 0) for (let i = 0; i < count; i++) tensors.add(original.getValue(outputs + 4 * i, '*'));
			return code;
		},
	});
	return {
		wasm,
		inUse: () => ({bytes: bytes(), pieces: allocations.size, tensors: tensors.size, sessions: sessions.size}),
		mostBytes() {
			const before = most;
			most = bytes();
			return before;
		},
		allocated() {
			const before = all;
			all = 0;
			return before;
		},
		refuse(bytes = Number.POSITIVE_INFINITY, spared = 0) {
			refused = bytes;
			left = spared;
		},
	};
}
