import {readFileSync, statSync} from 'node:fs';
import {expect, test} from 'vitest';
import {storedLayout} from '../../../src/engine/checkpoint/stored-weights.ts';
import {readGpt2Config} from '../../../src/engine/families/gpt2/config.ts';
import {parametersOf} from '../../../src/engine/families/gpt2/tensors.ts';
import {memoryOf} from '../../../src/library/memory.ts';
import {CATALOGUE} from '../../../src/models/catalogue.ts';
import {BUNDLED_MODEL} from '../../../src/offscreen/bundled-numbers.ts';
import {BUNDLED_MODEL as FOLDER} from '../../helpers/bundled-model.ts';

/** The shapes in the `config.json` of these repositories. */
const SHAPES: Record<string, {n_layer: number; n_head: number; n_embd: number}> = {
	'distilbert/distilgpt2': {n_layer: 6, n_head: 12, n_embd: 768},
	'openai-community/gpt2': {n_layer: 12, n_head: 12, n_embd: 768},
	'openai-community/gpt2-medium': {n_layer: 24, n_head: 16, n_embd: 1024},
	'openai-community/gpt2-large': {n_layer: 36, n_head: 20, n_embd: 1280},
};

test.each(CATALOGUE.filter(({repo}) => repo in SHAPES).map(entry => [entry.repo, entry] as const))(
	'the figures of %s are those that follow from its shape',
	(repo, entry) => {
		const config = readGpt2Config({model_type: 'gpt2', vocab_size: 50_257, n_positions: 1024, ...SHAPES[repo]});
		const stored = storedLayout(config).size;
		expect(entry).toMatchObject({
			parameters: parametersOf(config),
			stored,
			memory: memoryOf(config, {weightBytes: stored, copies: 2}),
			contextLength: 1024,
		});
	},
);

test('the bundled model is listed with its own figures', () => {
	const json = JSON.parse(readFileSync(`${FOLDER}config.json`, 'utf8'));
	const config = readGpt2Config(json);
	const weights = storedLayout(config).size;
	const small = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'];
	const bytes = small.reduce((sum, name) => sum + statSync(FOLDER + name).size, weights);
	expect(BUNDLED_MODEL).toMatchObject({
		parameters: parametersOf(config),
		memory: memoryOf(config, {weightBytes: weights, copies: 2}),
		vocabSize: config.vocabSize,
		contextLength: config.contextLength,
	});
	// The card is edited now and then.
	expect(Math.abs(BUNDLED_MODEL.bytes - bytes)).toBeLessThan(10_000);
});
