import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {OpenModel} from '../../../src/engine/open-model.ts';
import {Tokenizer} from '../../../src/engine/tokenizer/tokenizer.ts';
import {classIds, promptOfClass, promptTokens} from '../../../src/service/prompts.ts';
import {BUNDLED_MODEL} from '../../helpers/bundled-model.ts';

const END = 50_256;
const json = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));
const begins = {
	type: 'TemplateProcessing',
	single: [{SpecialToken: {id: '<|endoftext|>', type_id: 0}}, {Sequence: {id: 'A', type_id: 0}}],
	special_tokens: {'<|endoftext|>': {id: '<|endoftext|>', ids: [END], tokens: ['<|endoftext|>']}},
};

/** GPT-2's tokens, with a tokenizer that puts its beginning before every text, or with its own. */
const model = (
	post: unknown,
	{bosTokenId = 7, contextLength = 256}: {bosTokenId?: number | null; contextLength?: number} = {},
) =>
	({
		tokenizer: new Tokenizer({...json('tokenizer.json'), post_processor: post}, {}),
		lm: {config: {vocabSize: END + 1, contextLength, bosTokenId}},
	}) as unknown as OpenModel;

const ONCE = [7454, 2402];
const prompt = (text: string, addSpecialTokens?: boolean) => ({text, appended: [], addSpecialTokens});

describe('a tokenizer that puts its beginning before a text', () => {
	const llama = model(begins);

	test('has it there, and a person can leave it out', () => {
		expect(promptTokens(llama, prompt('Once upon'))).toMatchObject({
			ids: [END, ...ONCE],
			added: 1,
			fromEndOfText: false,
		});
		expect(promptTokens(llama, prompt('Once upon', false))).toMatchObject({ids: ONCE, added: 0});
	});

	test('begins the empty text with it, not with another token', () => {
		expect(promptTokens(llama, prompt(''))).toMatchObject({ids: [END], added: 1, fromEndOfText: false});
		expect(promptTokens(llama, {text: '', appended: [{id: 5}]}).ids).toEqual([END, 5]);
		// Something must be read first.
		expect(promptTokens(llama, prompt('', false))).toMatchObject({ids: [END], added: 1, fromEndOfText: true});
	});

	test('keeps it before what is left of a text that is too long', () => {
		const text = 'word '.repeat(400);
		const {ids, dropped, added} = promptTokens(llama, prompt(text), 20);
		const all = llama.tokenizer.encode(text);
		expect(ids).toEqual([END, ...all.slice(dropped)]);
		expect(ids.length).toBeLessThanOrEqual(256 - 20);
		expect({added, rest: dropped % 64}).toEqual({added: 1, rest: 0});
		expect(promptTokens(llama, prompt(text, false), 20).ids).toEqual(
			all.slice(promptTokens(llama, prompt(text, false), 20).dropped),
		);
	});
});

describe('a tokenizer that puts nothing before a text', () => {
	test('begins an empty one alone, with the model’s beginning', () => {
		const gpt2 = model(null);
		expect(promptTokens(gpt2, prompt('Once upon'))).toMatchObject({ids: ONCE, added: 0});
		expect(promptTokens(gpt2, prompt(''))).toMatchObject({ids: [7], added: 1, fromEndOfText: true});
	});

	test('of a model without a beginning needs a text', () => {
		const none = model(null, {bosTokenId: null});
		expect(() => promptTokens(none, prompt(''))).toThrow(/no token that an empty text starts from/);
		expect(promptTokens(none, {text: '', appended: [{id: 5}]}).ids).toEqual([5]);
	});
});

test('a question about one class has its answer where a whole continuation has no room, and reads all of the prompt', () => {
	const short = model(null, {contextLength: 32});
	expect(promptOfClass(short, prompt('Once upon'), 32)).toMatchObject({ids: ONCE, dropped: 0});
	expect(() => promptTokens(short, prompt('Once upon'), 32)).toThrow(/leave no room for a prompt in a context of 32/);
	// Where there is room, classes and continuations read the same.
	const text = 'word '.repeat(40);
	expect(promptOfClass(short, prompt(text), 20)).toEqual(promptTokens(short, prompt(text), 20));
});

test('a class that another model names by an id of its own is the one that is spelled so here, or is refused with its text', () => {
	const gpt2 = model(null);
	const [once, upon] = ONCE;
	expect(classIds(gpt2, [once, {id: upon}, {id: upon, text: ' upon'}])).toEqual([once, upon, upon]);
	// The spelling counts: in the other model, 5 is " upon".
	expect(classIds(gpt2, [{id: 5, text: ' upon'}])).toEqual([upon]);
	expect(() => classIds(gpt2, [{id: 5, text: ' upon a time'}])).toThrow(/" upon a time" is a class of another model/);
	expect(() => classIds(gpt2, [{id: 5, bytes: [0xe2]}])).toThrow(/class of another model/);
	expect(() => classIds(gpt2, [END + 1])).toThrow(/There is no class/);
});
