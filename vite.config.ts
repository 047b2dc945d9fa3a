import {crx, type ManifestV3Export} from '@crxjs/vite-plugin';
import {defaultClientConditions, defineConfig} from 'vite';
import manifest from './manifest.json' with {type: 'json'};
import packageJson from './package.json' with {type: 'json'};
import {extensionAssets} from './scripts/extension-assets.ts';
import {injectedScripts} from './scripts/injected-scripts.ts';

const DEV_PORT = 5173;

/** The manifest's security policy, opened to the development server for `npm run dev` only. */
const developmentPolicy = manifest.content_security_policy.extension_pages
	.replace("connect-src 'self'", `connect-src 'self' http://localhost:${DEV_PORT} ws://localhost:${DEV_PORT}`)
	.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

export default defineConfig(({command}) => {
	const isDevelopment = command === 'serve';
	return {
		plugins: [
			crx({
				manifest: {
					...manifest,
					version: packageJson.version,
					...(isDevelopment ? {content_security_policy: {extension_pages: developmentPolicy}} : {}),
				} as ManifestV3Export,
			}),
			extensionAssets(),
			injectedScripts(),
		],
		// The runtime's JavaScript without the WASM loader bundled in: the loader is copied to `ort/` (extension-assets.ts).
		// In Node the package's main module is the same runtime; in the browser only its WASM half is wanted.
		resolve: {
			alias: [{find: /^onnxruntime-web$/, replacement: 'onnxruntime-web/wasm'}],
			conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
		},
		worker: {format: 'es'},
		build: {
			target: 'chrome127',
			outDir: isDevelopment ? 'dist-dev' : 'dist',
			emptyOutDir: true,
			sourcemap: false,
			// Every page is local, and the preload helper's dynamic links would only need a wider security policy.
			modulePreload: false,
			chunkSizeWarningLimit: 1024,
			rolldownOptions: {input: {offscreen: 'src/offscreen/index.html'}},
		},
		server: {port: DEV_PORT, strictPort: true, hmr: {port: DEV_PORT}},
	};
});
