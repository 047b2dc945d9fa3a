import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../src/engine/checkpoint/model-files.ts';
import {weightsOf} from '../../../src/engine/checkpoint/weights-file.ts';
import {readFolderFile} from '../../../src/entrypoints/cli/open-model-folder.ts';
import {BUNDLED_MODEL} from '../../helpers/bundled-model.ts';
import {openModel} from '../../helpers/open-model.ts';
import {safetensorsFile} from '../../helpers/safetensors-file.ts';

const bytes = readFileSync(`${BUNDLED_MODEL}model.safetensors`);
const withWeights = (weights: Uint8Array) => ({...files, weights: [weightsOf(weights)]});
const files = await readModelFiles(name => readFolderFile(BUNDLED_MODEL, name));
const config = files.config as Record<string, unknown>;
const withConfig = (changes: Record<string, unknown>) =>
	openModel({...files, generationConfig: null, config: {...config, ...changes}});

describe('a checkpoint that cannot be opened is refused with the reason', () => {
	test('a model file cut short', async () => {
		await expect(openModel(withWeights(bytes.subarray(0, bytes.length - 1000)))).rejects.toThrow(
			/cut short.*Get the file again/,
		);
	});

	test.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])('a %s cut short', async broken => {
		const read = async (name: string) => {
			const bytes = await readFile(`${BUNDLED_MODEL}${name}`).catch(() => null);
			if (!bytes) return null;
			return name === broken ? bytes.subarray(0, bytes.length / 2) : bytes;
		};
		const expected = {code: 'bad-model', message: `${broken} is not JSON. Get the file again.`};
		await expect(readModelFiles(read)).rejects.toMatchObject(expected);
	});

	test('a missing tensor', async () => {
		await expect(openModel(withWeights(safetensorsFile({})))).rejects.toThrow(
			/wte\.weight of shape \[50257,256\], but it is missing/,
		);
	});

	test('a checkpoint of another shape than its config', async () => {
		await expect(withConfig({n_embd: 512})).rejects.toThrow(
			/wte\.weight of shape \[50257,512\], but it is \[50257,256\]/,
		);
	});

	test('another tokenizer', async () => {
		const tokenizer = structuredClone(files.tokenizer) as {model: {vocab: Record<string, number>}};
		tokenizer.model.vocab.zyzzyva = 50257;
		await expect(openModel({...files, tokenizer})).rejects.toThrow(
			/tokenizer has 50258 tokens but the model 50257 classes/,
		);
	});

	test.each([
		[{model_type: 'bloom'}, /type "bloom"; those that can be opened are gpt2, llama, /],
		[{n_head: 3}, /n_head 3 does not divide/],
		[{n_layer: 0}, /no valid n_layer: 0/],
		[{n_embd: '256'}, /no valid n_embd: "256"/],
		[{activation_function: 'swish'}, /activation "swish"/],
		[{tie_word_embeddings: false}, /lm_head\.weight of shape \[50257,256\], but it is missing/],
		[{tie_word_embeddings: 'no'}, /no valid tie_word_embeddings: "no"/],
		[{n_inner: 77}, /c_fc\.weight of shape \[256,77\], but it is \[256,1024\]/],
		[{eos_token_id: 50257}, /eos_token_id 50257, but the model only 50257 classes/],
		[{layer_norm_epsilon: -1}, /layer_norm_epsilon -1/],
	])('config %j', async (changes, message) => {
		await expect(withConfig(changes)).rejects.toThrow(message);
	});
});

test('parameters count the tied head once, and int8 takes about a byte each', async () => {
	const seen: number[] = [];
	const model = await openModel(files, {threads: 1, onProgress: (done, total) => seen.push(done / total)});
	expect(model.parameters).toBe(17_867_008);
	expect(model.weightBytes / model.parameters).toBeLessThan(1.1);
	expect(seen.at(-1)).toBe(1);
	expect([...seen].sort((a, b) => a - b)).toEqual(seen);
	await model.lm.dispose();
});

test('names may carry the prefix of GPT2LMHeadModel', async () => {
	const {openSafetensors} = await import('../../../src/engine/checkpoint/safetensors.ts');
	const bare = openSafetensors(bytes);
	const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer);
	const tensors = Object.fromEntries(
		bare.names.map(name => [
			`transformer.${name}`,
			{dtype: 'F32', shape: [...bare.shape(name)!], data: bytesOf(bare.read(name))},
		]),
	);
	const [a, b] = [
		await openModel(files, {threads: 1}),
		await openModel(withWeights(safetensorsFile(tensors)), {threads: 1}),
	];
	expect((await b.lm.prefill([464, 3797])).logits).toEqual((await a.lm.prefill([464, 3797])).logits);
	await Promise.all([a.lm.dispose(), b.lm.dispose()]);
});
