import {describe, expect, test} from 'vitest';
import {beginningOf} from '../../../../src/engine/tokenizer/beginning.ts';

const IDS: Record<string, number> = {'<s>': 1, '</s>': 2, '<x>': 3};
const of = (post: unknown, config: unknown = {}) => beginningOf(post, config, token => IDS[token]);
const special = (id: string) => ({SpecialToken: {id, type_id: 0}});
const TEXT = {Sequence: {id: 'A', type_id: 0}};
const template = (...single: unknown[]) => ({
	type: 'TemplateProcessing',
	single,
	pair: [],
	special_tokens: {
		'<s>': {id: '<s>', ids: [1], tokens: ['<s>']},
		'<two>': {id: '<two>', ids: [1, 3], tokens: ['<s>', '<x>']},
	},
});

describe('what a tokenizer puts before a text', () => {
	test.each<[string, unknown, unknown, number[]]>([
		['nothing without a post-processor', null, {}, []],
		['nothing where it only trims offsets, as in GPT-2 and Qwen', {type: 'ByteLevel'}, {add_bos_token: false}, []],
		['by a template, as in Gemma', template(special('<s>'), TEXT), {add_bos_token: true, bos_token: '<s>'}, [1]],
		[
			'by a template after bytes, as in Llama 3',
			{type: 'Sequence', processors: [{type: 'ByteLevel'}, template(special('<s>'), TEXT)]},
			{},
			[1],
		],
		['several tokens for one', template(special('<two>'), TEXT), {}, [1, 3]],
		[
			'by its configuration, where the file says nothing',
			{type: 'ByteLevel'},
			{add_bos_token: true, bos_token: {content: '<s>'}},
			[1],
		],
		[
			'nothing where the configuration wants none',
			template(special('<s>'), TEXT),
			{add_bos_token: false, bos_token: '<s>'},
			[],
		],
		[
			'nothing for a GPT-2, which heeds its file alone',
			null,
			{add_bos_token: true, bos_token: '<s>', tokenizer_class: 'GPT2Tokenizer'},
			[],
		],
		['nothing where the token is not there', null, {add_bos_token: true, bos_token: '<none>'}, []],
		['nothing without a configuration', template(TEXT), null, []],
	])('%s', (_, post, config, expected) => {
		expect(of(post, config)).toEqual(expected);
	});

	test.each<[unknown, unknown, RegExp]>([
		[template(special('<s>'), TEXT, special('</s>')), {}, /adds tokens after every text/],
		[template(special('<s>')), {}, /adds tokens after every text/],
		[null, {add_eos_token: true}, /adds tokens after every text/],
		[{type: 'RobertaProcessing'}, {}, /the post-processor RobertaProcessing/],
		[5, {}, /the post-processor 5/],
		[template(special('<none>'), TEXT), {}, /adds the token <none>, which it does not have/],
	])('is refused where it cannot be followed: %j %j', (post, config, message) => {
		expect(() => of(post, config)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});
});
