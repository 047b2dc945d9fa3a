import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize, relative} from 'node:path';
import {describe, expect, test} from 'vitest';

/** What may import what, read from the source itself. */

const SRC = new URL('../../src', import.meta.url).pathname;

/** For every folder of `src`: the other folders it sees, and the packages it uses. */
const SEES: Record<string, {folders: string[]; packages: RegExp}> = {
	// The table of generation parameters: the pages that ask and the engine that answers both read it.
	parameters: {folders: ['refusals'], packages: /^$/},
	// Why something is refused: whoever refuses names it by its code, whoever shows it words it.
	refusals: {folders: [], packages: /^$/},
	engine: {
		folders: ['refusals', 'parameters'],
		packages: /^(onnxruntime-web|@huggingface\/(jinja|tokenizers|transformers))$/,
	},
	// What tables and pages make of scored tokens: words, regions, totals, pairs. No page, so that the command line has it too.
	measure: {folders: ['refusals', 'protocol', 'csv'], packages: /^$/},
	// The engine's answers go through the protocol as they are: it imports their types, none of the engine's code.
	protocol: {folders: ['refusals', 'parameters', 'engine'], packages: /^valibot$/},
	settings: {
		folders: ['refusals', 'parameters', 'protocol'],
		packages: /^(valibot|webextension-polyfill|@preact\/signals)$/,
	},
	service: {folders: ['refusals', 'parameters', 'engine', 'protocol'], packages: /^valibot$/},
	library: {folders: ['refusals', 'engine', 'protocol'], packages: /^(valibot|hash-wasm)$/},
	platform: {folders: ['protocol'], packages: /^(valibot|webextension-polyfill)$/},
	'page-access': {folders: ['protocol'], packages: /^webextension-polyfill$/},
	ui: {
		folders: ['refusals', 'parameters', 'protocol', 'settings', 'platform', 'measure'],
		packages: /^(valibot|webextension-polyfill|@floating-ui\/dom|@preact\/signals|preact(\/.*)?)$/,
	},
	// The loop without its face: popup, walk and welcome run the same one.
	loop: {folders: ['parameters', 'protocol', 'settings', 'ui'], packages: /^@preact\/signals$/},
	background: {
		folders: ['protocol', 'settings', 'platform', 'page-access', 'ui'],
		packages: /^(valibot|webextension-polyfill)$/,
	},
	content: {
		folders: ['protocol', 'settings', 'ui', 'page-access'],
		packages: /^(valibot|webextension-polyfill|@mozilla\/readability|@preact\/signals|preact(\/.*)?)$/,
	},
	options: {
		folders: ['refusals', 'parameters', 'protocol', 'settings', 'platform', 'ui'],
		packages: /^(valibot|@preact\/signals|preact(\/.*)?)$/,
	},
	models: {
		folders: ['refusals', 'protocol', 'ui'],
		packages: /^(valibot|webextension-polyfill|@preact\/signals|preact(\/.*)?)$/,
	},
	// Many texts at once: a table in, measured, a table out.
	desk: {
		folders: ['refusals', 'protocol', 'platform', 'csv', 'measure', 'ui', 'figures'],
		packages: /^(valibot|d3-scale|webextension-polyfill|@preact\/signals|preact(\/.*)?)$/,
	},
	csv: {folders: ['refusals', 'protocol'], packages: /^papaparse$/},
	// A picture with its numbers, saved and copied: walk and desk draw by it.
	figures: {folders: ['csv', 'ui'], packages: /^(@preact\/signals|preact(\/.*)?)$/},
	// The steps of a training are had as the page of models has them.
	walk: {
		folders: [
			'refusals',
			'models',
			'protocol',
			'parameters',
			'settings',
			'platform',
			'csv',
			'ui',
			'figures',
			'loop',
			'workbench',
		],
		packages: /^(valibot|webextension-polyfill|d3-scale|@preact\/signals|preact(\/.*)?)$/,
	},
	app: {
		folders: [
			'refusals',
			'parameters',
			'protocol',
			'settings',
			'platform',
			'page-access',
			'csv',
			'measure',
			'ui',
			'loop',
		],
		packages: /^(valibot|webextension-polyfill|@preact\/signals|preact(\/.*)?)$/,
	},
	// Its one recommended download is made by what the page of models is made of.
	welcome: {
		folders: ['parameters', 'protocol', 'settings', 'loop', 'models', 'ui'],
		packages: /^(webextension-polyfill|@preact\/signals|preact(\/.*)?)$/,
	},
	// Trains a model of its own: only what is the same for every model comes from the engine. It is stored in the library's files.
	workbench: {folders: ['engine', 'protocol', 'library'], packages: /^valibot$/},
	offscreen: {
		folders: ['refusals', 'engine', 'library', 'service', 'protocol'],
		packages: /^(valibot|webextension-polyfill)$/,
	},
	cli: {
		folders: ['refusals', 'csv', 'measure', 'parameters', 'engine', 'library', 'service', 'protocol'],
		packages: /^(valibot|node:.*)$/,
	},
};

