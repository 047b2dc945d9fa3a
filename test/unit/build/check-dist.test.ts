import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {problemsOf, remoteAddresses} from '../../../scripts/check-dist.ts';

let dist: string;
const write = (path: string, content: string) => {
	mkdirSync(dirname(join(dist, path)), {recursive: true});
	writeFileSync(join(dist, path), content);
};

beforeEach(() => {
	dist = mkdtempSync(join(tmpdir(), 'dist-'));
	write('manifest.json', '{"manifest_version": 3}');
	for (const file of ['kernels/shared', 'kernels/single', 'ort/ort-wasm-simd-threaded']) write(`${file}.wasm`, '');
	write('popup.html', '<script type="module" src="/assets/popup.js"></script>');
	write('assets/popup.js', 'import("./view.js"); const ns = "http://www.w3.org/2000/svg";');
});
afterEach(() => rmSync(dist, {recursive: true}));

test('an extension that keeps to itself passes', () => {
	expect(problemsOf(dist)).toEqual([]);
});

test.each([
	['import("https://cdn.example/x.js")', 'https://cdn.example/x.js'],
	["paths='http://cdn.example/ort/'", 'http://cdn.example/ort/'],
	['new WebSocket(`wss://host.example`)', 'wss://host.example'],
	['<script src="//cdn.example/x.js">', 'src="//cdn.example/x.js'],
])('a remote address is found in %s', (code, address) => {
	expect(remoteAddresses(code)).toEqual([address]);
	write('assets/other.js', code);
	expect(problemsOf(dist)).toEqual([`assets/other.js names the remote address ${address}.`]);
});

test('a second ONNX Runtime, and kernels that are missing', () => {
	write('assets/copy.wasm', '');
	expect(problemsOf(dist)[0]).toMatch(/no other WebAssembly, found assets\/copy\.wasm, /);
	rmSync(join(dist, 'assets/copy.wasm'));
	rmSync(join(dist, 'kernels'), {recursive: true});
	expect(problemsOf(dist)[0]).toMatch(/found ort\/ort-wasm-simd-threaded\.wasm\.$/);
});

test('ONNX Runtime in what every model needs', () => {
	write('assets/transformers.web-1a.js', 'load("ort-wasm-simd-threaded.mjs")');
	expect(problemsOf(dist)).toEqual([]);
	write('assets/worker-1a.js', 'load("ort-wasm-simd-threaded.mjs")');
	expect(problemsOf(dist)[0]).toMatch(/^assets\/worker-1a\.js holds ONNX Runtime/);
});

test('a source map, access to sites, and files that pages could load', () => {
	write('assets/popup.js.map', '{}');
	write(
		'manifest.json',
		JSON.stringify({host_permissions: ['<all_urls>'], web_accessible_resources: [{resources: ['x.js']}]}),
	);
	expect(problemsOf(dist)).toEqual([
		'assets/popup.js.map is a source map.',
		'The manifest asks for host_permissions: ["<all_urls>"].',
		'Pages could load [{"resources":["x.js"]}]; nothing needs that.',
	]);
});

test('a script that Chromium would not inject', () => {
	write('content/page.iife.js', 'const mark = "\ufdd0";');
	expect(problemsOf(dist)).toEqual(['content/page.iife.js holds U+FDD0: Chromium will not inject it.']);
});
