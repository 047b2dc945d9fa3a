import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Plugin, Rolldown} from 'vite';
import {withoutInnerHtml} from './hardened-libraries.ts';

/** Chromium refuses to inject a script with one of Unicode's noncharacters in it, as not being UTF-8. */
export const NONCHARACTERS = /[\ufdd0-\ufdef\ufffe\uffff]/g;

/** Noncharacters written as escapes; a minifier leaves them in the strings as they are. */
const escapeNoncharacters = (code: string) =>
	code.replace(NONCHARACTERS, character => `\\u${character.charCodeAt(0).toString(16)}`);

/** Takes out the chunks that the removed copies shared, and that nothing else asks for. */
function dropUnused(bundle: Rolldown.OutputBundle): void {
	const chunks = Object.values(bundle).filter(output => output.type === 'chunk');
	const asked = new Set(chunks.flatMap(({imports, dynamicImports}) => [...imports, ...dynamicImports]));
	const unused = chunks.filter(chunk => !chunk.isEntry && !asked.has(chunk.fileName));
	for (const {fileName} of unused) delete bundle[fileName];
	// What they asked for may be asked for by nothing now.
	if (unused.length > 0) dropUnused(bundle);
}

/**
 * Content scripts here are injected by the service worker on the user's gesture, each one file without imports. CRXJS
 * prepares for more: it lets every site load them, and adds a second copy as a module. Both are taken out again, so that
 * no page can find out that the extension is there.
 */
export const injectedScripts = (): Plugin => {
	let outDir = '';
	return {
		name: 'injected-scripts',
		apply: 'build',
		enforce: 'post',
		configResolved(config) {
			outDir = config.build.outDir;
		},
		generateBundle(_options, bundle) {
			for (const [fileName, output] of Object.entries(bundle)) {
				if (output.type === 'chunk' && /\.iife\.tsx?$/.test(output.facadeModuleId ?? '')) delete bundle[fileName];
			}
			dropUnused(bundle);
		},
		writeBundle: {
			order: 'post',
			sequential: true,
			handler() {
				const manifestPath = join(outDir, 'manifest.json');
				const {web_accessible_resources: _, ...manifest} = JSON.parse(readFileSync(manifestPath, 'utf8'));
				writeFileSync(manifestPath, `${JSON.stringify(manifest, null, '\t')}\n`);
				for (const {name, parentPath} of readdirSync(outDir, {withFileTypes: true, recursive: true})) {
					if (!name.endsWith('.iife.js')) continue;
					const path = join(parentPath, name);
					writeFileSync(path, escapeNoncharacters(withoutInnerHtml(readFileSync(path, 'utf8'))));
				}
			},
		},
	};
};
