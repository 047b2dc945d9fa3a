import * as v from 'valibot';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {en as english} from '../../../../locales/en.ts';
import {zh_CN as chinese} from '../../../../locales/zh_CN.ts';
import {refusalText} from '../../../../src/client/browser/error-text.ts';
import {REFUSALS} from '../../../../src/engine/errors/codes.ts';
import {
	messageKey,
	namesIn,
	type RefusalCode,
	refuse,
	sentenceOf,
	technical,
} from '../../../../src/engine/errors/refusal.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {METHODS} from '../../../../src/protocol/questions.ts';
import {Refusals, refusalsOf} from '../../../../src/protocol/values/refused.ts';
import {installI18n, speak} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);
afterEach(installI18n);

const CODES = Object.keys(REFUSALS) as RefusalCode[];

/** Names of files, fields, formats and products, which are the same in every language. */
const NAMES =
	/<\|endoftext\|>|[\w.-]+\.(?:json|txt|safetensors)\b|\b\w+_\w+\b|openai-community\/gpt2|text-generation-with-past|["“](?:gpt2|generation|seedMode|temperature)["”]|\b(?:JSON|CSV|UTF-8|BPE|GPT-2|Instruct|Llama|Gemma|ONNX|GGUF|Hub|MiB|Top-k|top-k|safetensors|PyTorch|transformers|int8|fp32|dtype|logit|shape|behavior|invert|lstrip|rstrip|dropout|merges|true|false|https|onnx|__proto__)\b/g;

describe('a refusal', () => {
	test.each(CODES)('%s has messages that name its values and nothing else', code => {
		const named = namesIn(code).map(name => `{${name}}`);
		for (const messages of [english, chinese] as Record<string, string>[]) {
			const message = messages[messageKey(code)];
			expect([...new Set(message.replace(/\{\{|\}\}/g, '').match(/\{@?\w+\}/g))].sort()).toEqual(named.sort());
		}
	});

	test('is said by the command line with the words of the English page', () => {
		expect(sentenceOf(refuse('class-missing', {id: 7, size: 3}))).toBe('There is no class 7: the model has 3.');
	});

	test('that has no sentence is named by its code and values', () => {
		expect(sentenceOf({code: 'of-a-newer-version', values: {id: 7}})).toBe('of-a-newer-version, id: 7');
	});

	test.each(CODES)('%s is in Chinese without a word of English', code => {
		const names = namesIn(code);
		speak(chinese);
		const values = Object.fromEntries(
			names.map(name => [name, /^(?:types|known|choices)$/.test(name) ? ['甲', '乙'] : '甲']),
		);
		const text = refusalText([{code, values}]);
		expect(text).toMatch(/[\u4e00-\u9fff]/);
		expect(text).not.toContain('error_');
		const words = text.replace(NAMES, '').match(/[A-Za-z]{2,}/g) ?? [];
		expect(words).toEqual([]);
	});

	test.each(CODES.filter(code => code.startsWith('form-')))(
		'%s speaks of what was written, not of how it is run',
		code => {
			for (const messages of [english, chinese] as Record<string, string>[])
				expect(messages[messageKey(code)]).not.toMatch(
					/\bstates?\b|automat|\bstack\b|at once here|状态|自动机|栈|同时有/,
				);
		},
	);

	test('names a setting as the options page does, in each language', () => {
		const refusal = refuse('beams-return');
		expect(sentenceOf(refusal)).toMatch(/Lower numReturnSequences, or raise numBeams\.$/);
		expect(refusalText([refusal])).toMatch(/Lower “Continuations”, or raise “Beams”\.$/);
		speak(chinese);
		const {options_numReturnSequences: label, options_numBeams: beams} = chinese;
		expect(refusalText([refusal])).toContain(`请降低“${label}”，或提高“${beams}”`);
	});

	test('is worded by the page with its numbers written out, and its parameter by the name on the options page', () => {
		const refusals = [
			refuse('parameter-whole-range', {parameter: 'topK', min: 0, max: 1_000_000, value: '2.5'}),
			refuse('advice-off-0'),
		];
		expect(sentenceOf(refusals)).toBe('topK must be a whole number from 0 to 1000000, but is 2.5. 0 turns it off.');
		const label = english.options_topK;
		expect(refusalText(refusals)).toBe(
			`${label} must be a whole number from 0 to 1,000,000, but is 2.5. 0 turns it off.`,
		);
	});

	test('lists allowed values as the language lists alternatives', () => {
		const refusal = refuse('parameter-choice', {parameter: 'x', choices: ['a', 'b', 'c'], value: 'd'});
		expect(sentenceOf(refusal)).toBe('x must be a, b or c, but is d.');
		expect(refusalText([refusal])).toBe('x must be a, b, or c, but is d.');
	});

	test('carries only as much of a text as identifies it', () => {
		const {values} = technical('x'.repeat(100_000));
		expect(String(values.detail).length).toBeLessThan(400);
		expect(v.is(Refusals, [technical('x'.repeat(100_000))])).toBe(true);
	});

	test('puts a value into a sentence unchanged', () => {
		expect(sentenceOf(refuse('file-missing', {file: '$& {file}'}))).toBe(
			'$& {file} is missing. Get all the files of the checkpoint.',
		);
	});
});

describe('refusals from another process', () => {
	test.each([
		['no list', {}],
		['a code that is no code', [{code: '<b>', values: {}}]],
		['a text without an end', [{code: 'technical', values: {detail: 'x'.repeat(1000)}}]],
		['values of another kind', [{code: 'technical', values: {detail: {}}}]],
	])('with %s are not taken', (_, refusals) => {
		expect(v.is(Refusals, refusals)).toBe(false);
	});
});

describe('a request that its schema refuses', () => {
	const request = (generation: object) => ({
		prompt: {text: 'x', appended: []},
		generation: {...DEFAULT_GENERATION, ...generation},
		limit: 5,
	});
	const why = (generation: object) => refusalsOf(v.safeParse(METHODS.classes, request(generation)).issues!);

	test('says by code which parameter is out of its range', () => {
		expect(why({topK: -1})).toEqual([
			{code: 'parameter-whole-range', values: {parameter: 'topK', min: 0, max: 1_000_000, value: '-1'}},
			{code: 'advice-off-0', values: {}},
		]);
	});

	test('says by code which parameters cannot be combined', () => {
		expect(why({minNewTokens: 9, maxNewTokens: 3})).toEqual([{code: 'length-order', values: {}}]);
		expect(why({minNewTokens: 2, minLength: 9})).toEqual([{code: 'two-minimums', values: {}}]);
	});

	test('names the field and its value where no person filled it in', () => {
		const {issues} = v.safeParse(METHODS.classes, {...request({}), limit: 'many'});
		expect(refusalsOf(issues!)).toEqual([{code: 'request-field', values: {field: 'limit', value: '"many"'}}]);
	});
});
