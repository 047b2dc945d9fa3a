import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize, relative} from 'node:path';
import {describe, expect, test} from 'vitest';

/** What may import what, read from the source itself: a folder imports from those before it. */

const SRC = new URL('../../src', import.meta.url).pathname;

/** Rooms and the folders in them, in the order in which they may import; `*` is the files of the room itself. */
const ORDER: Record<string, readonly string[]> = {
	src: ['engine', 'protocol', 'service', 'client', 'ui', 'features', 'entrypoints'],
	engine: [
		...['errors', 'math', 'parameters', 'kernels', 'model', 'families', 'checkpoint', 'tokenizer', 'generation'],
		...['scoring', 'inspect', '*'],
	],
	protocol: ['values', 'questions', 'questions.ts', 'port.ts', 'messages'],
	service: ['library', '*', 'answers', 'service.ts', 'worker', 'host'],
	client: ['browser', '*', 'page', 'settings'],
	ui: ['*', 'tokens', 'components', 'csv', 'figures', 'python', 'trace'],
	features: [
		...['loop', 'prompt', 'classes', 'continuations', 'strategies', 'corpus', 'passage', 'models', 'walkthrough'],
		...['options', 'welcome'],
	],
};

/** The packages that each room brings in; the rooms after it may use them too, but for the engine's. */
const PACKAGES: readonly [room: string, packages: RegExp][] = [
	['engine', /^(onnxruntime-web|@huggingface\/(jinja|tokenizers|transformers))$/],
	['protocol', /^valibot$/],
	['service', /^(hash-wasm|webextension-polyfill)$/],
	['client', /^(@preact\/signals|preact(\/.*)?)$/],
	['ui', /^(@floating-ui\/dom|papaparse)$/],
	['features', /^(d3-scale|@mozilla\/readability)$/],
	['entrypoints', /^node:/],
];

/** What runs code of the engine, and of the service, outside them: pages have their types, errors, parameters and random streams alone. */
const RUNS_ENGINE = /^(engine|service|entrypoints\/(cli|offscreen)|features\/walkthrough\/train\/trainer)\//;

/** What leads out of `src`, and against the order. */
const EXCEPTIONS = [
	'client/browser/firefox.ts → service/host/serve-engine.ts', // In Firefox the background page is the engine's document.
	'client/browser/i18n.ts → ../locales/en.ts',
	'entrypoints/cli/kernel-host.ts → ../scripts/kernels.ts',
	'entrypoints/cli/model.ts → ../models/gpt2-mini',
	'entrypoints/cli/surprisal.ts → ../package.json',
];

interface Source {
	/** From `src`: `engine/math/math.ts`. */
	path: string;
	/** Without comments. */
	code: string;
}

// A `//` right after a quote or a colon belongs to an address in a string, and stays.
const withoutComments = (text: string) =>
	text
		.replace(/\/\*[\s\S]*?\*\//g, '')
		.replace(/(?<!['"`:])\/\/.*$/gm, '')
		.replace(/<!--[\s\S]*?-->/g, '');

const sources: Source[] = readdirSync(SRC, {withFileTypes: true, recursive: true})
	.filter(entry => entry.isFile())
	.map(entry => {
		const path = relative(SRC, join(entry.parentPath, entry.name));
		return {path, code: withoutComments(readFileSync(join(SRC, path), 'utf8'))};
	});
const scripts = sources.filter(({path}) => /\.tsx?$/.test(path));

interface Import {
	from: string;
	/** From `src`; a package by its name. */
	to: string;
	isPackage: boolean;
}

/** Everything that modules name as imported, re-exported, loaded later or loaded as a worker. */
const importsOf = ({path, code}: Source): Import[] =>
	[
		/^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'/gm,
		/^import\s*'([^']+)'/gm,
		/\bimport\(\s*'([^']+)'/g,
		/\bnew URL\(\s*'(\.[^']+)'/g,
	]
		.flatMap(pattern => [...code.matchAll(pattern)].map(([, name]) => name))
		.filter(name => !name.startsWith('#'))
		.map(name => {
			const isPackage = !name.startsWith('.');
			return {from: path, to: isPackage ? name : normalize(join(dirname(path), name)), isPackage};
		});

const imports = scripts.flatMap(importsOf);
const local = imports.filter(({isPackage}) => !isPackage);
/** Those of them that are code: types are gone when it runs. */
const code = scripts
	.flatMap(({path, code}) => importsOf({path, code: code.replace(/^(import|export) type\b[^;]*;/gm, '')}))
	.filter(({isPackage}) => !isPackage);

const said = (some: readonly Import[]) =>
	some.map(({from, to}) => `${from} → ${to}`).filter(rule => !EXCEPTIONS.includes(rule));