/**
 * The engine's rooms, and the others that each imports from. What opens a model lies beside them (`open-model.ts`) and knows them
 * all; what belongs to none (`math.ts`) knows none.
 */
const ENGINE_SEES: Record<string, readonly string[]> = {
	kernels: [],
	model: ['kernels'],
	// Pages of declarations; and the guest house, where exports run on another runtime.
	families: ['model'],
	// Files into the places of a declaration; it names no family.
	checkpoint: ['model'],
	chat: [],
	// GGUF has its tokens beside its weights.
	tokenizer: ['chat', 'checkpoint', 'model'],
	generation: ['kernels', 'model'],
	scoring: ['model', 'tokenizer'],
	head: [],
	inspect: ['kernels', 'model'],
	interventions: ['inspect', 'kernels', 'model'],
};
/** What makes a model of all of them: nothing in the rooms knows it. */
const ENGINE_DOORS = ['open-model.ts', 'open-gguf.ts', 'open-onnx-model.ts'];

/** What is seen beyond that, and why. */
const EXCEPTIONS: Record<string, string> = {
	'background/colour.ts → content/passage.iife.ts?script': 'the address of a bundle that is injected, none of its code',
	'walk/chapters/train/article.ts → content/article.iife.ts': 'the type of what that script leaves',
	'walk/chapters/train/article.ts → content/article.iife.ts?script':
		'the address of a bundle that is injected, none of its code',
	'platform/firefox.ts → offscreen/serve-engine.ts': 'in Firefox the background page is the engine’s document',
	'cli/kernel-host.ts → ../scripts/kernels.ts': 'the kernels are compiled when they are first needed',
	'cli/model.ts → ../models/gpt2-mini': 'the folder of the bundled checkpoint',
	'cli/surprisal.ts → ../package.json': 'the version that a table names',
	'ui/i18n.ts → ../public/_locales/en/messages.json': 'the type of its keys alone',
	'refusals/refusal.ts → #sentences': 'the English messages in Node, nothing in a browser (package.json)',
};

interface Source {
	/** From `src`: `engine/math.ts`. */
	path: string;
	folder: string;
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
		return {path, folder: path.split('/')[0], code: withoutComments(readFileSync(join(SRC, path), 'utf8'))};
	});
const scripts = sources.filter(({path}) => /\.tsx?$/.test(path));

/** Everything a module names as imported, re-exported, loaded later or loaded as a worker. */
const importsOf = ({code}: Source): string[] =>
	[
		/^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'/gm,
		/^import\s*'([^']+)'/gm,
		/\bimport\(\s*'([^']+)'/g,
		/\bnew URL\(\s*'(\.[^']+)'/g,
	].flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1]));

