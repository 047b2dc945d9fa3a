import {createHash} from 'node:crypto';
import {copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {bundleModel} from '../../scripts/bundle-model.ts';
import {storedLayout} from '../../src/engine/checkpoint/stored-weights.ts';
import {cacheBytesPerToken} from '../../src/engine/model/causal-lm.ts';
import {declareModel} from '../../src/engine/open-model.ts';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {writeStockRepository} from '../helpers/stock-gpt2.ts';
import {PATHS} from './contract.ts';
import {gpt2Gguf} from './gpt2-gguf.ts';

/** The weights that are measured, in every form that a contender opens. */

/** What each set is, in words. */
export const WEIGHTS = {
	mini: 'the bundled model',
	small: 'GPT-2 small’s size',
} as const;
export type WeightsName = keyof typeof WEIGHTS;

export interface WeightFolders {
	name: WeightsName;
	/** The checkpoint in float, as the Hub has it. */
	checkpoint: string;
	/** The same in the stored form, which the extension opens. */
	stored: string;
	/** The folder `stock` in it holds an export in int8, which transformers.js opens. */
	models: string;
	/** The same in Q8_0, which llama.cpp opens. */
	gguf: string;
}

const ROOT = new URL('../../', import.meta.url);
const BUNDLED = new URL('models/gpt2-mini/', ROOT).pathname;
/** What the forms are made with: a change there makes them again. */
const SOURCES = [
	'test/bench/weights.ts',
	'test/bench/gguf.ts',
	'test/bench/gpt2-gguf.ts',
	'test/bench/q8.ts',
	'scripts/bundle-model.ts',
	'src/engine/checkpoint/stored-weights.ts',
	'src/engine/checkpoint/pack-checkpoint.ts',
	'src/engine/model/packing.ts',
	'src/engine/tokenizer/vocabulary.ts',
	'src/engine/model/weights-layout.ts',
	'test/helpers/checkpoint.ts',
	'test/helpers/graph-builder.ts',
	'test/helpers/quantize.ts',
	'test/helpers/stock-gpt2.ts',
	'models/gpt2-mini/config.json',
];

/** Make them, or take them from `out/bench`, where an earlier run has left them. */
export async function prepareWeights(name: WeightsName): Promise<WeightFolders> {
	const folder = new URL(`out/bench/${name}-${await digestOf(SOURCES)}`, ROOT).pathname;
	const folders = {
		name,
		checkpoint: name === 'mini' ? BUNDLED : join(folder, 'checkpoint'),
		stored: join(folder, 'stored'),
		models: folder,
		gguf: join(folder, 'model.gguf'),
	};
	if (await exists(folder)) return folders;
	for (const old of await readdir(join(folder, '..')).catch(() => []))
		if (old.startsWith(`${name}-`)) await rm(join(folder, '..', old), {recursive: true});
	// Moved to its name when all is there, so that a run that was broken off leaves no half of it.
	const making = `${folder}.making`;
	await rm(making, {recursive: true, force: true});
	const within = (path: string) => path.replace(folder, making);
	if (name === 'small') await writeSmall(within(folders.checkpoint));
	await bundleModel(within(folders.checkpoint), within(folders.stored));
	await writeStockRepository(within(folders.checkpoint), join(making, PATHS.stock), ['int8']);
	await writeGguf(within(folders.checkpoint), within(folders.gguf));
	await rename(making, folder);
	return folders;
}

/** Random weights in GPT-2 small's shape, under its tokenizer. */
async function writeSmall(folder: string): Promise<void> {
	await mkdir(folder, {recursive: true});
	const files = makeCheckpoint({
		layers: 12,
		heads: 12,
		width: 768,
		contextLength: 1024,
		vocabSize: 50_257,
		prefixed: true,
	});
	for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
	for (const file of ['generation_config.json', 'tokenizer_config.json', 'README.md'])
		await copyFile(join(BUNDLED, file), join(folder, file));
}

async function writeGguf(checkpoint: string, file: string): Promise<void> {
	const json = async (name: string) => JSON.parse(await readFile(join(checkpoint, name), 'utf8'));
	const weights = await readFile(join(checkpoint, 'model.safetensors'));
	await writeFile(file, gpt2Gguf(await json('config.json'), await json('tokenizer.json'), weights));
}

async function digestOf(paths: readonly string[]): Promise<string> {
	const hash = createHash('sha256');
	for (const path of paths) hash.update(await readFile(new URL(path, ROOT)));
	return hash.digest('hex').slice(0, 12);
}

/**
 * Bytes that a step reads: of weights, all but a table of positions, of which it needs one; and for each position before it, of the
 * cache.
 */
export async function stepBytes(stored: string): Promise<{bytes: number; bytesPerPosition: number}> {
	const {config, program} = declareModel(JSON.parse(await readFile(join(stored, 'config.json'), 'utf8')));
	const {size, places} = storedLayout(program.tensors).weights;
	const bytes = size - (places.get('wpe.weight')?.bytes ?? 0);
	return {bytes, bytesPerPosition: cacheBytesPerToken(config)};
}

const exists = (path: string) =>
	stat(path).then(
		() => true,
		() => false,
	);
