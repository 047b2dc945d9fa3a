import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {dirname, extname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, defaultClientConditions} from 'vite';
import {writeKernels} from '../../scripts/kernels.ts';
import {PATHS} from './contract.ts';
import type {WeightFolders} from './weights.ts';

const TYPES: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.mjs': 'text/javascript',
	'.json': 'application/json',
	'.wasm': 'application/wasm',
};

/** Bundle the page and the worker with both engines into `outDir`, minified, as an extension or a site would ship them. */
export async function buildSite(outDir: string): Promise<void> {
	await build({
		configFile: false,
		root: join(import.meta.dirname, 'hosts'),
		logLevel: 'warn',
		// As in vite.config.ts: the runtimes load their WASM from where the server has it.
		resolve: {
			alias: [{find: /^onnxruntime-web$/, replacement: 'onnxruntime-web/wasm'}],
			conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
		},
		worker: {format: 'es'},
		build: {outDir, emptyOutDir: true, target: 'chrome127', chunkSizeWarningLimit: 2048},
	});
	await writeKernels(join(outDir, 'kernels'));
}

export interface Site {
	url: string;
	dispose(): Promise<void>;
}

/** Serve the bundle and the weights on this machine only, cross-origin isolated, so that WASM may use threads. */
export async function serveSite(site: string, weights: Omit<WeightFolders, 'name'>): Promise<Site> {
	const require = createRequire(import.meta.url);
	const ortBeside = (from: NodeJS.Require) => dirname(from.resolve('onnxruntime-web'));
	const wllama = dirname(fileURLToPath(import.meta.resolve('@wllama/wllama')));
	const roots: [string, string][] = [
		[PATHS.checkpoint, weights.checkpoint],
		[PATHS.stored, weights.stored],
		[PATHS.models, weights.models],
		[dirname(PATHS.gguf), dirname(weights.gguf)],
		[PATHS.ort, ortBeside(require)],
		[PATHS.stockOrt, ortBeside(createRequire(require.resolve('@huggingface/transformers')))],
		[dirname(PATHS.wllama), join(wllama, 'wasm')],
		['/', site],
	];
	const server = createServer(async (request, response) => {
		const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
		const [mount, folder] = roots.find(([mount]) => path.startsWith(mount))!;
		const file = join(folder, path === '/' ? 'index.html' : path.slice(mount.length));
		try {
			const {size} = await stat(file);
			response.writeHead(200, {
				'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
				'content-length': size,
				'cross-origin-opener-policy': 'same-origin',
				'cross-origin-embedder-policy': 'require-corp',
			});
			// The server has the same cores as what is measured: in larger pieces than Node's own it takes less of them.
			createReadStream(file, {highWaterMark: 2 ** 20}).pipe(response);
		} catch {
			response.writeHead(404, {'content-type': 'text/plain'}).end('No such file.');
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		async dispose() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
		},
	};
}
