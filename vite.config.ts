import {crx, type ManifestV3Export} from '@crxjs/vite-plugin';
import {defaultClientConditions, defineConfig} from 'vite';
import manifest from './manifest.json' with {type: 'json'};
import packageJson from './package.json' with {type: 'json'};
import {extensionAssets} from './scripts/extension-assets.ts';

export default defineConfig({
	plugins: [crx({manifest: {...manifest, version: packageJson.version} as ManifestV3Export}), extensionAssets()],
	// The runtime's JavaScript without the WASM loader bundled in: the loader is copied to `ort/` (extension-assets.ts).
	resolve: {conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions]},
	worker: {format: 'es'},
	build: {
		target: 'chrome127',
		outDir: 'dist',
		emptyOutDir: true,
		sourcemap: false,
		// Every page is local, and the preload helper's dynamic links would only need a wider security policy.
		modulePreload: false,
		chunkSizeWarningLimit: 1024,
		rollupOptions: {input: {offscreen: 'src/offscreen/index.html'}},
	},
	server: {port: 5173, strictPort: true, hmr: {port: 5173}},
});
