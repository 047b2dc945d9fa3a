import * as ort from 'onnxruntime-web';
import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {inTurn} from '../../model/turns.ts';

/** How ONNX Runtime is loaded; the first session decides for all. */
export interface OnnxOptions {
	/** Where `ort-wasm-simd-threaded.{mjs,wasm}` are, a URL that ends in `/`. In Node: beside the package's own module. */
	wasmPaths?: string;
	/** WASM threads; more than one needs `SharedArrayBuffer`. */
	threads?: number;
}

/** More threads than this slow ONNX Runtime down. */
const MOST_THREADS = 4;

/** Say how ONNX Runtime is loaded, before its first session is made. */
export function prepareRuntime({threads = 1, wasmPaths}: OnnxOptions): void {
	ort.env.wasm.numThreads = Math.min(MOST_THREADS, threads);
	if (wasmPaths) ort.env.wasm.wasmPaths = wasmPaths;
}

/**
 * ONNX Runtime for a library that brings its own copy of it: ours instead, whose sessions take turns with our own models. It names
 * no version, so that the library looks for no files of one on the network.
 */
export const runtimeForLibraries = {
	Tensor: ort.Tensor,
	env: {wasm: {}, versions: {}},
	InferenceSession: {
		async create(model: Uint8Array, options: ort.InferenceSession.SessionOptions) {
			const session = await running(() =>
				ort.InferenceSession.create(model, {...options, graphOptimizationLevel: 'all', logSeverityLevel: 3}),
			);
			const {inputNames, outputNames, inputMetadata, outputMetadata} = session;
			return {
				inputNames,
				outputNames,
				inputMetadata,
				outputMetadata,
				run: (feeds: ort.InferenceSession.FeedsType) => running(() => session.run(feeds)),
				release: () => running(() => session.release()),
			};
		},
	},
};

/** One instance serves all sessions and must not be re-entered. */
const running = <T>(run: () => Promise<T>): Promise<T> =>
	inTurn(run).catch(error => {
		throw asEngineError(error);
	});

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
