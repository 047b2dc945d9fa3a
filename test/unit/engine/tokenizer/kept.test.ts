import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {BUNDLED_MODEL} from '../../../helpers/bundled-model.ts';
import {FAMILIES, familyFiles, goldenTokens} from '../../../helpers/family-tokenizers.ts';

/** The form in which a `tokenizer.json` is kept: tokens and merges in lists. It means the same. */

interface Lists {
	model: {vocab: unknown[]; merges: unknown[]};
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value));
const read = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));

function both(file: unknown, config: unknown, options = {}) {
	const own = new Tokenizer(file, config, options);
	const written = json(own.kept(file)) as Lists;
	return {own, written, kept: new Tokenizer(written, config, options)};
}

function expectSame(own: Tokenizer, kept: Tokenizer) {
	expect(kept.hasTokensOf(own)).toBe(true);
	expect([kept.size, kept.mergeCount, kept.beginning]).toEqual([own.size, own.mergeCount, own.beginning]);
}

describe('the bundled tokenizer', () => {
	const {own, written, kept} = both(read('tokenizer.json'), read('tokenizer_config.json'));

	test('has the same tokens and merges, and gives every text the same ids', () => {
		expectSame(own, kept);
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 60}), text => {
				expect(kept.encode(text)).toEqual(own.encode(text));
			}),
		);
		for (const word of [' unbelievable', 'naïve', '日本語', '<|endoftext|>'])
			expect(kept.replay(word)).toEqual(own.replay(word));
	});

	test('is kept in lists again as it was', () => {
		expect(json(kept.kept(written))).toEqual(written);
	});
});

test.each(FAMILIES)('%s gives every string the same ids, merge by merge', name => {
	const {tokenizer, config} = familyFiles(name);
	const {own, kept} = both(tokenizer, config);
	expectSame(own, kept);
	for (const text of goldenTokens.strings) expect(kept.encode(text)).toEqual(own.encode(text));
});

describe('a small one', () => {
	const file = (changes: object = {}, added: object[] = []) => ({
		model: {type: 'BPE', vocab: {ab: 2, a: 0, b: 1}, merges: ['a b'], ...changes},
		pre_tokenizer: {type: 'ByteLevel', add_prefix_space: false, use_regex: true},
		added_tokens: added,
	});

	test('has its tokens in order of their ids, and its merges as ids', () => {
		const {written} = both(file({merges: [['a', 'b']]}, [{id: 3, content: '<end>', special: true}]), {});
		expect(written.model).toMatchObject({type: 'BPE', vocab: ['a', 'b', 'ab', '<end>'], merges: [0, 1]});
	});

	test('may have added tokens among the others, twice, and beyond the classes', () => {
		const added = [
			{id: 2, content: 'ab', special: false},
			{id: 3, content: 'a', special: true},
			{id: 9, content: '<beyond>', special: true},
		];
		const {own, kept} = both(file({}, added), {}, {classes: 4});
		expectSame(own, kept);
		for (const text of ['ab', 'a', 'ba', 'bb']) expect(kept.encode(text)).toEqual(own.encode(text));
	});

	test('has every added token among its tokens', () => {
		const lists = {vocab: ['a', 'b', 'ab', '<end>'], merges: [0, 1]};
		const opened = (id: number) => () => new Tokenizer(file(lists, [{id, content: '<end>', special: true}]), {});
		expect(opened(3)).not.toThrow();
		for (const id of [2, 4]) expect(opened(id)).toThrow(/"<end>"/);
	});

	test.each<[string, Partial<Lists['model']>, string]>([
		['a token that is none', {vocab: ['a', null, 'ab']}, 'tokenizer-no-vocabulary'],
		['a merge of a token that is not there', {merges: [0, 3]}, 'tokenizer-merge'],
		['a merge of a fraction', {merges: [0, 0.5]}, 'tokenizer-merge'],
		['a merge of a negative id', {merges: [0, -1]}, 'tokenizer-merge'],
		['a merge of a word', {merges: [0, 'b']}, 'tokenizer-merge'],
		['half a merge', {merges: [0, 1, 0]}, 'tokenizer-merge'],
	])('is refused with %s', (_, changes, code) => {
		const lists = {vocab: ['a', 'b', 'ab'], merges: [0, 1]};
		expect(() => new Tokenizer(file(lists), {})).not.toThrow();
		expect(() => new Tokenizer(file({...lists, ...changes}), {})).toThrow(
			expect.objectContaining({refusals: expect.arrayContaining([expect.objectContaining({code})])}),
		);
	});
});
