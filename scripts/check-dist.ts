/** Checks what a store would refuse, and what we promise, about the built extension. Run by `npm run build`. */
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {NONCHARACTERS} from './injected-scripts.ts';

const MAX_ZIP_BYTES = 60e6;

/** All the WebAssembly there is: the kernels, and one copy of ONNX Runtime. */
const WASM = ['kernels/shared.wasm', 'kernels/single.wasm', 'ort/ort-wasm-simd-threaded.wasm'];

/**
 * Addresses that code may name because nothing is ever fetched from them: XML namespaces, and pages that an error
 * message points the reader to. Everything else with a host in it is refused.
 */
const NAMED_ONLY = [
	'http://www.w3.org/',
	'https://web.dev/cross-origin-isolation-guide/',
	'https://github.com/mozilla/webextension-polyfill',
	'https://rolldown.rs/in-depth/bundling-cjs',
	'https://www.npmjs.com/package/hash-wasm',
	// Messages of transformers.js.
	'https://developer.mozilla.org/en-US/docs/Web/API/Cache',
	'https://huggingface.co/docs/',
	'https://github.com/huggingface/transformers.js/issues/',
	'https://gist.github.com/hollance/42e32852f24243b748ae6bc1f985b13a',
];

const filesUnder = (folder: string): string[] =>
	readdirSync(folder, {withFileTypes: true, recursive: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name));

/** Where files of models are fetched from when a person asks for one; data, never code. Only the bare address. */
const HUB = 'https://huggingface.co';

/** Remote addresses in scripts and pages: `import('https://…')`, `wasmPaths = 'https://…'`, `<script src="//…">`. */
export const remoteAddresses = (code: string): string[] =>
	[...code.matchAll(/\b(?:https?|wss?|ftp):\/\/[a-z0-9][^\s"'`)\\<>]*|(?:src|href)=["']?\/\/[a-z0-9][^\s"'>]*/gi)]
		.map(match => match[0])
		.filter(address => address !== HUB && !NAMED_ONLY.some(named => address.startsWith(named)));

/** Everything wrong with the built extension in `dist`, one sentence each. */
export const problemsOf = (dist: string, zip?: string): string[] => {
	const problems: string[] = [];
	const files = filesUnder(dist);
	for (const file of files.filter(file => /\.(m?js|html|css)$/.test(file))) {
		for (const address of new Set(remoteAddresses(readFileSync(file, 'utf8')))) {
			problems.push(`${relative(dist, file)} names the remote address ${address}.`);
		}
	}
	const wasm = files.filter(file => file.endsWith('.wasm')).map(file => relative(dist, file));
	if (wasm.sort().join() !== WASM.join())
		problems.push(`Expected ${WASM.join(', ')} and no other WebAssembly, found ${wasm.join(', ') || 'none'}.`);
	for (const file of files.filter(file => /assets\/(library-)?worker-[^/]*\.js$/.test(file))) {
		if (readFileSync(file, 'utf8').includes('ort-wasm'))
			problems.push(`${relative(dist, file)} holds ONNX Runtime, which is to be loaded when an export is opened.`);
	}
	for (const file of files.filter(file => file.endsWith('.iife.js'))) {
		const [found] = readFileSync(file, 'utf8').match(NONCHARACTERS) ?? [];
		if (found)
			problems.push(
				`${relative(dist, file)} holds U+${found.charCodeAt(0).toString(16).toUpperCase()}: Chromium will not inject it.`,
			);
	}
	for (const file of files.filter(file => file.endsWith('.map')))
		problems.push(`${relative(dist, file)} is a source map.`);
	const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
	for (const key of ['host_permissions', 'content_scripts', 'externally_connectable']) {
		if (manifest[key]?.length) problems.push(`The manifest asks for ${key}: ${JSON.stringify(manifest[key])}.`);
	}
	if (manifest.web_accessible_resources?.length) {
		problems.push(`Pages could load ${JSON.stringify(manifest.web_accessible_resources)}; nothing needs that.`);
	}
	if (zip && statSync(zip).size > MAX_ZIP_BYTES) {
		problems.push(`${zip} is ${(statSync(zip).size / 1e6).toFixed(1)} MB; the limit is ${MAX_ZIP_BYTES / 1e6} MB.`);
	}
	return problems;
};
