import * as ort from 'onnxruntime-web';
import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import type {OnnxModel} from '../onnx/graph-builder.ts';
import type {Grower, GrowingInputs} from './growing.ts';
import {nextTask} from './next-task.ts';
import type {Feeds} from './tensors.ts';
import {WasmSession} from './wasm-runtime.ts';

/** How ONNX Runtime is loaded; the first session decides for all. */
export interface RuntimeOptions {
	/** Where `ort-wasm-simd-threaded.{mjs,wasm}` are, a URL that ends in `/`. In Node: beside the package's own module. */
	wasmPaths?: string;
	/** WASM threads; more than one needs `SharedArrayBuffer`. Fixed when the first session is made. */
	threads?: number;
}

/** How many threads pay off here: every core up to four where threads are possible, else one. */
export function usableThreads(): number {
	const isolated =
		(globalThis as {crossOriginIsolated?: boolean}).crossOriginIsolated ?? typeof process !== 'undefined';
	return isolated ? Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 2)) : 1;
}

/** One graph, loaded. Runs of all sessions take turns: whoever asked first runs first, so that requests interleave fairly. */
export interface Session extends Grower {
	/**
	 * Run the graph and fetch these outputs. Yields to the event loop afterwards, so that a cancellation can arrive.
	 * @param growing more inputs. Their outputs are not fetched: where `outputs` names them, all of them, they are appended to
	 * the inputs. A run that fails leaves these as they were.
	 */
	run(feeds: Feeds, outputs: readonly string[], signal?: AbortSignal, growing?: GrowingInputs): Promise<Feeds>;
	/** These tensors are neither read any more nor fed: their memory is given back, and they are not copied out of it. */
	discard(tensors: Feeds): void;
	dispose(): Promise<void>;
}

/** Say how libraries' ONNX Runtime is loaded, before its first session is made. */
export function prepareRuntime(options: RuntimeOptions): void {
	ort.env.wasm.numThreads = options.threads ?? usableThreads();
	if (options.wasmPaths) ort.env.wasm.wasmPaths = options.wasmPaths;
}

/** Open a graph on ONNX Runtime's plain WASM backend. @throws EngineError `out-of-memory`. */
export async function createSession(model: OnnxModel, options: RuntimeOptions = {}): Promise<Session> {
	const threads = options.threads ?? usableThreads();
	const session = await inTurn(() => WasmSession.create(model, threads, options.wasmPaths));
	return {
		run: (feeds, outputs, signal, growing) => {
			signal?.throwIfAborted();
			return inTurn(() => {
				signal?.throwIfAborted();
				return session.run(feeds, outputs, growing);
			});
		},
		grow: (growth, begin, room) => session.grow(growth, begin, room),
		take(growing) {
			try {
				return session.take(growing);
			} catch (error) {
				throw asEngineError(error);
			}
		},
		free: growing => session.free(growing),
		discard: tensors => session.discard(tensors),
		dispose: () => inTurn(async () => session.release()),
	};
}

/**
 * ONNX Runtime for a library that brings its own copy of it: ours instead, whose sessions take turns with our own. Its module
 * is another instance of the same code, with memory of its own, and starts when such a library is used. It names no version,
 * so that the library looks for no files of one on the network.
 */
export const runtimeForLibraries = {
	Tensor: ort.Tensor,
	env: {wasm: {}, versions: {}},
	InferenceSession: {
		async create(model: Uint8Array, options: ort.InferenceSession.SessionOptions) {
			const session = await inTurn(() =>
				ort.InferenceSession.create(model, {...options, graphOptimizationLevel: 'all', logSeverityLevel: 3}),
			);
			const {inputNames, outputNames, inputMetadata, outputMetadata} = session;
			return {
				inputNames,
				outputNames,
				inputMetadata,
				outputMetadata,
				run: (feeds: ort.InferenceSession.FeedsType) => inTurn(() => session.run(feeds)),
				release: () => inTurn(() => session.release()),
			};
		},
	},
};

let last: Promise<unknown> = Promise.resolve();

/** One WASM instance serves all sessions and must not be re-entered. */
function inTurn<T>(run: () => Promise<T>): Promise<T> {
	const mine = last.then(run).catch(error => {
		throw asEngineError(error);
	});
	last = mine.then(nextTask, nextTask);
	return mine;
}

/** The runtime says in words alone that memory ran out. */
function asEngineError(error: unknown): unknown {
	const message = error instanceof Error ? error.message : String(error);
	if (
		/out of memory|bad_alloc|failed to allocate|can't allocate|could not allocate|array buffer allocation/i.test(
			message,
		)
	) {
		return new EngineError('out-of-memory', refuse('out-of-memory'), {cause: error});
	}

	return error;
}
