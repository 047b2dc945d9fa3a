import {readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {KernelModel} from '../../../src/engine/model/kernel-model.ts';
import type {Run} from '../../../src/engine/model/machine.ts';
import {DEFAULT_GENERATION, type Generation, NEUTRAL_GENERATION} from '../../../src/engine/parameters/registry.ts';
import {Tokenizer} from '../../../src/engine/tokenizer/tokenizer.ts';
import type {Answer} from '../../../src/protocol/questions.ts';
import type {FormPlace} from '../../../src/protocol/values/token.ts';
import type {ServedModel} from '../../../src/service/call.ts';
import {EngineService} from '../../../src/service/service.ts';
import {askService} from '../../helpers/ask-service.ts';
import {BUNDLED_MODEL, openServedModel} from '../../helpers/bundled-model.ts';
import {FILE} from '../../helpers/fallback-tokenizer.ts';

let model: ServedModel;
let service: EngineService;
beforeAll(async () => {
	model = await openServedModel(() => {});
	service = new EngineService(async () => model);
});
afterAll(() => model.lm.dispose());

const NEUTRAL: Generation = {...NEUTRAL_GENERATION, maxNewTokens: 8};
const prompt = (text: string, ids: number[] = []) => ({text, appended: ids.map(id => ({id}))});

/** Ask, and take what comes as a page does. */
const ask = askService(() => service);

describe('classes', () => {
	test('are ranked, with probabilities of the model and after the sampling settings', async () => {
		const answer = await ask('classes', {
			prompt: prompt('The President of the United'),
			generation: {...DEFAULT_GENERATION},
			limit: 5,
		});
		expect(answer.tokens.map(token => token.text)).toEqual(['The', ' President', ' of', ' the', ' United']);
		expect(answer.model[0]).toMatchObject({text: ' States', rank: 1, kept: true});
		expect(answer.model.map(row => row.rank)).toEqual([1, 2, 3, 4, 5]);
		expect(answer.vocabSize).toBe(50257);
		// Temperature 0.8 sharpens, and the cut classes' share is spread over the kept ones.
		expect(answer.sampling[0].samplingProbability).toBeGreaterThan(answer.model[0].probability);
		const kept = answer.sampling.filter(row => row.kept);
		expect(kept.length).toBe(Math.min(5, answer.keptCount));
		const cut = answer.sampling.filter(row => !row.kept);
		expect(cut.map(row => row.samplingRank)).toEqual([1, 2, 3].map(i => answer.keptCount + i));
		expect(cut.every(row => row.samplingProbability === 0)).toBe(true);
		expect(answer.keptProbability).toBeGreaterThan(0.9);
		expect(answer.entropyBits).toBeGreaterThan(0);
	});

	test('neutral settings cut nothing and change nothing', async () => {
		const answer = await ask('classes', {prompt: prompt('Once upon a'), generation: NEUTRAL, limit: 100});
		expect(answer.keptCount).toBe(50257);
		expect(answer.keptProbability).toBe(1);
		expect(answer.samplingEntropyBits).toBe(answer.entropyBits);
		expect(answer.sampling).toEqual(answer.model);
		for (const row of answer.model) expect(row.samplingProbability).toBe(row.probability);
	});

	test('an empty prompt starts from <|endoftext|>', async () => {
		const answer = await ask('classes', {prompt: prompt(''), generation: NEUTRAL, limit: 3});
		expect(answer).toMatchObject({tokens: [], fromEndOfText: true, dropped: 0});
		const next = await ask('classes', {prompt: prompt('', [answer.model[0].id]), generation: NEUTRAL, limit: 3});
		expect(next.tokens.map(token => token.id)).toEqual([answer.model[0].id]);
		const asText = await ask('classes', {
			prompt: prompt('<|endoftext|>', [answer.model[0].id]),
			generation: NEUTRAL,
			limit: 3,
		});
		expect(next.model).toEqual(asText.model);
	});

	test('appending a class is one decode step, and undo computes nothing', async () => {
		const text =
			'There was once a poor woodcutter who lived with his wife and two children on the edge of a forest, and';
		await ask('classes', {prompt: prompt(text), generation: NEUTRAL, limit: 1});
		const counted = countRuns();
		const appended = await ask('classes', {prompt: prompt(text, [339]), generation: NEUTRAL, limit: 3});
		expect(counted()).toEqual([1]);
		const twice = await ask('classes', {prompt: prompt(text, [339, 550]), generation: NEUTRAL, limit: 3});
		expect(counted()).toEqual([1, 1]);
		expect(await ask('classes', {prompt: prompt(text, [339]), generation: NEUTRAL, limit: 3})).toEqual(appended);
		expect(counted()).toEqual([1, 1]);
		expect(twice.tokens.slice(-2).map(token => token.text)).toEqual([' he', ' had']);
	});

	test('appending stays one decode step, and undo a few computes nothing, however many were appended', async () => {
		const text = 'The cat and the dog sat in the garden, and';
		const appended = model.tokenizer.encode(' then they looked at each other'.repeat(8));
		expect(appended.length).toBeGreaterThan(40);
		const classesAfter = (count: number) =>
			ask('classes', {prompt: prompt(text, appended.slice(0, count)), generation: NEUTRAL, limit: 3});
		const before = await classesAfter(appended.length - 2);
		const counted = countRuns();
		await classesAfter(appended.length - 1);
		await classesAfter(appended.length);
		expect(counted()).toEqual([1, 1]);
		expect(await classesAfter(appended.length - 2)).toEqual(before);
		expect(counted()).toEqual([1, 1]);
	});

	test('of two prompts that take turns are each as if alone', async () => {
		const ask3 = (text: string, appended: number[]) =>
			ask('classes', {prompt: prompt(text, appended), generation: NEUTRAL, limit: 3});
		const [cat, dog] = ['The cat sat on the', 'The dog barked at the'];
		const alone = [await ask3(cat, [339]), await ask3(dog, [550, 339]), await ask3(cat, [339, 550])];
		const together = await Promise.all([ask3(cat, [339]), ask3(dog, [550, 339]), ask3(cat, [339, 550])]);
		expect(together).toEqual(alone);
	});

	test('after tokens of another model are those after the text that they spell', async () => {
		const text = 'The capital of France is';
		const chosen = {...prompt(text), appended: [{id: 407, text: ' certainly Paris'}]};
		const answer = await ask('classes', {prompt: chosen, generation: NEUTRAL, limit: 5});
		expect(answer).toEqual(
			await ask('classes', {prompt: prompt(`${text} certainly Paris`), generation: NEUTRAL, limit: 5}),
		);
		const ours = {...prompt(text), appended: [{id: 407, text: model.tokenizer.token(407).text}]};
		const own = await ask('classes', {prompt: ours, generation: NEUTRAL, limit: 5});
		expect(own.tokens.at(-1)).toEqual(model.tokenizer.token(407));
	});

	test('after a token that this model has not at all are those after its text', async () => {
		const chosen = {...prompt('Once'), appended: [{id: 250_000, text: ' upon a'}]};
		const answer = await ask('classes', {prompt: chosen, generation: NEUTRAL, limit: 1});
		expect(answer.tokens.map(({text}) => text)).toEqual(['Once', ' upon', ' a']);
	});

	test('of 200,000 characters, with the number of tokens dropped', async () => {
		const text = 'All work and no play makes Jack a dull boy. '.repeat(4600);
		expect(text.length).toBeGreaterThan(200_000);
		const total = model.tokenizer.encode(text).length;
		const answer = await ask('classes', {prompt: prompt(text), generation: NEUTRAL, limit: 1});
		// With the 8 new tokens of the settings it fills the context, but for less than a page.
		expect(answer.dropped).toBe(Math.ceil((total + 8 - 1024) / 64) * 64);
		expect(answer.tokens).toHaveLength(total - answer.dropped);
	});

	test.each([
		['lone surrogates', 'a\ud83d b \ude00'],
		['NUL', 'zero\u0000byte'],
		['right-to-left', 'שלום עולם \u202e abc'],
		['emoji sequences', '👩‍👩‍👧‍👦 🏳️‍🌈'],
		['spaces', '   \n\t  '],
		['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
	])('of %s', async (_, text) => {
		const answer = await ask('classes', {prompt: prompt(text), generation: NEUTRAL, limit: 3});
		const bytes = answer.tokens.flatMap(token => token.bytes ?? [...new TextEncoder().encode(token.text)]);
		expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(text.toWellFormed());
	});
});

describe('find', () => {
	test('of a word gives the class without a space and the one with it', async () => {
		const question = {prompt: prompt('She stroked the'), generation: NEUTRAL, limit: 1};
		const found = await ask('find', {...question, query: 'dog'});
		expect([found.exact?.text, found.spaced?.text]).toEqual(['dog', ' dog']);
		expect(found.spaced!.probability).toBeGreaterThan(found.exact!.probability);
		expect(await ask('find', {...question, query: ' dog'})).not.toHaveProperty('spaced');
	});

	test('gives the rank of an unlikely class among all', async () => {
		const answer = await ask('find', {
			prompt: prompt('Once upon a'),
			generation: {...DEFAULT_GENERATION},
			query: ' Paris',
			limit: 10,
		});
		expect(answer.exact).toMatchObject({text: ' Paris', kept: false});
		expect(answer.exact!.rank).toBeGreaterThan(1000);
		expect(answer.exact!.probability).toBeGreaterThan(0);
		expect(answer.rows.every(row => row.text!.includes(' Paris'))).toBe(true);
		expect(answer.total).toBeGreaterThanOrEqual(answer.rows.length);
	});

	test('a text of several tokens is no class', async () => {
		const answer = await ask('find', {prompt: prompt('Once'), generation: NEUTRAL, query: ' woodcutters', limit: 10});
		expect(answer.exact).toBeNull();
		expect(answer.tokens.length).toBeGreaterThan(1);
	});
});

describe('generate', () => {
	const sampling = {...DEFAULT_GENERATION, numReturnSequences: 3, maxNewTokens: 8, seed: 7};

	test('streams its answer', async () => {
		const streamed: number[][] = [[], [], []];
		const finished: number[] = [];
		const answer = await ask(
			'generate',
			{prompt: prompt('Once upon a time'), generation: sampling},
			{
				onEvent(event) {
					if (event.kind === 'tokens') for (const {branch, token} of event.tokens) streamed[branch].push(token.id);
					if (event.kind === 'finished') finished.push(event.branch);
				},
			},
		);
		expect(answer.continuations.map(one => one.tokens.map(token => token.id))).toEqual(streamed);
		expect(finished.sort()).toEqual([0, 1, 2]);
		for (const one of answer.continuations) {
			expect(one.logProb).toBeCloseTo(
				one.tokens.reduce((total, token) => total + token.logProb, 0),
				9,
			);
			expect(one.tokens.every(token => token.top.length === 6)).toBe(true);
		}
	});

	test('the same seed gives the same text, for any number of continuations and after any other question', async () => {
		const texts = async (generation: Generation) =>
			(await ask('generate', {prompt: prompt('The old man'), generation})).continuations.map(one => one.text);
		const three = await texts(sampling);
		await ask('classes', {prompt: prompt('The old man said to the'), generation: NEUTRAL, limit: 1});
		expect(await texts(sampling)).toEqual(three);
		expect(await texts({...sampling, numReturnSequences: 1})).toEqual(three.slice(0, 1));
		expect(await texts({...sampling, seed: 8})).not.toEqual(three);
	});

	test('classes appended one by one are continued as the same text typed', async () => {
		const ids = model.tokenizer.encode(' had a daughter');
		const generation = {...sampling, numReturnSequences: 2};
		const clicked = await ask('generate', {prompt: prompt('The king', ids), generation});
		const typed = await ask('generate', {prompt: prompt('The king had a daughter'), generation});
		expect(clicked.continuations).toEqual(typed.continuations);
	});

	test.each([
		['beam', 'sum', {numBeams: 3, numReturnSequences: 2}],
		['speculative', 'bonus', {numAssistantTokens: 3}],
	] as const)('%s search tells how it came to its text', async (_, by, changes) => {
		const answer = await ask('generate', {prompt: prompt('The old man'), generation: {...NEUTRAL, ...changes}});
		expect(answer.trace?.steps[0][0].why.by).toBe(by);
		expect(answer.trace?.steps[0][0].text).toBeTypeOf('string');
		expect(answer.continuations[0].tokens).toHaveLength(8);
	});

	test("speculative greedy decoding gives greedy decoding's text", async () => {
		const text = async (changes: Partial<Generation>) =>
			(
				await ask('generate', {
					prompt: prompt('In the beginning'),
					generation: {...NEUTRAL, maxNewTokens: 24, ...changes},
				})
			).continuations[0].text;
		expect(await text({numAssistantTokens: 4})).toBe(await text({}));
	});

	test('a draft model with other tokens is refused by name', async () => {
		const other = new Tokenizer(swapped(), {});
		const draft: ServedModel['draft'] = use => use({model: {...model, tokenizer: other}, name: 'stranger'});
		const served = new EngineService(async () => ({...model, draft}));
		const params = {prompt: prompt('Once'), generation: {...NEUTRAL, numAssistantTokens: 3}};
		await expect(served.answer('generate', params, new AbortController().signal, () => {})).rejects.toMatchObject({
			code: 'bad-parameter',
			message: /stranger cannot draft for gpt2-mini: their tokenizers differ/,
		});
	});

	test('a long prompt leaves room for the generated tokens', async () => {
		const text = 'word '.repeat(1500);
		const answer = await ask('generate', {prompt: prompt(text), generation: {...NEUTRAL, maxNewTokens: 4}});
		expect(answer.dropped).toBe(Math.ceil((model.tokenizer.encode(text).length - 1020) / 64) * 64);
		expect(answer.continuations[0].tokens).toHaveLength(4);
	});

	test('cancelling stops it', async () => {
		const controller = new AbortController();
		let steps = 0;
		const run = ask(
			'generate',
			{prompt: prompt('Once'), generation: {...sampling, maxNewTokens: 500}},
			{
				signal: controller.signal,
				onEvent(event) {
					if (event.kind === 'tokens' && ++steps === 3) controller.abort();
				},
			},
		);
		await expect(run).rejects.toThrow(/abort/i);
		expect(steps).toBe(3);
	});
});

/** Steps that look at more than the logits: at what was chosen before, at the seed, at another prompt. */
const EVERYTHING = {
	mirostatTau: 3,
	mirostatEta: 0.3,
	xtcProbability: 0.5,
	xtcThreshold: 0.1,
	dryMultiplier: 0.8,
	dynatempRange: 0.4,
	guidanceScale: 1.5,
	negativePrompt: 'It was a sad story',
	sequenceBias: [' king=1.5', ' the king=-2'],
	watermarkingConfig: [654, 400, 836],
};

describe('explain', () => {
	test.each([
		['a text', [], {}],
		['a text with classes appended', [11, 290], {}],
		['a text with steps that have a memory', [], EVERYTHING],
	])(
		'gives the very numbers that a token of a long continuation of %s was drawn with',
		async (_, appended, more = {}) => {
			const generation = {...DEFAULT_GENERATION, ...more, numReturnSequences: 1, maxNewTokens: 70, seed: 5};
			const asked = prompt('The king had three daughters', appended);
			const {continuations} = await ask('generate', {prompt: asked, generation});
			const ids = continuations[0].tokens.map(token => token.id);
			for (const at of [0, 1, 39, 69]) {
				const answer = await ask('explain', {prompt: asked, generation, generated: ids.slice(0, at), chosen: ids[at]});
				const token = continuations[0].tokens[at];
				expect(answer.stages[0].chosenRank).toBe(token.rank);
				expect(answer.stages[0].chosenProbability).toBeCloseTo(Math.exp(token.logProb), 12);
				expect(answer.stages.at(-1)!.chosenProbability).toBeCloseTo(Math.exp(token.samplingLogProb), 12);
			}
		},
	);

	test('gives the very numbers of a branch, whose steps remember what came before it', async () => {
		const generation = {...DEFAULT_GENERATION, ...EVERYTHING, numReturnSequences: 1, maxNewTokens: 12, seed: 5};
		const root = await ask('generate', {prompt: prompt('The king had three daughters'), generation});
		const {tokens} = root.continuations[0];
		const leaving = prompt('The king had three daughters', [...tokens.slice(0, 8).map(({id}) => id), 290]);
		const asked = {...leaving, memory: tokens[7].memory};
		expect(asked.memory).toEqual({mirostatTau: expect.any(Number)});
		const branch = (await ask('generate', {prompt: asked, generation})).continuations[0].tokens;
		const anew = (await ask('generate', {prompt: leaving, generation})).continuations[0].tokens;
		expect(branch.map(({memory}) => memory)).not.toEqual(anew.map(({memory}) => memory));
		const ids = branch.map(({id}) => id);
		for (const at of [0, 1, 11]) {
			const answer = await ask('explain', {prompt: asked, generation, generated: ids.slice(0, at), chosen: ids[at]});
			expect(answer.stages.at(-1)!.chosenProbability).toBeCloseTo(Math.exp(branch[at].samplingLogProb), 12);
		}
	});

	test('refuses a class that is none, with its number', async () => {
		const question = {prompt: prompt('Once'), generation: NEUTRAL, generated: [11, 50257], chosen: 11};
		await expect(ask('explain', question)).rejects.toMatchObject({code: 'bad-parameter', message: /no class 50257/});
	});

	test('the last stage gives the probability that the token was drawn with', async () => {
		const generation = {...DEFAULT_GENERATION, numReturnSequences: 1, maxNewTokens: 6, seed: 3, repetitionPenalty: 1.1};
		const {continuations} = await ask('generate', {prompt: prompt('It was a dark and'), generation});
		const tokens = continuations[0].tokens;
		const last = tokens.length - 1;
		const generated = tokens.slice(0, last).map(token => token.id);
		const answer = await ask('explain', {
			prompt: prompt('It was a dark and'),
			generation,
			generated,
			chosen: tokens[last].id,
		});
		expect(answer.stages.map(stage => stage.name)).toEqual([
			'model',
			'repetitionPenalty',
			'temperature',
			'topK',
			'topP',
		]);
		expect(answer.stages[0].chosenProbability).toBeCloseTo(Math.exp(tokens[last].logProb), 2);
		expect(answer.stages.at(-1)!.chosenProbability).toBeCloseTo(Math.exp(tokens[last].samplingLogProb), 2);
		expect(answer.stages.at(-1)!.keptCount).toBeLessThanOrEqual(50);
	});
});

describe('score', () => {
	test('tokens with their places, and totals that are their sums', async () => {
		const text = 'The President of the United States. 😀';
		const tokens: {start: number; end: number; logProb: number; rank: number}[] = [];
		const answer = await ask(
			'score',
			{text, stride: 512},
			{
				onEvent(event) {
					if (event.kind === 'scored') tokens.push(...event.tokens);
				},
			},
		);
		expect(tokens).toHaveLength(answer.tokenCount);
		expect(answer.logProb).toBeCloseTo(
			tokens.reduce((total, token) => total + token.logProb, 0),
			6,
		);
		expect(answer.perplexity).toBeCloseTo(Math.exp(-answer.logProb / tokens.length), 6);
		expect(answer.bitsPerCharacter * [...text].length).toBeCloseTo(answer.bitsPerToken * tokens.length, 6);
		expect(text.slice(tokens[5].start, tokens[5].end)).toBe(' States');
		expect(tokens[5].rank).toBe(1);
		expect(tokens.at(-1)!.end).toBe(text.length);
	});
});

test('a second model scores the same tokens by its own measure', async () => {
	const text = 'Once upon a time there was a king.';
	const [main, draft] = [
		await ask('score', {text, stride: 512}),
		await ask('score', {text, stride: 512, model: 'draft'}),
	];
	expect([main.model, draft.model]).toEqual(['gpt2-mini', 'gpt2-mini, first 5 of 6 blocks']);
	expect(draft.tokenCount).toBe(main.tokenCount);
	expect(draft.perplexity).toBeGreaterThan(main.perplexity);
});

test('a request that does not follow the protocol is refused with the value', async () => {
	const generation = {...NEUTRAL, temperature: -1};
	await expect(ask('classes', {prompt: prompt('x'), generation, limit: 3})).rejects.toThrow(
		/temperature must be a number from 0.01 to 100, but is -1/,
	);
	await expect(ask('classes', {prompt: prompt('x', [60000]), generation: NEUTRAL, limit: 3})).rejects.toThrow(
		/no class 60000/,
	);
	await expect(service.answer('classes', {prompt: 'x'}, new AbortController().signal, () => {})).rejects.toMatchObject({
		code: 'bad-request',
	});
});

test('a request taken back while the model opens ends at once, and the model is there for the next', async () => {
	let opened = () => {};
	let times = 0;
	const slow = new EngineService(() => {
		times++;
		return new Promise(resolve => {
			opened = () => resolve(model);
		});
	});
	const controller = new AbortController();
	const first = slow.answer('model', {}, controller.signal, () => {});
	controller.abort();
	await expect(first).rejects.toThrow(/abort/i);
	const second = slow.answer('model', {}, new AbortController().signal, () => {});
	opened();
	await expect(second).resolves.toMatchObject({id: 'gpt2-mini'});
	expect(times).toBe(1);
});

test('a model that cannot be opened is tried again by the next request', async () => {
	let tries = 0;
	const flaky = new EngineService(async () => {
		if (++tries === 1) throw new Error('the file is locked');
		return model;
	});
	const request = () => flaky.answer('model', {}, new AbortController().signal, () => {});
	await expect(request()).rejects.toThrow('locked');
	await expect(request()).resolves.toMatchObject({id: 'gpt2-mini', parameters: 17_867_008});
});

/** The bundled tokenizer with two of its tokens in each other's place. */
function swapped() {
	const file = JSON.parse(readFileSync(`${BUNDLED_MODEL}tokenizer.json`, 'utf8'));
	const {vocab} = file.model;
	[vocab.a, vocab.b] = [vocab.b, vocab.a];
	return file;
}

/** Positions given to every run of the graph from now on. */
describe('a request that a person waits for', () => {
	const passageText = 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(120);

	test.each([
		// Five chunks of a prompt: one after another they would let five runs of the passage pass.
		['with a prompt of several chunks', 'A prompt that nobody has read before, with many words in it. '.repeat(22)],
		['with a prompt that takes a while to tokenise', 'Another one, of which the model reads the end. '.repeat(4000)],
	])('%s goes before a passage that is being scored: at most two of its runs come first', async (_, text) => {
		const runs = countRuns(job => job.score === true);
		let before = -1;
		let between = -1;
		const scoring = ask(
			'score',
			{text: passageText},
			{
				onEvent(event) {
					if (event.kind !== 'scored' || before >= 0) return;
					before = runs().length;
					void ask('classes', {prompt: prompt(text), generation: NEUTRAL, limit: 1}).then(() => {
						between = runs().length - before;
					});
				},
			},
		);
		await scoring;
		expect(runs().length).toBeGreaterThan(before + 3);
		expect(between).toBeGreaterThanOrEqual(0);
		expect(between).toBeLessThanOrEqual(2);
	});

	test('and a passage go before a long list of texts that are labelled', async () => {
		const texts = Array.from({length: 40}, (_, i) => `Line ${i} of many.`);
		const params = {texts, template: '{text} It is', labels: ['good', 'bad'], examples: [], contentFree: null};
		let rows = 0;
		const labelling = ask('label', params, {onEvent: event => event.kind === 'labelled' && rows++});
		await ask('score', {text: passageText.slice(0, 400)});
		expect(rows).toBeLessThan(10);
		await ask('classes', {prompt: prompt('Once upon a'), generation: NEUTRAL, limit: 1});
		expect(rows).toBeLessThan(20);
		await labelling;
		expect(rows).toBe(40);
	});

	test('does not wait for a passage that is taken back while it is held up', async () => {
		const controller = new AbortController();
		const scoring = ask('score', {text: passageText}, {signal: controller.signal, onEvent: () => controller.abort()});
		await expect(scoring).rejects.toThrow();
		await ask('classes', {prompt: prompt('Once upon a'), generation: NEUTRAL, limit: 1});
	});
});

function countRuns(counts: (run: Run) => boolean = () => true): () => number[] {
	const runs: number[] = [];
	const {machine} = model.lm as KernelModel;
	const run = machine.run.bind(machine);
	machine.run = job => {
		if (counts(job)) runs.push(job.rows.length);
		return run(job);
	};
	return () => runs;
}

describe('draw', () => {
	const generation: Generation = {...DEFAULT_GENERATION, frequencyPenalty: 0.5, maxNewTokens: 10, seed: 7};

	/** Draw class after class, as Step does. */
	async function drawn(text: string, appended: number[], generation: Generation, count: number) {
		const ids: number[] = [];
		for (let index = 0; index < count; index++) {
			const question = {...prompt(text, [...appended, ...ids]), generated: index};
			ids.push((await ask('draw', {prompt: question, generation, index})).id);
		}
		return ids;
	}

	test.each([
		['sampling', generation],
		['greedy search', {...generation, doSample: false, numReturnSequences: 1}],
		['sampling from everything', {...NEUTRAL, doSample: true, seed: 11, maxNewTokens: 10}],
		['steps with a memory, chance and guidance', {...generation, ...EVERYTHING}],
	])('step by step gives the first continuation of the same seed: %s', async (_name, generation) => {
		const text = 'Once upon a time there was';
		const {continuations} = await ask('generate', {prompt: prompt(text, [257]), generation});
		expect(await drawn(text, [257], generation, 10)).toEqual(continuations[0].tokens.map(({id}) => id));
	});

	test('step by step gives the same where prompt and continuation do not fit into the context together', async () => {
		const text = `word${' word'.repeat(1019)}`;
		const greedy = {...generation, doSample: false, numReturnSequences: 1};
		const answer = await ask('generate', {prompt: prompt(text), generation: greedy});
		expect(answer.dropped).toBe(64);
		expect(await drawn(text, [], greedy, 10)).toEqual(answer.continuations[0].tokens.map(({id}) => id));
		const classes = await ask('classes', {prompt: prompt(text), generation: greedy, limit: 1});
		expect(classes.dropped).toBe(64);
	});

	test('after a long prompt is one decode step, as after a short one', async () => {
		const text = 'Old words fall out at the start. '.repeat(300);
		const ids = await drawn(text, [], generation, 1);
		const counted = countRuns();
		await ask('draw', {prompt: {...prompt(text, ids), generated: 1}, generation, index: 1});
		await ask('classes', {prompt: prompt(text, ids), generation, limit: 1});
		await ask('classes', {prompt: prompt(text, [...ids, 257]), generation, limit: 1});
		await ask('classes', {prompt: prompt(text, [...ids, 257, 257]), generation, limit: 1});
		expect(counted()).toEqual([1, 1, 1]);
	});

	test('the number falls on the class, where the classes lie side by side by rank', async () => {
		const question = prompt('My favourite');
		const answer = await ask('draw', {prompt: question, generation, index: 3});
		expect(answer.number).toBeGreaterThanOrEqual(answer.start);
		expect(answer.number).toBeLessThan(answer.start + answer.samplingProbability);
		const classes = await ask('classes', {prompt: question, generation, limit: 50});
		const before = classes.sampling.filter(row => row.kept && row.samplingRank < answer.samplingRank);
		expect(answer.start).toBeCloseTo(
			before.reduce((sum, row) => sum + row.samplingProbability, 0),
			10,
		);
		const row = classes.sampling[answer.samplingRank - 1];
		expect(row).toMatchObject({id: answer.id, rank: answer.rank});
		expect(row.samplingProbability).toBeCloseTo(answer.samplingProbability, 10);
	});

	test('greedy search takes the left end, without a number', async () => {
		const answer = await ask('draw', {prompt: prompt('The President of the United'), generation: NEUTRAL, index: 0});
		expect(answer).toMatchObject({text: ' States', number: null, start: 0, samplingRank: 1, rank: 1, end: false});
	});
});

describe('the probability by bands of ranks', () => {
	test('sums to 1, and the share that the settings keep is part of it', async () => {
		const generation = {...NEUTRAL, doSample: true, topK: 30, temperature: 2};
		const {bands, keptProbability} = await ask('classes', {prompt: prompt('My'), generation, limit: 40});
		const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);
		expect(sum(bands.model)).toBeCloseTo(1, 6);
		expect(sum(bands.sampling)).toBeCloseTo(1, 6);
		expect(sum(bands.kept)).toBeCloseTo(keptProbability, 6);
		expect(bands.kept[0]).toBe(bands.model[0]);
		expect(bands.kept[1]).toBeLessThan(bands.model[1]);
		expect(bands.kept.slice(2)).toEqual([0, 0]);
		// A high temperature takes from the first classes what it gives to the others.
		expect(bands.sampling[1]).toBeGreaterThan(bands.kept[1] / keptProbability);
	});
});

describe('compare', () => {
	test('finds the classes that another prompt changes most, and how much moves in all', async () => {
		const prompts: [ReturnType<typeof prompt>, ReturnType<typeof prompt>] = [
			prompt('The old man hurt'),
			prompt('The old woman hurt'),
		];
		const answer = await ask('compare', {prompts, limit: 20});
		const difference = ({standings: [a, b]}: (typeof answer.changes)[number]) => b.probability - a.probability;
		const sizes = answer.changes.map(change => Math.abs(difference(change)));
		expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
		const change = (text: string) => difference(answer.changes.find(row => row.text === text)!);
		expect(change(' his')).toBeLessThan(0);
		expect(change(' her')).toBeGreaterThan(0);
		expect(answer.moved).toBeGreaterThan(sizes[0] / 2);
		expect(answer.moved).toBeLessThan(1);
		for (const side of [0, 1] as const) {
			const classes = await ask('classes', {prompt: prompts[side], generation: NEUTRAL, limit: 20});
			expect(answer.first[side].map(({id}) => id)).toEqual(classes.model.map(({id}) => id));
			expect(answer.first[side].map(({standings}) => standings[side].rank)).toEqual(classes.model.map(row => row.rank));
		}
	});

	test('a model with the same weights changes nothing, and reads classes that were appended', async () => {
		const twin: ServedModel = {...model, second: (_id, use) => use({model, name: 'twin'})};
		const same = {...prompt('The old man hurt', [465]), text: 'The old man hurt'};
		const answer = (await new EngineService(async () => twin).answer(
			'compare',
			{prompts: [same, same], limit: 5, model: 'twin@1'},
			new AbortController().signal,
			() => {},
		)) as Answer<'compare'>;
		expect(answer).toMatchObject({moved: 0, sameClasses: true});
	});

	test('a model with other classes is compared by their text', async () => {
		// The same weights under two names: what one calls “ the”, the other calls “ of”.
		const other = new Tokenizer(swapped(), {});
		const second: ServedModel['second'] = (_id, use) => use({model: {...model, tokenizer: other}, name: 'other'});
		const answer = (await new EngineService(async () => ({...model, second})).answer(
			'compare',
			{prompts: [prompt('The President'), prompt('The President')], limit: 50, model: 'other@1'},
			new AbortController().signal,
			() => {},
		)) as Answer<'compare'>;
		expect(answer.sameClasses).toBe(false);
		const own = await ask('classes', {prompt: prompt('The President'), generation: NEUTRAL, limit: 50});
		for (const [i, row] of answer.first[0].entries()) {
			expect(row.text).toBe(own.model[i].text);
			// Classes with the same text are compared even where their ids differ.
			expect(row.standings[0].rank).toBe(i + 1);
		}
		const unmoved = answer.first[0].filter(({standings: [a, b]}) => a.probability === b.probability);
		expect(unmoved.length).toBeGreaterThan(0);
		expect(answer.moved).toBeGreaterThan(0);
	});

	test('with another model’s classes, only those that are listed are spelled, and a second question says the same', async () => {
		const other = new Tokenizer(swapped(), {});
		const second: ServedModel['second'] = (_id, use) => use({model: {...model, tokenizer: other}, name: 'other'});
		const service = new EngineService(async () => ({...model, second}));
		const compared = () =>
			service.answer(
				'compare',
				{prompts: [prompt('The President'), prompt('The President')], limit: 50, model: 'other@1'},
				new AbortController().signal,
				() => {},
			);
		const spelled = [model.tokenizer, other].map(tokenizer => vi.spyOn(tokenizer, 'token'));
		const answer = await compared();
		expect(await compared()).toEqual(answer);
		// Three lists of 50 classes in each answer, and the prompts’ own tokens.
		expect(spelled.reduce((sum, {mock}) => sum + mock.calls.length, 0)).toBeLessThan(500);
		for (const spy of spelled) spy.mockRestore();
	});

	test('with settings, the distributions that they make are compared', async () => {
		const prompts: [ReturnType<typeof prompt>, ReturnType<typeof prompt>] = [
			prompt('The old man hurt'),
			prompt('The old woman hurt'),
		];
		const generation = {...NEUTRAL, doSample: true, topK: 3, temperature: 0.5};
		const answer = await ask('compare', {prompts, limit: 10, generation});
		for (const side of [0, 1] as const) {
			const classes = await ask('classes', {prompt: prompts[side], generation, limit: 10});
			const kept = classes.sampling.filter(row => row.kept);
			expect(answer.first[side].map(({id, standings}) => [id, standings[side].rank])).toEqual(
				kept.map(({id, samplingRank}) => [id, samplingRank]),
			);
			for (const [i, {standings}] of answer.first[side].entries()) {
				expect(standings[side].probability).toBeCloseTo(kept[i].samplingProbability, 5);
			}
		}
	});

	test('a prompt compared with itself changes nothing', async () => {
		const answer = await ask('compare', {prompts: [prompt('The same'), prompt('The same')], limit: 3});
		expect(answer.moved).toBe(0);
	});
});

describe('with a tokenizer that puts ▁ before every text, what goes on a text has none', () => {
	const ask = askService(() => new EngineService(async () => ({...model, tokenizer: new Tokenizer(FILE, {})})));

	test('a label is the class that begins with its space', async () => {
		const task = {template: '{text} ', labels: ['hello', 'abc'], examples: [], contentFree: null};
		const {labelTokens} = await ask('label', {...task, texts: ['a']});
		expect(labelTokens.map(tokens => tokens.map(({text}) => text))).toEqual([[' hello'], [' abc']]);
	});

	test('a text that is looked for is found as it is written', async () => {
		for (const query of [' hello', 'hello']) {
			const {exact, tokens} = await ask('find', {prompt: prompt('a'), generation: NEUTRAL, query, limit: 5});
			expect([exact?.text, tokens.map(({text}) => text)]).toEqual([query, [query]]);
		}
	});

	test('a class of another model is the one with its spelling', async () => {
		const chosen = {id: 7, text: ' hello'};
		const {classes} = await ask('head', {prompt: prompt('a'), classes: [chosen]});
		expect(classes.map(({text}) => text)).toEqual([' hello']);
	});
});

describe('a form', () => {
	const held = (formKind: Generation['formKind'], form: string, changes: Partial<Generation> = {}) => ({
		...NEUTRAL,
		formKind,
		form,
		maxNewTokens: 24,
		...changes,
	});
	const texts = async (generation: Generation, text = 'My favourite animal is the') =>
		(await ask('generate', {prompt: prompt(text), generation})).continuations;
	const STRATEGIES: [string, Partial<Generation>][] = [
		['greedy search', {}],
		['sampling', {doSample: true, numReturnSequences: 4, topK: 50, seed: 3}],
		['beam search', {numBeams: 3, numReturnSequences: 3}],
		['drafts from the text', {promptLookupNumTokens: 4}],
		['drafts of a model', {numAssistantTokens: 3, doSample: true}],
	];

	test.each(STRATEGIES)('is written whole by %s, and ends the text', async (_, changes) => {
		const choices = [' dog', ' cat that sleeps', ' 😀 bird', ' elephant'];
		for (const {text, finishReason, unfinished} of await texts(held('choices', choices.join('\n'), changes))) {
			expect(choices).toContain(text);
			expect(finishReason).toBe('form');
			expect(unfinished).toBeUndefined();
		}
	});

	test('of JSON is JSON, and one that is cut off is marked', async () => {
		const schema = JSON.stringify({
			type: 'object',
			properties: {name: {type: 'string', maxLength: 8}, age: {enum: [3, 7]}},
			required: ['name', 'age'],
		});
		const [whole] = await texts(held('json_schema', schema, {maxNewTokens: 60}));
		expect(Object.keys(JSON.parse(whole.text))).toEqual(['name', 'age']);
		const [cut] = await texts(held('json_schema', schema, {maxNewTokens: 5}));
		expect([cut.finishReason, cut.unfinished]).toEqual(['length', true]);
	});

	test.each(STRATEGIES)('tells where in it every text stands, as it grows: %s', async (_, changes) => {
		const generation = held('regex', ' the (c|d)[a-z]{2,}', {...changes, maxNewTokens: 3});
		const streamed = new Map<number, {text: string; form?: FormPlace}>();
		const {continuations} = await ask(
			'generate',
			{prompt: prompt('I saw'), generation},
			{
				onEvent(event) {
					if (event.kind !== 'tokens') return;
					for (const {branch, token, form} of event.tokens) {
						const text = (streamed.get(branch)?.text ?? '') + token.text;
						streamed.set(branch, {text, form});
						if (!form) continue;
						// What stands and what must come are a beginning of the form together.
						expect(' the '.startsWith(`${text}${form.forced}`.slice(0, 5))).toBe(true);
						expect(form.isComplete).toBe(/^ the [cd][a-z]{2,}$/.test(text));
					}
				},
			},
		);
		for (const [branch, {form, unfinished}] of continuations.entries()) {
			expect(form).toEqual(streamed.get(branch)!.form);
			expect(unfinished ?? false).toBe(!form!.isComplete);
		}
	});

	test('lets the end of the text come only where it is complete', async () => {
		const generation = held('regex', ' \\w+(, \\w+)*', {
			doSample: true,
			numReturnSequences: 8,
			sequenceBias: ['#50256=30'],
		});
		for (const {text, finishReason} of await texts(generation)) {
			expect(text).toMatch(/^ \w+$/);
			expect(finishReason).toBe('end-of-text');
		}
	});

	test('goes on after classes that were appended, and draw after draw gives the text of a continuation', async () => {
		const generation = held('regex', ' [a-z]{3}, [a-z]{3}\\.', {doSample: true, seed: 4});
		const [{tokens, text}] = (await ask('generate', {prompt: prompt('It was a'), generation})).continuations;
		expect(text).toMatch(/^ [a-z]{3}, [a-z]{3}\.$/);
		const ids = tokens.map(token => token.id);
		const later = await ask('generate', {prompt: prompt('It was a', ids.slice(0, 2)), generation});
		const begun = tokens
			.slice(0, 2)
			.map(token => token.text)
			.join('');
		expect(begun + later.continuations[0].text).toMatch(/^ [a-z]{3}, [a-z]{3}\.$/);
		for (let index = 0; index < ids.length; index++) {
			const question = {...prompt('It was a', ids.slice(0, index)), generated: index};
			const answer = await ask('draw', {prompt: question, generation, index});
			expect(answer.id).toBe(ids[index]);
			expect(answer.completesForm ?? false).toBe(index === ids.length - 1);
		}
	});

	test('says after its end that it is complete, not that the other settings leave nothing', async () => {
		const generation = held('choices', ' Rome', {doSample: true});
		const [rome] = model.tokenizer.encode(' Rome');
		const drawn = (ids: number[]) => ({...prompt('The capital is', ids), generated: ids.length});
		const complete = await ask('classes', {prompt: drawn([rome]), generation, limit: 2});
		expect(complete.form).toMatchObject({fitting: 1, isComplete: true});
		const run = ask('classes', {prompt: drawn([rome, 50256]), generation, limit: 2});
		await expect(run).rejects.toMatchObject({code: 'form-complete', message: /is complete/});
		// A class that was chosen by hand and does not fit ends nothing.
		const [paris] = model.tokenizer.encode(' Paris');
		const other = ask('classes', {prompt: drawn([paris]), generation, limit: 2});
		await expect(other).rejects.toMatchObject({code: 'bad-parameter', message: /does not fit the form/});
	});

	test('that cannot be read is refused before the prompt is, with its place', async () => {
		const run = ask('generate', {prompt: prompt('x'), generation: held('regex', 'ab(c')});
		await expect(run).rejects.toMatchObject({code: 'bad-parameter', message: /character 3 on: \(/});
	});
});

test('classes under guidance tell three probabilities: the model’s own, after the other prompt, and what comes of both', async () => {
	const ours = prompt('The weather today is');
	const generation = {...NEUTRAL, doSample: true, guidanceScale: 2, negativePrompt: 'It was a dark and stormy'};
	const {model, sampling} = await ask('classes', {prompt: ours, generation, limit: 200});
	const other = await ask('classes', {prompt: prompt('It was a dark and stormy'), generation: NEUTRAL, limit: 1000});
	const known = new Map(other.model.map(row => [row.id, row.probability]));
	const both = model.filter(({id}) => known.has(id));
	expect(both.length).toBeGreaterThan(20);
	for (const row of both) expect(row.against!).toBeCloseTo(known.get(row.id)!, 6);
	// Of two classes, the logarithms of the ratios: 2 * own - 1 * other.
	const [a, b] = both;
	const ratio = (name: 'probability' | 'against' | 'samplingProbability') => Math.log(a[name]! / b[name]!);
	expect(ratio('samplingProbability')).toBeCloseTo(2 * ratio('probability') - ratio('against'), 3);
	expect(sampling[0].samplingRank).toBe(1);
});

describe('biases by hand', () => {
	const biased = (text: string, sequenceBias: string[], changes: Partial<Generation> = {}) =>
		ask('classes', {prompt: prompt(text), generation: {...NEUTRAL, ...changes, sequenceBias}, limit: 5});

	test('tell what they add, and the probability without them and with them', async () => {
		const settings = {doSample: true, temperature: 0.5};
		const without = await biased('Once upon a', [], settings);
		expect(without.pushed).toBeUndefined();
		const [first, second] = without.sampling;
		const {sampling, pushed} = await biased(
			'Once upon a',
			[`#${second.id}=1`, `#${second.id}=0.5`, '#40000=-2'],
			settings,
		);
		expect(pushed!.map(({id, push}) => [id, push!.bias])).toEqual([
			[second.id, 1.5],
			[40000, -2],
		]);
		const row = pushed![0];
		expect(row.push!.before).toBe(second.samplingProbability);
		// Of two classes, the ratio grows by exp(bias / temperature).
		const ratio = row.samplingProbability / sampling.find(({id}) => id === first.id)!.samplingProbability;
		expect(Math.log(ratio / (second.samplingProbability / first.samplingProbability))).toBeCloseTo(1.5 / 0.5, 3);
		expect(sampling.find(({id}) => id === second.id)).toEqual(row);
		expect(sampling.find(({id}) => id === first.id)!.push).toBeUndefined();
	});

	test('of a word act on its last token, where the text ends with the others', async () => {
		const word = model.tokenizer.encode(' New York Times');
		expect(word).toHaveLength(3);
		const bias = [`#${word.join('#')}=4`];
		for (const text of ['He read the', 'He read the New', 'He read the York']) {
			expect((await biased(text, bias)).pushed).toBeUndefined();
		}
		const {pushed} = await biased('He read the New York', bias);
		expect(pushed!.map(({id, push}) => [id, push!.bias])).toEqual([[word[2], 4]]);
	});

	test('that leave nothing to the others leave numbers', async () => {
		const {sampling} = await biased('Once upon a', ['#40000=100']);
		expect(sampling[0]).toMatchObject({id: 40000, samplingProbability: 1});
		for (const row of sampling) expect(row.samplingProbability).toBeGreaterThanOrEqual(0);
	});
});
