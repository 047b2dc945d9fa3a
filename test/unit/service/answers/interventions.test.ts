import {readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {changedModel} from '../../../../src/engine/inspect/changed-model.ts';
import {NO_INTERVENTION} from '../../../../src/engine/inspect/intervention.ts';
import {steeringOf} from '../../../../src/engine/inspect/steering.ts';
import {rankOf, softmax, topClasses} from '../../../../src/engine/math/math.ts';
import {openOnnxModel} from '../../../../src/engine/open-onnx-model.ts';
import {DEFAULT_GENERATION, NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import type {Answer, EventOf, Method, Params} from '../../../../src/protocol/questions.ts';
import type {ServedModel} from '../../../../src/service/call.ts';
import {ChangedModels} from '../../../../src/service/changed-models.ts';
import {promptTokens} from '../../../../src/service/prompts.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {askService} from '../../../helpers/ask-service.ts';
import {BUNDLED_MODEL, openServedModel} from '../../../helpers/bundled-model.ts';
import {stockFiles} from '../../../helpers/stock-files.ts';

let model: ServedModel;
let service: EngineService;
beforeAll(async () => {
	model = await openServedModel(() => {});
	service = new EngineService(async () => model);
});
afterAll(() => model.lm.dispose());

const ask = askService(() => service);

const TEXT = "Anna's daughter met Anna's";
const prompt = {text: TEXT, appended: []};
const [daughter, son] = [4957, 3367];
const OFF = [
	{block: 1, part: 3},
	{block: 4, part: 2},
];
const changes = {off: OFF};
const generation = {...NEUTRAL_GENERATION, maxNewTokens: 1};
const idsOf = (text: string) => model.tokenizer.encode(text);
const offLogits = async (text = TEXT) =>
	(await changedModel(model.kernels!, {...NO_INTERVENTION, off: OFF}).prefill(idsOf(text))).logits;

describe('with parts off', () => {
	test('classes stand before and after as in two forward passes, and their probability has moved', async () => {
		const answer = await ask('changed', {prompt, changes, limit: 5, classes: [daughter, son]});
		const logits = [(await model.lm.prefill(idsOf(TEXT))).logits, await offLogits()];
		const probabilities = logits.map(one => softmax(one));
		expect(answer.tokens.map(({id}) => id)).toEqual(idsOf(TEXT));
		for (const [i, row] of answer.asked.entries()) {
			expect(row.id).toBe([daughter, son][i]);
			for (const [side, standing] of [row.before, row.after].entries()) {
				expect(standing.logit).toBe(logits[side][row.id]);
				expect(standing.rank).toBe(rankOf(logits[side], row.id));
				expect(standing.probability).toBeCloseTo(probabilities[side][row.id], 12);
			}
		}
		for (const side of [0, 1]) expect(answer.first[side].map(({id}) => id)).toEqual([...topClasses(logits[side], 5)]);
		const apart = probabilities[0].reduce((sum, p, id) => sum + Math.abs(p - probabilities[1][id]), 0);
		expect(answer.moved).toBeCloseTo(apart / 2, 5);
		expect(answer.steered).toBeNull();
	});

	test('a name that is repeated is no longer followed by what followed it, once the heads that find it lose their help', async () => {
		const answer = await ask('changed', {prompt, changes, limit: 1, classes: [daughter]});
		const [{before, after}] = answer.asked;
		expect(before).toMatchObject({rank: 1});
		expect(before.probability).toBeGreaterThan(0.3);
		expect(after.rank).toBeGreaterThan(1);
		expect(after.probability).toBeLessThan(0.05);
		// Both look at what followed the first `'s`, and look there less.
		const shareOf = ({blocks}: Answer<'heads'>, head: number) => blocks[5][head].weights.at(-1)![2];
		const [whole, without] = [await ask('heads', {prompt}), await ask('heads', {prompt, changes})];
		for (const head of [0, 3]) expect(shareOf(without, head)).toBeLessThan(0.7 * shareOf(whole, head));
	});

	test('nothing moves where nothing is changed', async () => {
		const answer = await ask('changed', {prompt, changes: {off: []}, limit: 3, classes: []});
		expect(answer.moved).toBe(0);
		expect(answer.first[1]).toEqual(answer.first[0]);
	});

	test('every way to ask answers with them: classes, a class that is looked for, a draw, a text, a passage', async () => {
		const logits = await offLogits();
		const [best] = topClasses(logits, 1);
		const {model: rows} = await ask('classes', {prompt, generation, limit: 3, changes});
		expect(rows.map(({id, logit}) => [id, logit])).toEqual([...topClasses(logits, 3)].map(id => [id, logits[id]]));
		const {exact} = await ask('find', {prompt, generation, query: ' son', limit: 1, changes});
		expect(exact).toMatchObject({id: son, logit: logits[son]});
		expect(await ask('draw', {prompt, generation, index: 0, changes})).toMatchObject({id: best});
		const greedy = {...DEFAULT_GENERATION, numReturnSequences: 1, doSample: false, maxNewTokens: 3};
		const {continuations} = await ask('generate', {prompt, generation: greedy, changes});
		expect(continuations[0].tokens[0].id).toBe(best);
		const [, second] = continuations[0].tokens;
		const after = {text: TEXT, appended: [{id: best}]};
		expect((await ask('classes', {prompt: after, generation, limit: 1, changes})).model[0].id).toBe(second.id);
		const scored: number[] = [];
		await ask(
			'score',
			{text: TEXT, changes},
			{
				onEvent: event => {
					if (event.kind === 'scored') scored.push(...event.tokens.map(({logProb}) => logProb));
				},
			},
		);
		const before = idsOf(TEXT).slice(0, -1);
		const changed = changedModel(model.kernels!, {...NO_INTERVENTION, off: OFF});
		const last = softmax((await changed.prefill([model.lm.config.bosTokenId!, ...before])).logits);
		expect(scored.at(-1)).toBeCloseTo(Math.log(last[idsOf(TEXT).at(-1)!]), 3);
	});

	test('attention, all heads and the lens are those of the changed body', async () => {
		const whole = await ask('attention', {prompt, block: 5, head: 0});
		const changed = await ask('attention', {prompt, block: 5, head: 0, changes});
		expect(changed.weights).not.toEqual(whole.weights);
		const before = {off: [{block: 5, part: 0}]};
		expect(await ask('attention', {prompt, block: 5, head: 0, changes: before})).toEqual(whole);
		expect(await ask('heads', {prompt, changes})).not.toEqual(await ask('heads', {prompt}));
		const lens = await ask('lens', {prompt, target: null, changes});
		const {model: rows} = await ask('classes', {prompt, generation, limit: 1, changes});
		expect(lens.blocks.at(-1)!.cells.at(-1)!.top[0].id).toBe(rows[0].id);
	});

	test('a mean is over the text alone, so that classes that are appended leave it as it is', async () => {
		const mean = {...changes, fill: 'mean' as const};
		const one = await ask('changed', {prompt, changes: mean, limit: 1, classes: []});
		expect(one.moved).toBeGreaterThan(0);
		const zero = await ask('changed', {prompt, changes, limit: 1, classes: []});
		expect(one.first[1][0].after.logit).not.toBe(zero.first[1][0].after.logit);
		const greedy = {...DEFAULT_GENERATION, numReturnSequences: 1, doSample: false, maxNewTokens: 2};
		const {continuations} = await ask('generate', {prompt, generation: greedy, changes: mean});
		const [first, second] = continuations[0].tokens;
		const appended = {text: TEXT, appended: [{id: first.id}]};
		const next = await ask('classes', {prompt: appended, generation, limit: 1, changes: mean});
		expect(next.model[0].id).toBe(second.id);
	});

	test('many sets in turn, some given up on the way, leave no number changed', async () => {
		const {model: whole} = await ask('classes', {prompt, generation, limit: 3});
		const sets = Array.from({length: 8}, (_, i) => ({off: [{block: i % 6, part: i % 4}]}));
		const first = await Promise.all(sets.map(changes => ask('changed', {prompt, changes, limit: 2, classes: []})));
		const controllers = sets.map(() => new AbortController());
		const given = sets.map((changes, i) =>
			ask('changed', {prompt, changes, limit: 2, classes: []}, {signal: controllers[i].signal}).catch(() => null),
		);
		for (const controller of controllers.slice(0, 5)) controller.abort();
		await Promise.all(given);
		for (const [i, changes] of sets.entries())
			expect(await ask('changed', {prompt, changes, limit: 2, classes: []})).toEqual(first[i]);
		expect((await ask('classes', {prompt, generation, limit: 3})).model).toEqual(whole);
	});
});

describe('which part matters', () => {
	const measure = {chosen: daughter, against: son};
	test('each part is switched off once, and told as it is', async () => {
		const seen: EventOf<'parts'>[] = [];
		const answer = await ask('parts', {prompt, ...measure, fill: 'zero'}, {onEvent: event => void seen.push(event)});
		expect(answer.parts).toHaveLength(6 * 5);
		const told = seen.flatMap(event => (event.kind === 'ablated' ? [event] : []));
		expect(told.map(({part}) => part)).toEqual(answer.parts);
		expect(told.at(-1)).toMatchObject({done: 30, total: 30, whole: answer.whole});
		for (const part of [answer.parts[8], answer.parts[29]]) {
			const off = [{block: part.block, part: part.part}];
			const one = await ask('changed', {prompt, changes: {off}, limit: 1, classes: [daughter, son]});
			expect(part.value).toBe(one.asked[0].after.logit - one.asked[1].after.logit);
			expect(answer.whole).toBe(one.asked[0].before.logit - one.asked[1].before.logit);
		}
	});

	test('what each adds directly makes up the measure', async () => {
		const {logit, embedding, blocks, constant, rounding} = await ask('attribution', {prompt, ...measure});
		const parts = blocks.reduce((sum, {heads, bias, mlp}) => sum + heads.reduce((a, b) => a + b, 0) + bias + mlp, 0);
		expect(embedding + parts + constant + rounding).toBeCloseTo(logit, 10);
		expect(Math.abs(rounding)).toBeLessThan(5e-3);
		expect(logit).toBe((await ask('parts', {prompt, ...measure, fill: 'zero'})).whole);
	});

	test('work stops when it is taken back', async () => {
		const controller = new AbortController();
		let parts = 0;
		const asked = ask(
			'parts',
			{prompt, ...measure, fill: 'mean'},
			{
				onEvent: event => {
					if (event.kind === 'ablated' && ++parts === 2) controller.abort();
				},
				signal: controller.signal,
			},
		);
		await expect(asked).rejects.toThrow(/abort/i);
		expect(parts).toBe(2);
	});
});

describe('another prompt', () => {
	const other = {text: "Anna's brother met Anna's", appended: []};
	test('patched in whole, position after position, ends at its own answer', async () => {
		const events: EventOf<'patches'>[] = [];
		const answer = await ask(
			'patches',
			{prompts: [prompt, other], chosen: daughter, against: son},
			{
				onEvent: event => {
					events.push(event);
				},
			},
		);
		const T = answer.tokens[0].length;
		expect(answer.blocks).toHaveLength(7);
		// First what the grid is of, then its cells, row after row.
		const {blocks, ...about} = answer;
		const [begun, ...computed] = events.filter(({kind}) => kind !== 'progress');
		expect(begun).toEqual({kind: 'patching', ...about, total: 7 * T});
		expect(computed).toEqual(
			blocks.flatMap((row, block) => row.map((value, position) => ({kind: 'patched', cell: {block, position, value}}))),
		);
		expect(answer.blocks[6].at(-1)).toBe(answer.whole[1]);
		expect(answer.blocks[6].slice(0, -1)).toEqual(Array(T - 1).fill(answer.whole[0]));
		const cells = [{block: 3, position: 2}];
		const one = await ask('changed', {
			prompt,
			changes: {patch: {prompt: other, cells}},
			limit: 1,
			classes: [daughter, son],
		});
		expect(answer.blocks[3][2]).toBe(one.asked[0].after.logit - one.asked[1].after.logit);
	});

	test('patches what is read, also where a long prompt is cut to leave room for a continuation', async () => {
		const words = ' cat dog'.repeat(502);
		const [long, other] = [`${words}.`, `${words}!`].map(text => ({text, appended: []}));
		const length = idsOf(long.text).length;
		expect(length).toBeGreaterThan(model.lm.config.contextLength - 32);
		const settings = {...NEUTRAL_GENERATION, maxNewTokens: 32};
		const patchAt = (position: number) => ({patch: {prompt: other, cells: [{block: 6, position}]}});
		const first = async (asked: Pick<Params<'classes'>, 'prompt' | 'changes'>) =>
			(await ask('classes', {generation: settings, limit: 1, ...asked})).model[0];
		// After the last block only the last position is left to be changed, and it decides.
		const patched = await first({prompt: long, changes: patchAt(length - 1)});
		expect(patched).toEqual(await first({prompt: other}));
		expect(patched).not.toEqual(await first({prompt: long}));
		const {continuations} = await ask('generate', {
			prompt: long,
			generation: {...settings, stopStrings: ['a', 'e', 'i', 'o', ' ', '.', ',']},
			changes: patchAt(length - 1),
		});
		expect(continuations[0].tokens[0].id).toBe(patched.id);
		await expect(first({prompt: long, changes: patchAt(0)})).rejects.toThrow(/Position 1 is not read/);
	});

	test('is made once for questions that come at the same time, and again where the first was cancelled', async () => {
		const models = new ChangedModels();
		const read = (asked: Params<'classes'>['prompt']) => promptTokens(model, asked);
		const of = (signal: AbortSignal) => models.of(model, {off: OFF, fill: 'mean'}, prompt, read, signal);
		const cancelled = new AbortController();
		const refused = of(cancelled.signal);
		const three = [0, 1, 2].map(() => of(new AbortController().signal));
		cancelled.abort();
		await expect(refused).rejects.toMatchObject({name: 'AbortError'});
		const made = await Promise.all(three);
		expect(new Set(made).size).toBe(1);
		expect(await of(new AbortController().signal)).toBe(made[0]);
	});

	test('that steers moves classes, more with more weight, and says how long its vector is', async () => {
		const steer = {toward: ' sad', from: ' happy', block: 3, at: 'every' as const};
		const asked = (weight: number) =>
			ask('changed', {prompt, changes: {steer: {...steer, weight}}, limit: 1, classes: []});
		const [none, some, more] = [await asked(0), await asked(1), await asked(4)];
		expect(none.moved).toBe(0);
		expect(more.moved).toBeGreaterThan(some.moved);
		expect(more.steered!.vector).toBeCloseTo(4 * some.steered!.vector, 5);
		expect(more.steered!.stream).toBe(some.steered!.stream);
	});
});

test('the example of steering: the difference of a woman and a man makes the child a she', async () => {
	const child = {text: 'When the child came home,', appended: []};
	const [she, he] = [' she', ' he'].map(word => idsOf(word)[0]);
	const steer = {toward: 'The woman', from: 'The man', block: 4, at: 'beginning' as const};
	const asked = async (weight: number) => {
		const changes = {steer: {...steer, weight}};
		const answer = await ask('changed', {prompt: child, changes, limit: 1, classes: [she, he]});
		const greedy = {...DEFAULT_GENERATION, numReturnSequences: 1, doSample: false, maxNewTokens: 6};
		const {continuations} = await ask('generate', {prompt: child, generation: greedy, changes});
		return {shares: answer.asked.map(({after}) => after.probability), text: continuations[0].text};
	};
	const [none, toward] = [await asked(0), await asked(4)];
	expect(toward.shares[0]).toBeGreaterThan(2 * none.shares[0]);
	expect(toward.shares[1]).toBeLessThan(none.shares[1] / 10);
	expect(toward.text).toContain(' girl');
	expect(none.text).not.toContain(' girl');
});

describe('where the tokenizer puts a token before every text', () => {
	const START = 50256;
	const file = JSON.parse(readFileSync(`${BUNDLED_MODEL}tokenizer.json`, 'utf8'));
	const begins = {
		type: 'TemplateProcessing',
		single: [{SpecialToken: {id: '<|endoftext|>', type_id: 0}}, {Sequence: {id: 'A', type_id: 0}}],
		special_tokens: {'<|endoftext|>': {id: '<|endoftext|>', ids: [START], tokens: ['<|endoftext|>']}},
	};
	const tokenizer = new Tokenizer({...file, post_processor: begins}, {});
	const begun = new EngineService(async () => ({...model, tokenizer}));
	const ask = askService(() => begun);

	test.each([
		[true, [START]],
		[false, []],
	])('texts steer with it as the prompt is read: %s', async (addSpecialTokens, start) => {
		const steer = {toward: 'The woman', from: 'The man', block: 4, weight: 4, at: 'beginning' as const};
		const [toward, from] = [steer.toward, steer.from].map(text => [...start, ...idsOf(text)]);
		const added = await steeringOf(model.kernels!, {...steer, toward, from, space: idsOf(' ')[0]});
		const plain = changedModel(model.kernels!, {...NO_INTERVENTION, added});
		const {logits} = await plain.prefill([...start, ...idsOf(TEXT)]);
		const {asked, steered} = await ask('changed', {
			prompt: {...prompt, addSpecialTokens},
			changes: {steer},
			limit: 1,
			classes: [daughter, son],
		});
		expect(asked.map(({after}) => after.logit)).toEqual([logits[daughter], logits[son]]);
		expect(steered!.vector).toBe(4 * Math.max(...added.map(({vector}) => Math.hypot(...vector))));
	});

	test('random tokens that come twice are read with it as the prompt is', async () => {
		const repeated = async (of: Promise<Answer<'headLabels'>>) => (await of).blocks.flat().map(one => one.repeated);
		const bare = await repeated(ask('headLabels', {prompt: {...prompt, addSpecialTokens: false}}));
		expect(bare).not.toEqual(await repeated(ask('headLabels', {prompt})));
		// The model's own tokenizer puts nothing before a text.
		expect(bare).toEqual(await repeated(askService(() => service)('headLabels', {prompt})));
	});
});

test('heads are labelled on the text and on random tokens that come twice, with shares of their attention', async () => {
	const {read, random, blocks} = await ask('headLabels', {prompt});
	expect(read).toBe(idsOf(TEXT).length);
	expect(new Set(random.map(({id}) => id)).size).toBe(24);
	expect(blocks.map(heads => heads.length)).toEqual(Array(6).fill(4));
	const shares = blocks.flat().flatMap(({text, repeated}) => [...Object.values(text), ...Object.values(repeated)]);
	for (const share of shares) {
		if (share === null) continue;
		expect(share).toBeGreaterThanOrEqual(0);
		expect(share).toBeLessThanOrEqual(1 + 1e-6);
	}
	// Some head of a trained model looks at the token before, and some at what followed the same one.
	const most = (of: 'previous' | 'induction') => Math.max(...blocks.flat().map(({repeated}) => repeated[of]!));
	// Spread out evenly, it would be 1 / 36 in the mean.
	expect(most('previous')).toBeGreaterThan(0.3);
	expect(most('induction')).toBeGreaterThan(4 / 36);
	expect(await ask('headLabels', {prompt})).toEqual({read, random, blocks});
});

test('the labels of heads are of the body as it is, as the pictures of heads beside them are', async () => {
	const {blocks} = await ask('headLabels', {prompt, changes});
	const pictures = await ask('heads', {prompt, changes});
	const {blocks: whole} = await ask('headLabels', {prompt});
	// What is off in block 2 is missing from block 3 on.
	expect(blocks[1]).toEqual(whole[1]);
	expect(blocks[2]).not.toEqual(whole[2]);
	for (const [block, heads] of pictures.blocks.entries()) {
		for (const [head, {pattern, share}] of heads.entries()) {
			if (pattern !== 'spread') expect(blocks[block][head].text[pattern]).toBe(share);
		}
	}
});

describe('what cannot be is refused', () => {
	const measure = {chosen: daughter, against: null};
	const change = (changes: Params<'changed'>['changes']) => ask('changed', {prompt, changes, limit: 1, classes: []});
	test('vectors of a text of another length, also where they were asked for with one of the same', async () => {
		const patched = {changes: {patch: {prompt, cells: [{block: 2, position: 1}]}}, limit: 1, classes: []};
		expect((await ask('changed', {prompt, ...patched})).moved).toBe(0);
		const longer = {text: `${TEXT} son`, appended: []};
		await expect(ask('changed', {prompt: longer, ...patched})).rejects.toThrow(/the first has 7, the second 6/);
	});

	test.each<[string, () => Promise<unknown>, RegExp]>([
		['a head', () => change({off: [{block: 0, part: 4}]}), /no head 5 in block 1: the model has 6 blocks of 4 heads/],
		['a block', () => change({off: [{block: 6, part: 'mlp'}]}), /no mlp in block 7/],
		[
			'prompts of different lengths',
			() => ask('patches', {prompts: [prompt, {text: 'Anna', appended: []}], ...measure}),
			/the first has 6, the second 1/,
		],
		[
			'a position',
			() => change({patch: {prompt, cells: [{block: 0, position: 9}]}}),
			/no position 10; the text has the positions 1 to 6/,
		],
		[
			'a text that is long',
			() => ask('parts', {prompt: {text: 'a '.repeat(300), appended: []}, ...measure, fill: 'zero'}),
			/room for 256/,
		],
		[
			'nothing that steers',
			() => change({steer: {toward: '', from: 'a', block: 1, weight: 1, at: 'every'}}),
			/is empty/,
		],
		[
			'the same that steers',
			() => change({steer: {toward: 'a', from: 'a', block: 1, weight: 1, at: 'every'}}),
			/are the same/,
		],
		[
			'a weight',
			() => change({steer: {toward: 'b', from: 'a', block: 1, weight: 101, at: 'every'}}),
			/from -100 to 100/,
		],
		[
			'a place that steers',
			() => change({steer: {toward: 'b', from: 'a', block: 7, weight: 1, at: 'every'}}),
			/after block 7/,
		],
		[
			'another model',
			() => ask('score', {text: TEXT, changes, model: 'draft'}),
			/Changes are of the model that answers/,
		],
		['no class', () => ask('parts', {prompt, chosen: 99_999, against: null, fill: 'zero'}), /no class 99999/],
	])('%s', async (_, asked, message) => {
		await expect(asked()).rejects.toThrow(message);
	});
});

test('an ONNX export says that its parts cannot be changed, and the model without changes goes on', async () => {
	const opened = await openOnnxModel(stockFiles());
	const exported = new EngineService(async () => ({...model, ...opened}));
	const why = async (method: Method, params: object) =>
		exported.answer(method, params, new AbortController().signal, () => {}).catch(error => error);
	const measure = {chosen: 5, against: null};
	for (const [method, params] of [
		['changed', {prompt, changes, limit: 1, classes: []}],
		['classes', {prompt, generation, limit: 1, changes}],
		['parts', {prompt, ...measure, fill: 'zero'}],
		['attribution', {prompt, ...measure}],
		['patches', {prompts: [prompt, prompt], ...measure}],
	] as const)
		expect(await why(method, params)).toMatchObject({
			code: 'not-supported',
			message: expect.stringMatching(/parts cannot be switched off/),
		});
	expect(await why('classes', {prompt, generation, limit: 1})).toMatchObject({model: [{rank: 1}]});
	await opened.lm.dispose();
});