/** Every import that leads out of its folder, as `from → to`; packages by their name. */
const crossings = scripts.flatMap(source =>
	importsOf(source).flatMap(name => {
		if (name === '#platform') return {source, to: name, folder: 'platform', rule: `${source.path} → ${name}`};
		if (!name.startsWith('.')) return {source, to: name, folder: null, rule: `${source.path} → ${name}`};
		const to = normalize(join(dirname(source.path), name));
		const folder = to.split('/')[0];
		return folder === source.folder ? [] : {source, to, folder, rule: `${source.path} → ${to}`};
	}),
);

const targetsOf = (source: Source) =>
	importsOf(source)
		.filter(name => name.startsWith('.'))
		.map(name => normalize(join(dirname(source.path), name)));

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
	test('are all known here', () => {
		expect([...new Set(sources.map(({folder}) => folder))].sort()).toEqual(Object.keys(SEES).sort());
	});

	test('import only what they may see', () => {
		const forbidden = crossings.filter(({source, to, folder, rule}) => {
			const sees = SEES[source.folder];
			const allowed = folder === null ? sees.packages.test(to) : sees.folders.includes(folder);
			return !allowed && !(rule in EXCEPTIONS);
		});
		expect(forbidden.map(({rule}) => rule)).toEqual([]);
	});

	test('make every exception that is granted', () => {
		const made = new Set(crossings.map(({rule}) => rule));
		expect(Object.keys(EXCEPTIONS).filter(rule => !made.has(rule))).toEqual([]);
	});

	test('hold no circle of imports', () => {
		const edges = new Map(scripts.map(source => [source.path, targetsOf(source)]));
		expect(scripts.flatMap(({path}) => circleFrom(path, edges))).toEqual([]);
	});

	test('are rooms in the engine, which import one way', () => {
		const nameIn = (path: string) => path.split('/')[1];
		const edges = scripts
			.filter(({folder}) => folder === 'engine')
			.flatMap(source => targetsOf(source).map(to => ({source, to})))
			.filter(({source, to}) => to.startsWith('engine/') && nameIn(to) !== nameIn(source.path));
		const forbidden = edges.filter(({source, to}) => {
			const [from, room] = [nameIn(source.path), nameIn(to)];
			if (ENGINE_DOORS.includes(room)) return !ENGINE_DOORS.includes(from);
			return !(ENGINE_DOORS.includes(from) || room.endsWith('.ts') || ENGINE_SEES[from]?.includes(room));
		});
		expect(forbidden.map(({source, to}) => `${source.path} → ${to}`)).toEqual([]);
		// And no more is allowed than is done.
		const done = (from: string) => [
			...new Set(edges.filter(({source}) => nameIn(source.path) === from).map(({to}) => nameIn(to))),
		];
		expect(
			Object.fromEntries(
				Object.keys(ENGINE_SEES).map(from => [
					from,
					done(from)
						.filter(room => !room.endsWith('.ts'))
						.sort(),
				]),
			),
		).toEqual(ENGINE_SEES);
	});

	test('run code of the engine from five places only: service, library, offscreen document, command line and workbench', () => {
		const withCode = scripts.map(source => ({
			...source,
			code: source.code.replace(/^(import|export) type\b[^;]*;/gm, ''),
		}));
		const seers = withCode.filter(source =>
			targetsOf(source).some(to => to.startsWith('engine/') && source.folder !== 'engine'),
		);
		expect([...new Set(seers.map(({folder}) => folder))].sort()).toEqual([
			'cli',
			'library',
			'offscreen',
			'service',
			'workbench',
		]);
	});
});

describe('the source', () => {
	test('calls the browser `browser`; only Chromium’s own additions are called `chrome`', () => {
		const others = scripts.filter(({path}) => path !== 'platform/chromium.ts');
		expect(naming(/\bchrome\s*\??\.\s*\w+/g, others)).toEqual([]);
	});

	test('of engine and protocol runs anywhere: it uses no API of an extension or a page', () => {
		const pure = scripts.filter(({folder}) => folder === 'engine' || folder === 'protocol');
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
