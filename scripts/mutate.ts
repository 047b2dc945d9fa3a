/**
 * Mutation tests, part by part: `npm run mutate` for all, `npm run mutate -- settings tokenizer` for some. What a part's
 * last run found is kept in `out/mutation`, so that only what has changed since is run again.
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';

interface Part {
	/** The files that are changed. */
	mutate: readonly string[];
	/** The tests that judge them: none that needs a session of ONNX Runtime, with which a mutant takes a minute. */
	tests: readonly string[];
}

/** Paths of files in a folder from their names without the ending. */
const below = (folder: string, ending: string, names: readonly string[]) =>
	names.map(name => `${folder}/${name}${ending}`);
const engine = (folder: string, ...names: string[]) => below(`src/engine${folder}`, '.ts', names);
const judged = (folder: string, ...names: string[]) => below(`test/unit/${folder}`, '.test.ts', names);

const PARTS: Readonly<Record<string, Part>> = {
	parameters: {mutate: ['src/engine/parameters/**/*.ts'], tests: ['test/unit/engine/parameters/parameters.test.ts']},
	settings: {
		mutate: ['src/client/settings/**/*.ts'],
		tests: [...judged('client/settings', '*'), ...judged('features/options', 'draft')],
	},
	math: {
		mutate: engine('/math', 'math', 'random'),
		tests: judged('engine/math', 'math', 'random'),
	},
	head: {mutate: engine('/inspect', 'bias-step', 'contributions'), tests: judged('engine/inspect', 'head')},
	tokenizer: {
		mutate: engine('/tokenizer', '*'),
		tests: judged('engine/tokenizer', 'bpe-replay', 'long-text', 'tokenizer', 'tokenizer-file'),
	},
	checkpoint: {
		mutate: engine(
			'/checkpoint',
			...['byte-reader', 'float32', 'model-files', 'safetensors', 'safetensors-header', 'stored-weights'],
		),
		tests: judged(
			'engine/checkpoint',
			...['byte-reader', 'model-files', 'safetensors', 'shard-index', 'stored-weights'],
		),
	},
	families: {
		mutate: engine('/families', 'gpt2-config', 'gpt2'),
		tests: judged('engine/families', 'gpt2-config', 'gpt2-tensors'),
	},
	model: {
		mutate: engine(
			'/model',
			...['extend-by', 'packing', 'pages', 'recent-prefixes', 'shared-length', 'values', 'weights-layout'],
		),
		tests: judged('engine/model', 'packing', 'pages', 'sharing'),
	},
	inspect: {mutate: engine('/inspect', 'inspector', 'look'), tests: judged('engine/inspect', 'inspector')},
	scoring: {mutate: engine('/scoring', '*'), tests: judged('engine/scoring', 'labels', 'occlusion', 'windows')},
	generation: {
		mutate: engine('/generation', '*'),
		tests: [
			...judged('engine/generation', 'parallel', 'pipeline', 'plan', 'reader', 'stopping', 'warpers'),
			...judged('engine/math', 'math', 'random'),
		],
	},
	steps: {
		mutate: engine('/generation', 'warpers/*', 'processors/*'),
		tests: judged('engine/generation', 'pipeline', 'processors', 'warpers'),
	},
	beam: {
		mutate: engine('/generation/strategies', 'beam', 'beam-candidates', 'beam-hypotheses'),
		tests: judged('engine/generation', 'beam', 'beam-candidates', 'beam-hypotheses', 'stopping'),
	},
	strategies: {
		mutate: engine('/generation', ...['strategies/greedy-or-sample', 'strategies/speculative', 'drafters/*']),
		tests: judged('engine/generation', 'parallel', 'plan', 'speculative', 'stopping'),
	},
};

const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : Object.keys(PARTS)) {
	const part = PARTS[name];
	if (!part) throw new Error(`${name} is none of the parts: ${Object.keys(PARTS).join(', ')}.`);
	const missing = [...part.mutate, ...part.tests].filter(path => !path.includes('*') && !existsSync(path));
	if (missing.length > 0) throw new Error(`${name} names ${missing.join(', ')}, which is not there.`);
	const lists = ['--mutate', part.mutate.join(), '--testFiles', part.tests.join()];
	const {status} = spawnSync(
		'npx',
		['stryker', 'run', 'test/mutation/stryker.config.json', ...lists, '--incrementalFile', `out/mutation/${name}.json`],
		{
			stdio: 'inherit',
		},
	);
	if (status !== 0) process.exit(status ?? 1);
}