/** The place of a path in a room's order; what is not listed comes after everything. */
function placeIn(room: string, path: string): number {
	const order = ORDER[room];
	const name = room === 'src' ? path.split('/')[0] : path.slice(room.length + 1).split('/')[0];
	const at = order.indexOf(name);
	if (at >= 0) return at;
	return /\.\w+(\?\w+)?$/.test(name) && order.includes('*') ? order.indexOf('*') : order.length;
}

/** The imports that lead from a module back to itself; empty where none do. */
function circleFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] {
	const seen = new Set<string>();
	const paths = (edges.get(start) ?? []).map(to => [start, to]);
	for (let path = paths.pop(); path; path = paths.pop()) {
		const at = path[path.length - 1];
		if (at === start) return [path.join(' → ')];
		if (seen.has(at)) continue;
		seen.add(at);
		for (const to of edges.get(at) ?? []) paths.push([...path, to]);
	}
	return [];
}

/** The places where code (not comments) matches. */
const naming = (pattern: RegExp, among: readonly Source[]) =>
	among.flatMap(({path, code}) => [...code.matchAll(pattern)].map(match => `${path}: ${match[0]}`));

describe('the folders of src', () => {
	test.each(Object.keys(ORDER))('%s: all are known, and import in their order', room => {
		const inside = (path: string) => room === 'src' || path.startsWith(`${room}/`);
		const unknown = scripts.filter(({path}) => inside(path) && placeIn(room, path) === ORDER[room].length);
		expect(unknown.map(({path}) => path)).toEqual([]);
		const among = local.filter(({from, to}) => inside(from) && inside(to));
		expect(said(among.filter(({from, to}) => placeIn(room, to) > placeIn(room, from)))).toEqual([]);
	});

	test('hold no circle of imports', () => {
		const edges = new Map(scripts.map(({path}) => [path, local.filter(({from}) => from === path).map(({to}) => to)]));
		expect(scripts.flatMap(({path}) => circleFrom(path, edges))).toEqual([]);
	});

	test.each([/^entrypoints\/[^/]+\//, /^features\/walkthrough\/(?!shared\/|state\/)[^/]+\//])(
		'like %s: none knows another',
		like => {
			const name = (path: string) => like.exec(path)?.[0];
			const across = local.filter(({from, to}) => name(from) && name(to) && name(from) !== name(to));
			expect(said(across)).toEqual([]);
		},
	);

	test('have no code of the engine in a page', () => {
		const forbidden = code.filter(
			({from, to}) =>
				/^(engine\/(?!errors\/|parameters\/|math\/random\.ts)|service\/)/.test(to) && !RUNS_ENGINE.test(from),
		);
		expect(said(forbidden)).toEqual([]);
	});

	test('use the packages of their room, and of those before it', () => {
		const rooms = PACKAGES.map(([room]) => room);
		const mayUse = (from: string, name: string) => {
			const at = rooms.indexOf(from.split('/')[0]);
			return PACKAGES.slice(at === 0 ? 0 : 1, at + 1).some(([, packages]) => packages.test(name));
		};
		expect(said(imports.filter(({from, to, isPackage}) => isPackage && !mayUse(from, to)))).toEqual([]);
	});

	test('make every exception that is granted', () => {
		const made = new Set(local.map(({from, to}) => `${from} → ${to}`));
		expect(EXCEPTIONS.filter(rule => !made.has(rule))).toEqual([]);
	});
});

describe('the source', () => {
	test('calls the browser `browser`; only Chromium’s own additions are called `chrome`', () => {
		const others = scripts.filter(({path}) => path !== 'client/browser/chromium.ts');
		expect(naming(/\bchrome\s*\??\.\s*\w+/g, others)).toEqual([]);
	});

	test('of engine and protocol runs anywhere: it uses no API of an extension or a page', () => {
		const pure = scripts.filter(({path}) => /^(engine|protocol)\//.test(path));
		expect(naming(/\b(?:chrome|browser|document|window|localStorage)\s*\??\.\s*\w+/g, pure)).toEqual([]);
	});

	test('never makes markup or code out of text', () => {
		const forbidden =
			/\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|setHTMLUnsafe|createContextualFragment|srcdoc|document\.write|eval\s*\(|new\s+Function\s*\(|importScripts\s*\()/g;
		expect(naming(forbidden, sources)).toEqual([]);
	});

	test('names no remote address', () => {
		// The names of XML namespaces look like addresses, and nothing is ever fetched from them.
		const address = /\b(?:https?|wss?|ftp):\/\/(?!www\.w3\.org\/)\S*|['"`]\/\/[\w.-]+/g;
		// One address is data that a person can change: where files of models come from. No code ever comes from it.
		expect(naming(address, sources)).toEqual(["protocol/values/models.ts: https://huggingface.co';"]);
	});

	test('leaves no word of unfinished work', () => {
		expect(naming(/\b(?:TODO|FIXME|XXX|HACK|debugger|console\.log)\b/g, sources)).toEqual([]);
	});
});
