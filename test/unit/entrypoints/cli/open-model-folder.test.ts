import {mkdir, mkdtemp, readFile, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {bundleModel} from '../../../../scripts/bundle-model.ts';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {isOnnxFolder, openModelFolder} from '../../../../src/entrypoints/cli/open-model-folder.ts';
import {type CheckpointFiles, json, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';
import {torchCheckpoint} from '../../../helpers/torch-file.ts';

/** Checkpoints in folders of the disk, as the command line opens them. */

vi.mock('node:fs/promises', {spy: true});

const PROMPT = [72, 101, 108, 108, 111];
const FILES = makeCheckpoint();
const JSON_FILES = Object.keys(FILES).filter(name => name.endsWith('.json'));

let around: string;
beforeAll(async () => {
	around = await mkdtemp(join(tmpdir(), 'next-token-lens-folder-'));
});
afterAll(() => rm(around, {recursive: true}));

async function folderOf(name: string, files: CheckpointFiles): Promise<string> {
	const folder = join(around, name);
	await mkdir(folder, {recursive: true});
	for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
	return folder;
}

/** The stored form, which is made of a folder that has all that is shipped. */
async function storedFolder(): Promise<string> {
	const others = {'generation_config.json': json({}), 'tokenizer_config.json': json({}), 'README.md': json('')};
	const stored = join(around, 'stored');
	await bundleModel(await folderOf('float', {...FILES, ...others}), stored);
	return stored;
}

describe('weights are never whole in memory beside the model', () => {
	test.each([
		['in one file', () => folderOf('one', FILES)],
		['in shards', () => folderOf('shards', makeCheckpoint({shards: 3}))],
		['as PyTorch writes them', () => folderOf('torch', torchCheckpoint(FILES))],
		['in the stored form', storedFolder],
	])('%s: they stay on the disk, and the model is the same', async (_, made) => {
		const folder = await made();
		vi.mocked(readFile).mockClear();
		// Two threads share the memory that the weights are read into.
		const model = await openModelFolder(folder, {threads: 2});
		const whole = vi.mocked(readFile).mock.calls.map(([path]) => basename(String(path)));
		expect(whole).toEqual(expect.arrayContaining(JSON_FILES));
		expect(whole.filter(name => /\.(safetensors|bin)$/.test(name))).toEqual([]);
		const expected = await openModel(await readModelFiles(readFrom(FILES)));
		expect((await model.lm.prefill(PROMPT)).logits).toEqual((await expected.lm.prefill(PROMPT)).logits);
		await Promise.all([model.lm.dispose(), expected.lm.dispose()]);
	});
});

describe('what is missing or broken is refused by its name', () => {
	test('no folder', async () => {
		await expect(openModelFolder(join(around, 'nowhere'))).rejects.toMatchObject({
			code: 'bad-model',
			refusals: [{code: 'folder-unreadable', values: {file: join(around, 'nowhere', 'config.json')}}],
		});
	});

	test('no weights', async () => {
		const {'model.safetensors': _, ...others} = FILES;
		await expect(openModelFolder(await folderOf('weightless', others))).rejects.toMatchObject({
			code: 'bad-model',
			refusals: [{code: 'file-missing', values: {file: 'model.safetensors'}}],
		});
	});

	test('weights cut short, and a folder in their place', async () => {
		const folder = await folderOf('cut', FILES);
		await truncate(join(folder, 'model.safetensors'), FILES['model.safetensors'].byteLength - 8);
		await expect(openModelFolder(folder)).rejects.toMatchObject({code: 'bad-model', message: /cut short/});
		await rm(join(folder, 'model.safetensors'));
		await mkdir(join(folder, 'model.safetensors'));
		await expect(openModelFolder(folder)).rejects.toMatchObject({
			refusals: [{code: 'folder-unreadable', values: {file: join(folder, 'model.safetensors')}}],
		});
	});
});

test('a folder with weights of its own is opened from these, whatever exports lie beside them', async () => {
	const {'model.safetensors': _, ...others} = FILES;
	const forms = {safe: FILES, shards: makeCheckpoint({shards: 2}), torch: torchCheckpoint(FILES), none: others};
	const isOnnx: Record<string, boolean> = {};
	for (const [name, files] of Object.entries(forms)) {
		const folder = await folderOf(`beside-${name}`, files);
		await mkdir(join(folder, 'onnx'));
		await writeFile(join(folder, 'onnx', 'model.onnx'), '');
		isOnnx[name] = await isOnnxFolder(folder);
	}
	expect(isOnnx).toEqual({safe: false, shards: false, torch: false, none: true});
});
