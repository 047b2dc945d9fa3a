import * as v from 'valibot';
import {beforeAll, describe, expect, test} from 'vitest';
import english from '../../public/_locales/en/messages.json';
import {DEFAULT_GENERATION} from '../../src/parameters/registry.ts';
import {METHODS} from '../../src/protocol/engine.ts';
import {Refusals, refusalsOf} from '../../src/protocol/refused.ts';
import {namesIn, type RefusalCode, refuse, sentenceOf, technical} from '../../src/refusals/refusal.ts';
import {SENTENCES} from '../../src/refusals/sentences.ts';
import {refusalText} from '../../src/ui/refusals.ts';
import {installI18n} from '../helpers/fake-i18n.ts';

beforeAll(installI18n);

const CODES = Object.keys(SENTENCES) as RefusalCode[];

describe('a refusal', () => {
	test.each(CODES)('%s has an English message with the same words as the command line', code => {
		const {message} = (english as Record<string, {message: string}>)[`error_${code.replaceAll('-', '_')}`];
		const names = namesIn(code);
		expect(message.replace(/\$(\d)/g, (_, n) => `{${names[Number(n) - 1]}}`)).toBe(SENTENCES[code]);
	});

	test('is worded by the page with its numbers written out, and its parameter by the name on the options page', () => {
		const refusals = [
			refuse('parameter-whole-range', {parameter: 'topK', min: 0, max: 1_000_000, value: '2.5'}),
			refuse('advice-off-0'),
		];
		expect(sentenceOf(refusals)).toBe('topK must be a whole number from 0 to 1000000, but is 2.5. 0 turns it off.');
		const label = english.options_topK.message;
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
	});

	test('repeats the schema’s sentence where there is no code', () => {
		const {issues} = v.safeParse(METHODS.classes, {...request({}), limit: 'many'});
		expect(refusalsOf(issues!)).toEqual([{code: 'technical', values: {detail: expect.stringContaining('many')}}]);
	});
});
