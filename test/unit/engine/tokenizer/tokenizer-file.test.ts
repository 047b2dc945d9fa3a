import {describe, expect, test} from 'vitest';
import {checkTokenizerFile} from '../../../../src/engine/tokenizer/tokenizer-file.ts';
import {withUnicodeWhiteSpace} from '../../../../src/engine/tokenizer/white-space.ts';

/** The smallest byte-level BPE that there is: two bytes and their pair. */
const BYTES = {type: 'ByteLevel', add_prefix_space: false, use_regex: true};
const MODEL = {type: 'BPE', vocab: {a: 0, b: 1, ab: 2}, merges: ['a b']};
const END = {id: 3, content: '<|endoftext|>', special: true};
const file = (changes: object = {}) => ({
	model: MODEL,
	pre_tokenizer: BYTES,
	added_tokens: [END],
	...changes,
});
const withModel = (changes: object) => file({model: {...MODEL, ...changes}});
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const LLAMA3 =
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const O200K = [
	"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
	"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
	'\\p{N}{1,3}',
	' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*',
	'\\s*[\\r\\n]+',
	'\\s+(?!\\S)',
	'\\s+',
].join('|');
const QWEN2 = LLAMA3.replace('{1,3}', '');
const split = (changes: object = {}) => ({type: 'Split', pattern: {Regex: GPT2}, behavior: 'Isolated', ...changes});
const steps = (...pretokenizers: unknown[]) => file({pre_tokenizer: {type: 'Sequence', pretokenizers}});
const ONLY_BYTES = {type: 'ByteLevel', add_prefix_space: false, use_regex: false};

describe('a byte-level BPE is taken', () => {
	test.each<[string, object, unknown]>([
		['as GPT-2 has it', file(), {}],
		['without its kind, as old files have it', withModel({type: undefined}), {}],
		['with a configuration that adds no space, or none', file(), {add_prefix_space: false}],
		['without a configuration', file(), null],
		[
			'with empty options',
			withModel({byte_fallback: false, dropout: 0, continuing_subword_prefix: '', end_of_word_suffix: null}),
			{},
		],
		['with its ids in another order', withModel({vocab: {ab: 1, b: 2, a: 0}}), {}],
		['with merges as pairs', withModel({merges: [['a', 'b']]}), {}],
		['that composes characters first, as Qwen and Pythia do', file({normalizer: {type: 'NFC'}}), {}],
		['with a decoder of bytes and no normalizer', file({decoder: {type: 'ByteLevel'}, normalizer: null}), {}],
		['without special tokens', file({added_tokens: undefined}), {}],
		['with a special token that is in the vocabulary too', withModel({vocab: {...MODEL.vocab, [END.content]: 3}}), {}],
		['that splits by GPT-2’s pattern', steps(split(), ONLY_BYTES), {}],
		['that splits by the pattern of Llama 3', steps(split({pattern: {Regex: LLAMA3}}), ONLY_BYTES), {}],
		['that splits by the pattern of Qwen 2', steps(split({pattern: {Regex: QWEN2}, invert: false}), ONLY_BYTES), {}],
		['that splits by the pattern of o200k', steps(split({pattern: {Regex: O200K}}), ONLY_BYTES), {}],
		['that splits off what the pattern leaves', steps(split({behavior: 'Removed', invert: true}), ONLY_BYTES), {}],
		['that splits digits first', steps({type: 'Digits', individual_digits: true}, BYTES), {}],
	])('%s', (_, json, config) => {
		expect(() => checkTokenizerFile(json, config)).not.toThrow();
	});

	test('with the parts that exporters leave out', () => {
		const {added_tokens: _, ...bare} = file();
		expect(checkTokenizerFile(bare, {}).file).toEqual({
			...bare,
			normalizer: null,
			post_processor: null,
			decoder: null,
			added_tokens: [],
		});
		const decoder = {type: 'ByteLevel'};
		expect(checkTokenizerFile(file({decoder}), {}).file).toMatchObject({decoder, added_tokens: [END]});
	});

	test('and can be cut at white space unless an added token that is found in it holds some', () => {
		const cuts = (content: string) =>
			checkTokenizerFile(file({normalizer: {type: 'NFC'}, added_tokens: [END, {id: 4, content, special: false}]}), {});
		const contents = ['<pad>', '<end of text>', 'a\u0085', '\ufeff', '   '];
		expect(contents.map(content => cuts(content).canCut)).toEqual([true, false, false, true, true]);
		expect(cuts('<pad>').tokensInText).toEqual(['<pad>']);
		// The others are looked for before the text is normalised, and it is cut around them.
		expect(checkTokenizerFile(file({added_tokens: [END, {...END, id: 4, content: 'a b'}]}), {}).canCut).toBe(true);
	});
});

