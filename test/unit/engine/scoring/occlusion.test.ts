import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {occlusions} from '../../../../src/engine/scoring/occlusion.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {BUNDLED_MODEL} from '../../../helpers/bundled-model.ts';

const json = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));
const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
const left = (text: string, unit: 'token' | 'word' | 'sentence', replacement?: string) =>
	occlusions(tokenizer, text, unit, replacement).map(({start, end, ids}) => [
		text.slice(start, end),
		tokenizer.decode(ids),
	]);

test('each token is taken out of the list of tokens', () => {
	expect(left('The cat sat', 'token')).toEqual([
		['The', ' cat sat'],
		[' cat', 'The sat'],
		[' sat', 'The cat'],
	]);
});

test('each word with the space before it, and punctuation, out of the text', () => {
	expect(left('Strawberries, he said.', 'word')).toEqual([
		['Strawberries', ', he said.'],
		[',', 'Strawberries he said.'],
		[' he', 'Strawberries, said.'],
		[' said', 'Strawberries, he.'],
		['.', 'Strawberries, he said'],
	]);
});

test('white space of any length belongs to the word after it; at the end of a text it is a part of its own', () => {
	expect(left('He   left. ', 'word').map(([part]) => part)).toEqual(['He', '   left', '.', ' ']);
	expect(left(' He', 'word')).toEqual([[' He', '']]);
});

test('a sentence that begins with white space is a sentence too', () => {
	expect(left(' It rained. He left.', 'sentence').map(([part]) => part)).toEqual([' It rained. ', 'He left.']);
});

test('each sentence', () => {
	expect(left('It rained. He left. ', 'sentence')).toEqual([
		['It rained. ', 'He left. '],
		['He left. ', 'It rained. '],
	]);
});

test('a replacement keeps the space that was there', () => {
	expect(left('The cat', 'word', 'dog').map(([, text]) => text)).toEqual(['dog cat', 'The dog']);
	expect(left('The cat', 'token', 'dog').map(([, text]) => text)).toEqual(['dog cat', 'The dog']);
});

test('the parts cover any text, and every part is somewhere', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme', maxLength: 40}), fc.constantFrom('word', 'sentence'), (text, unit) => {
			const parts = occlusions(tokenizer, text, unit);
			expect(parts.map(({start, end}) => text.slice(start, end)).join('')).toBe(text);
		}),
	);
});
