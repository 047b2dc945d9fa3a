import {fileURLToPath} from 'node:url';
import {crx, type ManifestV3Export} from '@crxjs/vite-plugin';
import {defaultClientConditions, defineConfig} from 'vite';
import manifest from './manifest.json' with {type: 'json'};
import {extensionAssets} from './scripts/extension-assets.ts';
import {hardenedLibraries} from './scripts/hardened-libraries.ts';
import {injectedScripts} from './scripts/injected-scripts.ts';
import {BROWSERS, type Browser, DIST, manifestFor} from './scripts/manifests.ts';

const DEV_PORT = 5173;

/** The manifest's security policy, opened to the development server for `npm run dev` only. */
const developmentPolicy = manifest.content_security_policy.extension_pages
	.replace("connect-src 'self'", `connect-src 'self' http://localhost:${DEV_PORT} ws://localhost:${DEV_PORT}`)
	.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

/**
 * What several pages share is in two chunks: every chunk is a file that the popup waits for. The service worker, which has
 * no interface, needs only the first.
 */
const SHARED_CHUNKS = [
	{
		name: 'core',
		test: /node_modules\/(webextension-polyfill|valibot)\/|\/src\/(protocol|engine\/(errors|parameters)|client\/(browser|page\/frames|settings\/(?!storage)|engine-client|same-json|text-end|within))/,
		minShareCount: 2,
		priority: 1,
	},
	{
		name: 'interface',
		test: /node_modules\/(@preact|preact)\/|\/src\/(ui\/(?!csv|figures)|client\/(?!page))/,
		minShareCount: 2,
	},
];

/** `--mode firefox` builds for Firefox; anything else for Chromium. */
export default defineConfig(({command, mode}) => {
	const isDevelopment = command === 'serve';
	const browser: Browser = BROWSERS.find(name => name === mode) ?? 'chromium';
	return {
		plugins: [
			crx({
				browser: browser === 'firefox' ? 'firefox' : 'chrome',
				manifest: {
					...manifestFor(browser),
					...(isDevelopment ? {content_security_policy: {extension_pages: developmentPolicy}} : {}),
				} as ManifestV3Export,
			}),
			hardenedLibraries(),
			extensionAssets(),
			injectedScripts(),
		],
		// The runtime's JavaScript without the WASM loader bundled in: the loader is copied to `ort/` (extension-assets.ts).
		// In Node the package's main module is the same runtime; in the browser only its WASM half is wanted.
		resolve: {
			// transformers.js asks for a copy of its own, and gets this one.
			alias: [
				{find: /^onnxruntime-web(\/webgpu)?$/, replacement: 'onnxruntime-web/wasm'},
				{find: /^onnxruntime-common$/, replacement: fileURLToPath(import.meta.resolve('onnxruntime-common'))},
			],
			dedupe: ['onnxruntime-web'],
			// `firefox` chooses that browser's half of `#platform` (package.json, `imports`).
			conditions: [browser, 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
		},
		// Licences are in THIRD-PARTY-NOTICES.md; the comments that name them name addresses. Pages' scripts have none by themselves.
		worker: {
			format: 'es',
			plugins: () => [hardenedLibraries()],
			rolldownOptions: {output: {comments: {legal: false}}},
		},
		build: {
			target: browser === 'firefox' ? 'firefox142' : 'chrome127',
			outDir: isDevelopment ? 'dist-dev' : DIST[browser],
			emptyOutDir: true,
			sourcemap: false,
			// A page names its chunks, so that they are read at the same time. None is named by a script: every page is local.
			modulePreload: {
				polyfill: false,
				resolveDependencies: (_file, chunks, {hostType}) => (hostType === 'html' ? chunks : []),
			},
			chunkSizeWarningLimit: 1024,
			rolldownOptions: {
				output: {codeSplitting: {groups: SHARED_CHUNKS}},
				input: {
					corpus: 'src/entrypoints/corpus/index.html',
					models: 'src/entrypoints/models/index.html',
					welcome: 'src/entrypoints/welcome/index.html',
					walkthrough: 'src/entrypoints/walkthrough/index.html',
					...(browser === 'chromium' ? {offscreen: 'src/entrypoints/offscreen/index.html'} : {}),
				},
			},
		},
		server: {port: DEV_PORT, strictPort: true, hmr: {port: DEV_PORT}},
	};
});
