import {cpSync, createReadStream, existsSync, mkdirSync} from 'node:fs';
import {dirname, extname, join} from 'node:path';
import type {Plugin} from 'vite';
import {bundleModel} from './bundle-model.ts';
import {writeKernels} from './kernels.ts';
import {writeLocales} from './locales.ts';

/**
 * What the extension carries beside its code, as [from, to]. ONNX Runtime's WASM build is copied, not bundled: it loads
 * its own threads from the same file, and the built extension must hold exactly one copy of it.
 */
const ASSETS = [
	['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs', 'ort/ort-wasm-simd-threaded.mjs'],
	['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm', 'ort/ort-wasm-simd-threaded.wasm'],
	['icons/icon-32.png', 'icons/icon-32.png'],
	['icons/icon.svg', 'icons/icon.svg'],
	['LICENSE', 'LICENSE'],
	['docs/THIRD-PARTY-NOTICES.md', 'THIRD-PARTY-NOTICES.md'],
];

/** The checkpoint that is shipped in the stored form. */
const MODEL = 'models/gpt2-mini';

const TYPES: Record<string, string> = {
	'.mjs': 'text/javascript',
	'.wasm': 'application/wasm',
	'.json': 'application/json',
};

const isAsset = (path: string) =>
	!path.includes('..') &&
	(path.startsWith(`/${MODEL}/`) || path.startsWith('/kernels/') || ASSETS.some(([, to]) => path === `/${to}`));

/** Copies the assets into the output folder. In development the server, which all pages then load from, has them too. */
export const extensionAssets = (): Plugin => {
	let outDir = '';
	const copy = async () => {
		for (const [from, to] of ASSETS) {
			mkdirSync(dirname(join(outDir, to)), {recursive: true});
			cpSync(from, join(outDir, to), {recursive: true});
		}
		writeLocales(join(outDir, '_locales'));
		await writeKernels(join(outDir, 'kernels'));
		await bundleModel(MODEL, join(outDir, MODEL));
	};
	return {
		name: 'extension-assets',
		configResolved(config) {
			outDir = config.build.outDir;
		},
		writeBundle: {sequential: true, order: 'post', handler: copy},
		async configureServer(server) {
			await copy();
			server.middlewares.use((request, response, next) => {
				const {pathname} = new URL(request.url ?? '/', 'http://localhost');
				const source = join(outDir, pathname);
				if (!isAsset(pathname) || !existsSync(source)) return next();
				response.setHeader('content-type', TYPES[extname(source)] ?? 'application/octet-stream');
				createReadStream(source).pipe(response);
			});
		},
	};
};
