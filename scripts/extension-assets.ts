import {cpSync, createReadStream, existsSync, mkdirSync} from 'node:fs';
import {dirname, extname, join} from 'node:path';
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

const TYPES: Record<string, string> = {
	'.mjs': 'text/javascript',
	'.wasm': 'application/wasm',
	'.json': 'application/json',
};

/** The file behind a path of the extension: `/ort/x.wasm`, `/models/gpt2-mini/config.json`. */
const sourceOf = (path: string): string | undefined => {
	for (const [from, to] of ASSETS) {
		if (path === `/${to}`) return from;
		if (path.startsWith(`/${to}/`) && !path.includes('..')) return join(from, path.slice(to.length + 2));
	}
};

/** Copies the assets into the output folder. In development the server, which all pages then load from, has them too. */
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
		configureServer(server) {
			copy();
			server.middlewares.use((request, response, next) => {
				const source = sourceOf(new URL(request.url ?? '/', 'http://localhost').pathname);
				if (!source || !existsSync(source)) return next();
				response.setHeader('content-type', TYPES[extname(source)] ?? 'application/octet-stream');
				createReadStream(source).pipe(response);
			});
		},
	};
};
