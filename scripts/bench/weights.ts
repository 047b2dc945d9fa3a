import {createHash} from 'node:crypto';
import {copyFile, mkdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {makeCheckpoint} from '../../test/helpers/checkpoint.ts';
import {writeStockRepository} from '../../test/helpers/stock-gpt2.ts';
import {bundleModel} from '../bundle-model.ts';

/** The weights that are measured, in every form that a contender opens. */

export const WEIGHTS = {
	mini: 'the bundled model',
	small: 'GPT-2 small’s shape',
} as const;
export type WeightsName = keyof typeof WEIGHTS;

export interface WeightFolders {
	name: WeightsName;
	/** The checkpoint in float, as the Hub has it. */
	checkpoint: string;
	/** The same in the stored form, which the extension opens. */
	stored: string;
	/** A stock export in int8, which transformers.js opens. */
	stock: string;
}

const ROOT = new URL('../../', import.meta.url);
const BUNDLED = new URL('models/gpt2-mini/', ROOT).pathname;
/** What the forms are made with: a change there makes them again. */
const SOURCES = [
	'scripts/bench/weights.ts',
	'scripts/bundle-model.ts',
	'src/engine/checkpoint/stored-weights.ts',
	'src/engine/checkpoint/quantize-checkpoint.ts',
	'src/engine/onnx/graph-builder.ts',
	'src/engine/onnx/quantize.ts',
	'test/helpers/checkpoint.ts',
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
		stock: join(folder, 'stock'),
	};
	if (await exists(folder)) return folders;
	// Moved to its name when all is there, so that a run that was broken off leaves no half of it.
	const making = `${folder}.making`;
	await rm(making, {recursive: true, force: true});
	const within = (path: string) => path.replace(folder, making);
	if (name === 'small') await writeSmall(within(folders.checkpoint));
	await bundleModel(within(folders.checkpoint), within(folders.stored));
	await writeStockRepository(within(folders.checkpoint), within(folders.stock), ['int8']);
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

async function digestOf(paths: readonly string[]): Promise<string> {
	const hash = createHash('sha256');
	for (const path of paths) hash.update(await readFile(new URL(path, ROOT)));
	return hash.digest('hex').slice(0, 12);
}

const exists = (path: string) =>
	stat(path).then(
		() => true,
		() => false,
	);
