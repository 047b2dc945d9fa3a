import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Plugin} from 'vite';

/**
 * Content scripts here are injected by the service worker on the user's gesture, each one file without imports. CRXJS
 * prepares for more: it lets every site load them, and adds a second copy as a module. Both are taken out again, so that
 * no page can find out that the extension is there.
 */
export const injectedScripts = (): Plugin => {
	let manifestPath = '';
	return {
		name: 'injected-scripts',
		apply: 'build',
		enforce: 'post',
		configResolved(config) {
			manifestPath = join(config.build.outDir, 'manifest.json');
		},
		generateBundle(_options, bundle) {
			for (const [fileName, output] of Object.entries(bundle)) {
				if (output.type === 'chunk' && /\.iife\.tsx?$/.test(output.facadeModuleId ?? '')) delete bundle[fileName];
			}
		},
		writeBundle: {
			order: 'post',
			sequential: true,
			handler() {
				const {web_accessible_resources: _, ...manifest} = JSON.parse(readFileSync(manifestPath, 'utf8'));
				writeFileSync(manifestPath, `${JSON.stringify(manifest, null, '\t')}\n`);
			},
		},
	};
};
