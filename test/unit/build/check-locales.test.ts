import {describe, expect, test} from 'vitest';
import {zh_CN as chinese} from '../../../locales/zh_CN.ts';
import {isUsed, problemsOfLocales, problemsOfMessages} from '../../../scripts/check-locales.ts';

describe('a message is used', () => {
	test.each([
		["t('a_key')", true],
		['"__MSG_a_key__"', true],
		[['t(`a_$', '{name}`)'].join(''), true],
		["t('a_key_other')", false],
		["t('not_a_key')", false],
		['const a_key = 1', false],
	])('in %s: %s', (code, used) => {
		expect(isUsed('a_key', code)).toBe(used);
	});

	test('as one of its plural forms', () => {
		expect(isUsed('a_key_one', "tn('a_key', 1)")).toBe(true);
		expect(isUsed('a_key_one', "tn('b_key', 1)")).toBe(false);
	});
});

describe('the messages of all languages', () => {
	const en = {a: 'One {one}', b: 'Two'};
	const code = "t('a'); t('b')";

	test('are complete, used, and take the same values', () => {
		expect(problemsOfMessages({en, zh_CN: {a: '一 {one}', b: '二'}}, code)).toEqual([]);
	});

	test('need no singular where the grammar has none', () => {
		const pair = {a_one: '{one} token', a_other: '{one} tokens'};
		expect(problemsOfMessages({en: pair, zh_CN: {a_other: '{one} 个词元'}}, "tn('a', 1)")).toEqual([]);
		expect(problemsOfMessages({en: pair, de: {a_other: '{one} Token'}}, "tn('a', 1)")).toEqual([
			'de lacks the message a_one.',
		]);
		expect(problemsOfMessages({en: {a_one: 'x'}, zh_CN: {}}, "t('a_one')")).toEqual(['zh_CN lacks the message a_one.']);
	});

	test.each([
		['zh_CN lacks the message b.', {en, zh_CN: {a: '一 {one}'}}, code],
		['zh_CN has the message c, which en lacks.', {en, zh_CN: {a: '一 {one}', b: '二', c: '三'}}, code],
		['zh_CN: a has other placeholders than en.', {en, zh_CN: {a: '一', b: '二'}}, code],
		['en: a has a straight quotation mark or apostrophe.', {en: {a: "can't"}}, "t('a')"],
		['en: a has a straight quotation mark or apostrophe.', {en: {a: 'the "field"'}}, "t('a')"],
		['The message b is used nowhere.', {en}, "t('a')"],
		['en lacks the message c.', {en}, `${code}; '__MSG_c__'`],
		['en: b is empty.', {en: {a: 'One {one}', b: ' '}}, code],
		[
			'en: common_description has 133 characters; a store takes 132.',
			{en: {common_description: 'x'.repeat(133)}},
			"t('common_description')",
		],
	])('fail with: %s', (problem, languages, code) => {
		expect(problemsOfMessages(languages, code)).toEqual([problem]);
	});

	test('of this extension have no such problem', () => {
		expect(problemsOfLocales()).toEqual([]);
	});

	test('in Chinese say surprisal and surprise, and a step, with one word each, as docs/translating.md has it', () => {
		const others = Object.entries(chinese).filter(([, message = '']) => /惊异|惊讶|前进一步/.test(message));
		expect(others).toEqual([]);
	});
});
