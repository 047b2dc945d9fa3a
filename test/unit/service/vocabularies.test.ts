import {afterAll, beforeAll, expect, test} from 'vitest';
import {readModelFiles} from '../../../src/engine/checkpoint/model-files.ts';
import type {OpenKernelModel} from '../../../src/engine/open-model.ts';
import {NEUTRAL_GENERATION} from '../../../src/engine/parameters/registry.ts';
import type {Method, ModelMethod, Params} from '../../../src/protocol/questions.ts';
import type {ServedModel} from '../../../src/service/call.ts';
import {EngineService} from '../../../src/service/service.ts';
import {askService} from '../../helpers/ask-service.ts';
import {json, readFrom, tokenizerFiles} from '../../helpers/checkpoint.ts';
import {makeFamilyCheckpoint} from '../../helpers/family-checkpoint.ts';
import {openModel} from '../../helpers/open-model.ts';

/** What crosses a message does not grow with the vocabulary: GPT-2's 50,257 classes, and the 262,144 of Gemma 3. */

const [SMALL, LARGE] = [50_257, 262_144];

/** GPT-2's tokenizer, with further tokens that two of its own make. */
function tokenizerOf(size: number) {
	const file = JSON.parse(new TextDecoder().decode(tokenizerFiles(SMALL, false, false)['tokenizer.json']));
	const vocab = new Map<string, number>(Object.entries(file.model.vocab));
	const own = [...vocab.keys()].slice(256, SMALL - 1);
	for (const ending of ['a', 'e', 'i', 'o', 'u', 'er', 'ing'])
		for (const token of own) {
			if (vocab.size === size) break;
			if (vocab.has(token + ending)) continue;
			vocab.set(token + ending, vocab.size);
			file.model.merges.push([token, ending]);
		}
	file.model.vocab = Object.fromEntries(vocab);
	return json(file);
}

async function open(size: number): Promise<OpenKernelModel> {
	const config = {
		model_type: 'llama',
		vocab_size: size,
		hidden_size: 32,
		num_hidden_layers: 2,
		num_attention_heads: 4,
		num_key_value_heads: 2,
		intermediate_size: 48,
		max_position_embeddings: 128,
		tie_word_embeddings: true,
		eos_token_id: 50_256,
	};
	const files = makeFamilyCheckpoint(config, {tokens: SMALL});
	return openModel(await readModelFiles(readFrom({...files, 'tokenizer.json': tokenizerOf(size)})));
}

const prompt = {text: 'The old man opened the door and saw his', appended: []};
const other = {text: 'The old woman opened the door and saw her', appended: []};
const generation = {...NEUTRAL_GENERATION, maxNewTokens: 4};
const [chosen, against] = [{id: 11}, {id: 13}];
const off = [{block: 0, part: 0}];

/** A question of every kind that pages ask; how long a step takes says nothing about classes. */
const QUESTIONS: {readonly [M in Exclude<ModelMethod, 'turn' | 'stepCost'>]: Params<M>} = {
	model: {},
	classes: {prompt, generation, limit: 1000},
	find: {prompt, generation, query: 'e', limit: 200},
	generate: {prompt, generation: {...generation, numBeams: 3, doSample: false}},
	explain: {prompt, generation: {...generation, topK: 5, temperature: 0.5}, generated: [], chosen},
	score: {text: prompt.text},
	// As the desk asks: each text after its left context, the two of a pair one after the other.
	measure: {rows: [prompt, other].map(({text}) => ({text, context: 'Once upon a time.'})), separator: ' '},
	draw: {prompt, generation, index: 0},
	compare: {prompts: [prompt, other], limit: 50},
	tokenize: {text: prompt.text},
	replay: {word: 'door'},
	head: {prompt, classes: [chosen, against]},
	label: {texts: ['A'], template: '{text}:', labels: ['b', 'c'], examples: [], contentFree: null},
	influence: {text: prompt.text, unit: 'word', replacement: '', chosen, against},
	biasStep: {text: prompt.text, learningRate: 10, position: 1},
	lens: {prompt, target: 11},
	attention: {prompt, block: 0, head: 0},
	mix: {prompt, block: 0, head: 0, position: 1},
	streams: {prompt, block: 1},
	heads: {prompt},
	changed: {prompt, changes: {off}, limit: 50, classes: [chosen]},
	parts: {prompt, chosen, against, fill: 'zero'},
	attribution: {prompt, chosen, against},
	patches: {prompts: [prompt, other], chosen, against},
	headLabels: {prompt},
};

const models: OpenKernelModel[] = [];
beforeAll(async () => {
	for (const size of [SMALL, LARGE]) models.push(await open(size));
});
afterAll(() => {
	for (const {lm} of models) lm.dispose();
});

/** How many values a message has; the bytes of a token that is no text of its own are one. */
const valuesIn = (message: unknown): number =>
	typeof message !== 'object' || message === null
		? 1
		: Object.entries(message).reduce((sum, [name, value]) => sum + (name === 'bytes' ? 1 : valuesIn(value)), 0);

/** Everything that a question is told: how many values, and of how many characters. */
async function told(model: OpenKernelModel, method: Method) {
	const served = {...model, id: 'model', card: '', threads: 1} as unknown as ServedModel;
	const messages: unknown[] = [];
	const ask = askService(() => new EngineService(async () => served));
	messages.push(
		await ask(method, QUESTIONS[method as keyof typeof QUESTIONS], {onEvent: event => void messages.push(event)}),
	);
	return {values: valuesIn(messages), characters: JSON.stringify(messages).length};
}

test.each(Object.keys(QUESTIONS) as Method[])(
	'what %s is told is as much with 262,144 classes as with 50,257',
	async method => {
		const [small, large] = [await told(models[0], method), await told(models[1], method)];
		// Five times as many classes; their names and numbers are a little longer, and other tokens come out.
		expect(large.values).toBeLessThan(1.2 * small.values);
		expect(large.characters).toBeLessThan(1.5 * small.characters);
	},
);

test('the larger tokenizer is one of 262,144 classes, all of which can be found', () => {
	const [, {tokenizer, lm}] = models;
	expect(lm.config.vocabSize).toBe(LARGE);
	expect(tokenizer.size).toBe(LARGE);
	expect(tokenizer.containing('e').length).toBeGreaterThan(SMALL);
});
