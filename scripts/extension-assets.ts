import {cpSync, mkdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Plugin} from 'vite';

/**
 * What the extension carries beside its code, as [from, to]. ONNX Runtime's WASM build is copied, not bundled: it loads
 * its own threads from the same file, and the built extension must hold exactly one copy of it.
 */
const ASSETS = [
	['models/gpt2-mini', 'models/gpt2-mini'],
	['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs', 'ort/ort-wasm-simd-threaded.mjs'],
	['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm', 'ort/ort-wasm-simd-threaded.wasm'],
	['icons/icon-32.png', 'icons/icon-32.png'],
	['icons/icon.svg', 'icons/icon.svg'],
	['LICENSE', 'LICENSE'],
	['THIRD-PARTY-NOTICES.md', 'THIRD-PARTY-NOTICES.md'],
];

/** Copies the assets into the output folder, for a build and for `vite dev` alike. */
export const extensionAssets = (): Plugin => {
	let outDir = '';
	const copy = () => {
		for (const [from, to] of ASSETS) {
			mkdirSync(dirname(join(outDir, to)), {recursive: true});
			cpSync(from, join(outDir, to), {recursive: true});
		}
	};
	return {
		name: 'extension-assets',
		configResolved(config) {
			outDir = config.build.outDir;
		},
		writeBundle: {sequential: true, order: 'post', handler: copy},
		configureServer: copy,
	};
};