describe('anything else is refused by what it has', () => {
	test.each<[unknown, RegExp]>([
		[null, /has no model/],
		[[], /has no model/],
		['x', /has no model/],
		[{model: []}, /has no model/],
		[withModel({type: 'WordPiece'}), /is of the kind "WordPiece"/],
		[withModel({vocab: undefined}), /no vocabulary of a BPE/],
		[withModel({vocab: [['a', 0]]}), /no vocabulary of a BPE/],
		[withModel({byte_fallback: true}), /falls back to bytes but does not write spaces as ▁/],
		[withModel({dropout: 0.5}), /\(dropout\)/],
		[withModel({continuing_subword_prefix: '##'}), /has a continuing_subword_prefix/],
		[withModel({end_of_word_suffix: '</w>'}), /has a end_of_word_suffix/],
		[file({normalizer: {type: 'NFKC'}}), /changes the text before it is read \(NFKC\)/],
		[file({normalizer: {type: 'Sequence', normalizers: [{type: 'NFC'}, {type: 'Lowercase'}]}}), /\(Lowercase\)/],
		[file({normalizer: {type: 'Sequence'}}), /has an empty pre-tokenizer/],
		[file({normalizer: 5}), /changes the text before it is read \(5\)/],
		[file({decoder: {type: 'Metaspace'}}), /has the decoder Metaspace/],
		[file({pre_tokenizer: null}), /does not turn text into bytes/],
		[file({pre_tokenizer: [BYTES]}), /has an empty pre-tokenizer/],
		[steps(), /does not turn text into bytes/],
		[steps(split()), /does not turn text into bytes/],
		[file({pre_tokenizer: {type: 'Sequence'}}), /has an empty pre-tokenizer/],
		[steps(null, BYTES), /has an empty pre-tokenizer/],
		[steps(BYTES, split()), /goes on splitting what is already bytes/],
		[steps({type: 'Whitespace'}, BYTES), /splits text by Whitespace/],
		[steps(split({pattern: {Regex: '\\s+'}}), BYTES), /unknown pattern, "\\\\s\+"/],
		[steps(split({pattern: {Regex: 'x'.repeat(500)}}), BYTES), /unknown pattern, "x{79}\. Only/],
		[steps(split({pattern: {String: ' '}}), BYTES), /unknown pattern, undefined/],
		[steps(split({pattern: undefined}), BYTES), /unknown pattern, undefined/],
		[steps(split({behavior: 'Isolated', invert: true}), BYTES), /the behavior "Isolated", invert true/],
		[steps(split({behavior: 'Removed', invert: false}), BYTES), /the behavior "Removed", invert false/],
		[steps(split({behavior: 'Removed'}), BYTES), /the behavior "Removed", invert false/],
		[steps(split({behavior: 'MergedWithNext', invert: true}), BYTES), /the behavior "MergedWithNext", invert true/],
		[file({pre_tokenizer: {...BYTES, add_prefix_space: true}}), /add_prefix_space/],
		[file({added_tokens: {}}), /no valid added_tokens/],
		[file({added_tokens: [END, null]}), /no valid added_tokens/],
		[file({added_tokens: [{...END, id: 3.5}]}), /no valid added_tokens/],
		[file({added_tokens: [{...END, content: 7}]}), /no valid added_tokens/],
		[file({added_tokens: [{...END, content: ''}]}), /no valid added_tokens/],
		[file({added_tokens: [{...END, lstrip: true}]}), /take spaces away/],
		[file({added_tokens: [{...END, single_word: true}]}), /only where it is a word of its own/],
		[
			file({
				added_tokens: [
					{...END, lstrip: false},
					{...END, id: 4, content: 'x', rstrip: true},
				],
			}),
			/take spaces away/,
		],
		[withModel({vocab: {a: 0, b: 1, ab: -1}}), /gives "ab" the id -1/],
		[withModel({vocab: {a: 0, b: 1, ab: 1.5}}), /gives "ab" the id 1.5/],
		[file({added_tokens: [{...END, id: 1}]}), /gives "<\|endoftext\|>" and "b" the same id 1/],
		[file({added_tokens: [{...END, id: 5}]}), /has no token with the id 3/],
		[withModel({vocab: Object.fromEntries([...Object.entries(MODEL.vocab), ['__proto__', 3]])}), /__proto__/],
		[file({added_tokens: [{...END, content: '__proto__'}]}), /__proto__/],
		[withModel({merges: undefined}), /has no merges/],
		[withModel({merges: ['a b', 'ab']}), /merges "ab", of which/],
		[withModel({merges: ['a b c']}), /merges "a b c", of which/],
		[withModel({merges: [['a', 'b', 'ab']]}), /of which not every part is a token/],
		[withModel({merges: [['a', 5]]}), /of which not every part is a token/],
		[withModel({merges: [5]}), /merges 5, of which/],
		[withModel({merges: ['b a']}), /merges "b a", of which/],
		[withModel({merges: ['a x']}), /merges "a x", of which/],
		[withModel({merges: ['a toString']}), /of which not every part is a token/],
		// What they make is a token, and one of the two is none, or there is one space more or less than between two.
		[withModel({vocab: {b: 0, ab: 1, c: 2}, merges: ['a b']}), /merges "a b", of which/],
		[withModel({vocab: {a: 0, ab: 1, c: 2}, merges: ['a b']}), /merges "a b", of which/],
		[withModel({vocab: {a: 0, 'b ': 1, 'ab ': 2}, merges: ['a b ']}), /merges "a b ", of which/],
	])('%j', (json, message) => {
		expect(() => checkTokenizerFile(json, {})).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});

	test('and so is a configuration that adds a space', () => {
		expect(() => checkTokenizerFile(file(), {add_prefix_space: true})).toThrow(/add_prefix_space/);
	});
});

describe('white space as Unicode defines it', () => {
	const unicode = (pattern: string) =>
		pattern.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}');

	test('is put into the pattern of a split, and into GPT-2’s own where bytes are split by it', () => {
		expect(withUnicodeWhiteSpace(file()).pre_tokenizer).toEqual({
			type: 'Sequence',
			pretokenizers: [split({pattern: {Regex: unicode(GPT2)}, invert: false}), ONLY_BYTES],
		});
		const given = steps(
			split({pattern: {Regex: LLAMA3}, behavior: 'Removed', invert: true}),
			{type: 'Digits'},
			ONLY_BYTES,
		);
		const before = structuredClone(given);
		expect(withUnicodeWhiteSpace(given).pre_tokenizer).toEqual({
			type: 'Sequence',
			pretokenizers: [
				split({pattern: {Regex: unicode(LLAMA3)}, behavior: 'Removed', invert: true}),
				{type: 'Digits'},
				ONLY_BYTES,
			],
		});
		expect(given).toEqual(before);
	});

	test('changes nothing of a file that splits nothing', () => {
		expect(withUnicodeWhiteSpace({model: MODEL})).toEqual({model: MODEL});
		expect(withUnicodeWhiteSpace(null)).toBeNull();
	});
});
