import {readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {logSoftmax, rankOf, topClasses} from '../../../../src/engine/math/math.ts';
import {openOnnxModel} from '../../../../src/engine/open-onnx-model.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import type {Answer, Method, Params} from '../../../../src/protocol/questions.ts';
import type {ServedModel} from '../../../../src/service/call.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {askService} from '../../../helpers/ask-service.ts';
import {BUNDLED_MODEL, openBundledModel, openServedModel} from '../../../helpers/bundled-model.ts';
import {stockFiles} from '../../../helpers/stock-files.ts';

let model: ServedModel;
let service: EngineService;
beforeAll(async () => {
	model = await openServedModel(() => {});
	service = new EngineService(async () => model);
});
afterAll(() => model.lm.dispose());

const ask = askService(() => service);

const TEXT = 'The old man opened the door and saw his';
/** Sum of the passage scorer's log-probabilities of the tokens after `prompt`, both read as one list of tokens. */
async function passageScore(prompt: readonly number[], ending: readonly number[]): Promise<number> {
	let sum = 0;
	for await (const {logProb} of model.lm.scoreWindow([...prompt, ...ending], prompt.length - 1))
		for (const one of logProb) sum += one;
	return sum;
}

test('tokens and words of a text, with the tokens of each word', async () => {
	const answer = await ask('tokenize', {text: 'strawberry strawberry 你'});
	expect(answer.tokens.map(({text}) => text ?? null).slice(0, 4)).toEqual(['st', 'raw', 'berry', ' strawberry']);
	expect(answer.words.map(({first, count}) => [first, count])).toEqual([
		[0, 3],
		[3, 1],
		[4, answer.tokens.length - 4],
	]);
	expect(answer.words.at(-1)).toMatchObject({start: 21, end: 23});
});

describe('a tokenizer that puts a token before every text', () => {
	const begun = () => {
		const file = JSON.parse(readFileSync(`${BUNDLED_MODEL}tokenizer.json`, 'utf8'));
		const begins = {
			type: 'TemplateProcessing',
			single: [{SpecialToken: {id: '<|endoftext|>', type_id: 0}}, {Sequence: {id: 'A', type_id: 0}}],
			special_tokens: {'<|endoftext|>': {id: '<|endoftext|>', ids: [50256], tokens: ['<|endoftext|>']}},
		};
		const tokenizer = new Tokenizer({...file, post_processor: begins}, {});
		return new EngineService(async () => ({...model, tokenizer}));
	};
	const {signal} = new AbortController();

	test('tells it beside the text’s own tokens', async () => {
		const answer = (await begun().answer('tokenize', {text: 'The'}, signal, () => {})) as Answer<'tokenize'>;
		expect(answer.beginning).toEqual([{id: 50256, text: '<|endoftext|>', special: true}]);
		expect(answer.tokens.map(({text}) => text)).toEqual(['The']);
	});

	test('classifies with it, and without it where a person leaves it out', async () => {
		const params = {texts: ['fine'], template: '{text} is', labels: ['good', 'bad'], examples: [], contentFree: null};
		const of = async (addSpecialTokens: boolean) => {
			const request = {...params, addSpecialTokens};
			const answer = (await begun().answer('label', request, signal, () => {})) as Answer<'label'>;
			return answer.rows[0].logProbs[0];
		};
		const prompt = model.tokenizer.encode('fine is');
		const good = model.tokenizer.encode(' good');
		expect(await of(true)).toBeCloseTo(await passageScore([50256, ...prompt], good), 1);
		expect(await of(false)).toBeCloseTo(await passageScore(prompt, good), 1);
		expect(Math.abs((await of(true)) - (await of(false)))).toBeGreaterThan(0.05);
	});
});

test('merges of a word, ending in its tokens', async () => {
	const {start, steps, merges} = await ask('replay', {word: 'strawberry'});
	expect(start).toHaveLength(10);
	expect(merges).toBe(50_000);
	expect(steps.at(-1)!.tokens.map(({id}) => id)).toEqual(model.tokenizer.encode('strawberry'));
});

test('the contributions of the dimensions add up to the logit, which is the one the classes have', async () => {
	const generation = (await import('../../../../src/engine/parameters/registry.ts')).NEUTRAL_GENERATION;
	const prompt = {text: TEXT, appended: []};
	const {model: rows} = await ask('classes', {prompt, generation: {...generation, maxNewTokens: 1}, limit: 3});
	const answer = await ask('head', {prompt, classes: rows.map(row => row.id)});
	for (const [i, row] of answer.classes.entries()) {
		expect(row).toMatchObject({id: rows[i].id, rank: rows[i].rank, logit: rows[i].logit, text: rows[i].text});
		expect(row.probability).toBeCloseTo(rows[i].probability, 12);
		expect(row.contributions).toHaveLength(256);
		expect(Math.abs(row.contributions.reduce((sum, part) => sum + part, 0) - row.logit)).toBeLessThan(1e-3);
		expect(Math.exp(row.logit - answer.logSumExp)).toBeCloseTo(row.probability, 12);
	}
});

describe('classes of one’s own', () => {
	const params: Params<'label'> = {
		texts: ['A wonderful evening, from the first minute to the last.', 'Dull, slow and far too long.'],
		template: 'Review: {text}\nIn one word, the film was',
		labels: ['good', 'bad', 'strawberry pie'],
		examples: [],
		contentFree: null,
	};

	test('get the sum of the passage scorer’s log-probabilities, labels of several tokens too', async () => {
		const answer = await ask('label', params);
		const texts = answer.labelTokens.map(tokens => tokens.map(({text}) => text));
		expect(texts).toEqual([[' good'], [' bad'], [' strawberry', ' pie']]);
		const {tokenizer} = model;
		for (const [t, text] of params.texts.entries()) {
			const prompt = tokenizer.encode(`Review: ${text}\nIn one word, the film was`);
			for (const [l, label] of params.labels.entries()) {
				const expected = await passageScore(prompt, tokenizer.encode(` ${label}`));
				// Read in other chunks, float sums round otherwise, and now and then an activation takes the next of its 255 steps.
				expect(Math.abs(answer.rows[t].logProbs[l] - expected)).toBeLessThan(0.1);
			}
		}
	});

	test('have the head’s own probabilities, restricted and renormalised', async () => {
		const {rows, prompt} = await ask('label', {...params, labels: ['good', 'bad']});
		const {logits} = await model.lm.prefill(model.tokenizer.encode(prompt));
		const full = logSoftmax(logits);
		const [good, bad] = ['good', 'bad'].map(label => Math.exp(full[model.tokenizer.encode(` ${label}`)[0]]));
		expect(rows[0].probabilities[0]).toBeCloseTo(good / (good + bad), 5);
		expect(rows[0].probabilities[0] + rows[0].probabilities[1]).toBeCloseTo(1, 12);
		expect(rows[0].calibrated).toBeNull();
	});

	test('are even for the content-free prompt after calibration, and the calibrated winner wins', async () => {
		const answer = await ask('label', {...params, texts: ['N/A', ...params.texts], contentFree: 'N/A'});
		for (const probability of answer.rows[0].calibrated!) expect(probability).toBeCloseTo(1 / 3, 9);
		expect(answer.contentFree).toEqual(answer.rows[0].probabilities);
		for (const row of answer.rows.slice(1)) expect(row.calibrated![row.best]).toBe(Math.max(...row.calibrated!));
	});

	test('come with examples before the text, and are streamed', async () => {
		const done: number[] = [];
		const examples = [{text: 'Lovely!', label: 0}];
		const answer = await ask(
			'label',
			{...params, examples},
			{
				onEvent: event => {
					if (event.kind === 'labelled') done.push(event.done);
				},
			},
		);
		expect(answer.prompt).toBe(
			`Review: Lovely!\nIn one word, the film was good\n\nReview: ${params.texts[0]}\nIn one word, the film was`,
		);
		expect(done).toEqual([1, 2]);
	});

	test('are compared with the truth', async () => {
		const answer = await ask('label', {...params, labels: ['good', 'bad'], truths: [0, null]});
		const [first] = answer.rows.map(row => row.best);
		expect(answer.evaluation).toMatchObject({known: 1, correct: first === 0 ? 1 : 0});
		expect(answer.evaluation!.confusion[0][first]).toBe(1);
	});

	test.each([
		[{template: 'no slot'}, /The template has no \{text\}/],
		[{labels: ['one']}, /at least two labels/],
		[{labels: ['a', ' a ']}, /Two labels are the same/],
		[{labels: ['a', ' ']}, /A label is empty/],
		[{examples: [{text: 'x', label: 7}]}, /There is no label 7/],
		[{truths: [0]}, /2 texts, but 1 true labels/],
	])('are refused by name: %j', async (change, message) => {
		await expect(ask('label', {...params, ...change})).rejects.toThrow(message);
	});
});

describe('the influence of parts of a prompt', () => {
	const [chosen, against] = [1310, 2576];
	test.each([
		['token', ''],
		['word', ''],
		['word', '_'],
		['sentence', ''],
	] as const)('by %s with %j: the same as prompts re-read from scratch', async (unit, replacement) => {
		const text = 'It was late. The old man opened the door.';
		const done: number[] = [];
		const answer = await ask(
			'influence',
			{text, unit, replacement, chosen, against},
			{
				onEvent: event => {
					if (event.kind === 'occluded') done.push(event.done);
				},
			},
		);
		expect(done).toEqual(answer.parts.map((_, i) => i + 1));
		const fresh = await openBundledModel();
		for (const {start, end, chosen: logProb, against: other} of answer.parts) {
			const removed = text.slice(start, end);
			const inPlace = replacement && (removed.startsWith(' ') ? ` ${replacement}` : replacement);
			const ids = fresh.tokenizer.encode(text.slice(0, start) + inPlace + text.slice(end));
			const logProbs = logSoftmax((await fresh.lm.prefill(ids)).logits);
			expect(logProb).toBeCloseTo(logProbs[chosen], 4);
			expect(other).toBeCloseTo(logProbs[against], 4);
		}
		await fresh.lm.dispose();
	});

	test('without its only token a prompt is empty: the model starts from <|endoftext|>', async () => {
		const answer = await ask('influence', {text: 'The', unit: 'token', replacement: '', chosen, against: null});
		const {logits} = await model.lm.prefill([50256]);
		expect(answer.parts).toHaveLength(1);
		expect(answer.parts[0].chosen).toBeCloseTo(logSoftmax(logits)[chosen], 5);
		expect(answer.parts[0].against).toBeNull();
	});
});

describe('a step of training', () => {
	const text = 'The cat sat on the mat, and the dog sat on the cat.';

	test('begins at the losses that the passage scorer has, and lowers their mean as foretold', async () => {
		const answer = await ask('biasStep', {text, learningRate: 0.01, position: 3});
		const ids = model.tokenizer.encode(text);
		expect(answer.tokens.map(({id}) => id)).toEqual(ids);
		// Read in other chunks, float sums round otherwise, and now and then an activation takes the next of its 255 steps.
		let i = 0;
		for await (const {logProb} of model.lm.scoreWindow([50256, ...ids], 0))
			for (const one of logProb) expect(Math.abs(answer.tokens[i++].before + one)).toBeLessThan(0.1);
		expect(i).toBe(ids.length);
		const change = answer.meanAfter - answer.meanBefore;
		expect(change).toBeLessThan(0);
		expect(change / answer.predictedChange).toBeCloseTo(1, 2);
		expect(answer.raised[0].gradient).toBeLessThan(0);
		expect(answer.lowered[0].gradient).toBeGreaterThan(0);
		expect(answer.classes.map(({id}) => id)).toContain(ids[3]);
	});

	test('without what begins a text, the first token is what the others are predicted from', async () => {
		const answer = await ask('biasStep', {text, learningRate: 0, position: 0, addSpecialTokens: false});
		const ids = model.tokenizer.encode(text);
		expect(answer.tokens.map(({id}) => id)).toEqual(ids.slice(1));
		const {logits} = await model.lm.prefill(ids.slice(0, 1));
		expect(answer.tokens[0].before).toBeCloseTo(-logSoftmax(logits)[ids[1]], 3);
	});

	test('a step of size 0 changes nothing, and positions that do not fit are counted', async () => {
		const answer = await ask('biasStep', {text: text.repeat(20), learningRate: 0, position: 0});
		expect(answer.tokens).toHaveLength(128);
		expect(answer.left).toBe(model.tokenizer.encode(text.repeat(20)).length - 128);
		expect(answer.meanAfter).toBeCloseTo(answer.meanBefore, 9);
		for (const {before, after} of answer.classes) expect(after).toBe(before);
	});
});

test('one more token is timed with the cache and without it', async () => {
	const answer = await ask('stepCost', {prompt: {text: TEXT, appended: []}, appended: 1986});
	// Keys and values of 6 blocks: int16, and a step for each of 4 heads.
	expect(answer).toMatchObject({cached: 9, bytesPerToken: 2 * 6 * (256 * 2 + 4 * 4)});
	expect(answer.withCache).toBeGreaterThan(0);
	expect(answer.withoutCache).toBeGreaterThan(0);
});

test('the step without the cache reuses nothing that was read before', async () => {
	const read: number[] = [];
	const prefill = model.lm.prefill.bind(model.lm);
	const spied = vi.spyOn(model.lm, 'prefill').mockImplementation((ids, options) => {
		read.push(ids[0]);
		return prefill(ids, options);
	});
	for (let first = 0; first < 12; first++) {
		read.length = 0;
		const text = model.tokenizer.token(first).text + ' the'.repeat(70);
		await ask('stepCost', {prompt: {text, appended: []}, appended: 1986});
		const [own, ...timed] = read;
		expect(own).toBe(first);
		expect(timed).not.toContain(first);
		expect(new Set(timed).size).toBe(timed.length);
	}
	spied.mockRestore();
});

test('an ONNX export, which shows nothing of its inside, says so, and which model does', async () => {
	const opened = await openOnnxModel(stockFiles());
	const exported = new EngineService(async () => ({
		...model,
		...opened,
	}));
	const prompt = {text: TEXT, appended: []};
	const why = async (method: Method, params: object) =>
		exported.answer(method, params, new AbortController().signal, () => {}).catch(error => error);
	for (const [method, params] of [
		['head', {prompt, classes: [5]}],
		['lens', {prompt, target: null}],
		['attention', {prompt, block: 0, head: 0}],
		['heads', {prompt}],
		['mix', {prompt, block: 0, head: 0, position: 0}],
		['streams', {prompt, block: 1}],
	] as const) {
		expect(await why(method, params)).toMatchObject({
			code: 'not-supported',
			message: expect.stringMatching(/came as ONNX.*Choose a model/),
		});
	}
	await opened.lm.dispose();
});

describe('looking into the blocks', () => {
	test('the last block gives the model’s own distribution, and a class can be followed to it', async () => {
		const {lm, tokenizer} = model;
		const {logits} = await lm.prefill(tokenizer.encode(TEXT));
		const logProbs = logSoftmax(logits);
		const target = tokenizer.encode(' face')[0];
		const answer = await ask('lens', {prompt: {text: TEXT, appended: []}, target});
		expect(answer.tokens.map(({text}) => text).join('')).toBe(TEXT);
		expect(answer.blocks).toHaveLength(lm.config.layers + 1);
		const said = answer.blocks.at(-1)!.cells.at(-1)!;
		expect(said.top.map(({id}) => id)).toEqual([...topClasses(logits, 3)]);
		for (const {id, probability} of said.top) expect(probability).toBeCloseTo(Math.exp(logProbs[id]), 4);
		expect(said.followed!.rank).toBe(rankOf(logits, target));
		expect(said.followed!.logProb).toBeCloseTo(logProbs[target], 3);
		for (const {vector, cells} of answer.blocks) {
			expect(vector).toHaveLength(lm.config.hiddenSize);
			expect(cells).toHaveLength(answer.tokens.length);
		}
	});

	test('the vectors end, after the final norm, with the one that the head begins with', async () => {
		const prompt = {text: TEXT, appended: []};
		const {normed, blocks} = await ask('lens', {prompt, target: null});
		const {vector} = await ask('head', {prompt, classes: [{id: 5}]});
		expect(normed).toEqual(vector);
		expect(blocks.at(-1)!.vector).not.toEqual(vector);
	});

	test('of a long prompt shows the last positions', async () => {
		const answer = await ask('lens', {prompt: {text: 'The cat sat. '.repeat(20), appended: []}, target: null});
		expect(answer.tokens).toHaveLength(24);
		expect(answer.first).toBe(model.tokenizer.encode('The cat sat. '.repeat(20)).length - 24);
		expect(answer.blocks[0].cells[0].followed).toBeNull();
	});

	test('attention: every row looks at itself and at earlier positions, and sums to 1', async () => {
		for (const [block, head] of [
			[0, 0],
			[5, 3],
		]) {
			const {weights, tokens} = await ask('attention', {prompt: {text: TEXT, appended: []}, block, head});
			expect(weights.map(row => row.length)).toEqual(tokens.map((_, i) => i + 1));
			for (const row of weights) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
		}
	});

	test('all heads with what they do on the text: one that looks at the token before does so in its own grid', async () => {
		const {layers, heads} = model.lm.config;
		const {tokens, blocks} = await ask('heads', {prompt: {text: TEXT, appended: []}});
		expect(blocks.map(block => block.length)).toEqual(Array(layers).fill(heads));
		const all = blocks.flatMap((block, b) => block.map((head, h) => ({...head, b, h})));
		const [previous] = all.filter(({pattern}) => pattern === 'previous').sort((a, b) => b.share - a.share);
		expect(previous.share).toBeGreaterThan(0.3);
		const {weights} = await ask('attention', {prompt: {text: TEXT, appended: []}, block: previous.b, head: previous.h});
		const shares = weights.slice(2).map((row, i) => row[i + 1]);
		expect(previous.share).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / shares.length, 5);
		expect(previous.weights).toEqual(weights.map(row => row.map(weight => Math.round(weight * 100))));
		expect(tokens).toHaveLength(weights.length);
	});

	test('one head at one position: scores become weights, and weights mix the values', async () => {
		const prompt = {text: `${TEXT} wife, who had been waiting for him.`, appended: []};
		for (const {position, others} of [
			{position: 3, others: 0},
			{position: 14, others: 3},
		]) {
			const answer = await ask('mix', {prompt, block: 2, head: 1, position});
			const {weights, tokens} = await ask('attention', {prompt, block: 2, head: 1});
			expect(answer).toMatchObject({position, token: tokens[position], others: {count: others}});
			expect(answer.rows.map(row => row.position)).toEqual(answer.rows.map(row => row.position).sort((a, b) => a - b));
			for (const {key, score, weight, position: at, id} of answer.rows) {
				expect(id).toBe(tokens[at].id);
				expect(answer.scale * key.reduce((sum, value, c) => sum + value * answer.query[c], 0)).toBeCloseTo(score, 4);
				expect(Math.exp(score - answer.logSum)).toBeCloseTo(weight, 5);
				expect(weights[position][at]).toBeCloseTo(weight, 6);
			}
			const listed = answer.rows.reduce((sum, {weight}) => sum + weight, 0);
			expect(listed + answer.others.weight).toBeCloseTo(1, 5);
			for (const [c, mixed] of answer.mixed.entries()) {
				const added = answer.rows.reduce((sum, {weight, value}) => sum + weight * value[c], answer.others.added[c]);
				expect(added).toBeCloseTo(mixed, 4);
			}
		}
	});

	test('a position beyond the text is its last one', async () => {
		const prompt = {text: TEXT, appended: []};
		const last = await ask('mix', {prompt, block: 0, head: 0, position: 500});
		expect(last.token.text).toBe(' his');
	});

	test('the vectors that leave a block are those that enter the next', async () => {
		const prompt = {text: TEXT, appended: []};
		const [first, second] = [await ask('streams', {prompt, block: 1}), await ask('streams', {prompt, block: 2})];
		const embedded = await ask('streams', {prompt, block: 0});
		expect(embedded.before).toBeNull();
		expect(first.before).toEqual(embedded.after);
		expect(second.before).toEqual(first.after);
		const {blocks} = await ask('lens', {prompt, target: null});
		expect(second.after.at(-1)).toEqual(blocks[2].vector.map(value => Number(value.toPrecision(5))));
		expect(second.after).toHaveLength(second.tokens.length);
	});

	test('a head that is not there is refused by name', async () => {
		await expect(ask('mix', {prompt: {text: TEXT, appended: []}, block: 0, head: 4, position: 0})).rejects.toThrow(
			/no head 5 in block 1/,
		);
		await expect(ask('streams', {prompt: {text: TEXT, appended: []}, block: 7})).rejects.toThrow(/block 7/);
		const asked = ask('attention', {prompt: {text: TEXT, appended: []}, block: 6, head: 0});
		await expect(asked).rejects.toThrow(/no head 1 in block 7/);
	});
});
