import {env} from '@huggingface/transformers';
import {type BenchEngine, type Opening, PATHS} from '../contract.ts';
import {openTransformers} from './transformers.ts';

/** transformers.js on its WASM backend: the build that it takes by itself, from this machine instead of its CDN. */
export async function openInBrowser({threads}: Opening, openedAt: number): Promise<BenchEngine> {
	const runtime = env.backends.onnx.wasm!;
	const file = (extension: string) =>
		new URL(`${PATHS.stockOrt}ort-wasm-simd-threaded.asyncify.${extension}`, self.location.origin).href;
	runtime.wasmPaths = {mjs: file('mjs'), wasm: file('wasm')};
	// By itself it would use fewer than we do.
	runtime.numThreads = threads;
	return openTransformers({models: PATHS.models, repository: PATHS.stock, device: 'wasm'}, openedAt);
}
