import {describe, expect, test} from 'vitest';
import {ChatTemplate} from '../../../../../src/engine/tokenizer/chat/chat-template.ts';
import {strftime} from '../../../../../src/engine/tokenizer/chat/strftime.ts';
import {writtenTemplate} from '../../../../../src/engine/tokenizer/chat/written-template.ts';
import {FAMILIES, familyConfig, goldenTokens} from '../../../../helpers/family-tokenizers.ts';

describe.each(FAMILIES)('the template of %s', name => {
	const template = new ChatTemplate(writtenTemplate(familyConfig(name))!);

	test.each(goldenTokens.tokenizers[name].chat.map(one => [one.name, one] as const))(
		'renders as transformers does: %s',
		(_, {name: _name, messages, text, ids: _ids, extra = {}, ...variables}) => {
			expect(template.render(messages, {...variables, ...(extra as object)})).toBe(text);
		},
	);

	test('writes a text as a user’s turn, with the beginning of the answer', () => {
		const turn = template.asTurn('Hi there');
		expect(turn).toContain('Hi there');
		expect(turn).toMatch(/Hi there.*(?:assistant|model)\S*\n+$/s);
	});

	test.each(['Hi there', 'user', ' a\nmodel \n', ''])('says what it puts around the words %j', words => {
		const {text, around} = template.aroundTurn(words);
		expect(text).toBe(template.asTurn(words));
		const {before, after} = around!;
		expect([before + words + after, before + words.trim() + after]).toContain(text);
		// The same around any words.
		expect(around).toEqual(template.aroundTurn('Hi there').around);
	});
});

const render = (source: string) => new ChatTemplate({source, tokens: {bos_token: '<s>'}}).asTurn('Hi');

describe('a template', () => {
	test.each([
		['changes the words', '{{ messages[0].content|upper }}'],
		['writes them twice', '{{ messages[0].content }} {{ messages[0].content }}'],
		['leaves them out', 'Hello'],
		['writes other things around others', '{% if messages[0].content == "Hi" %}!{% endif %}{{ messages[0].content }}'],
	])('that %s does not say what it puts around them', (_, source) => {
		expect(new ChatTemplate({source, tokens: {}}).aroundTurn('Hi').around).toBeNull();
	});

	test('finds what transformers gives it', () => {
		expect(
			render('{{ bos_token }}{{ messages[0].role }}:{{ range(3)|length }}{% if add_generation_prompt %}!{% endif %}'),
		).toBe('<s>user:3!');
		// No tools and no documents, said so.
		expect(render('{% if tools is not none %}tools{% endif %}{{ tools is defined }} {{ documents is none }}')).toBe(
			'true true',
		);
		expect(render('{{ strftime_now("%Y") }}')).toBe(String(new Date().getFullYear()));
		expect(strftime(new Date(2024, 6, 6, 5, 4, 3), '%d %b %Y %B %A %a %m %y %H:%M:%S %% %q')).toBe(
			'06 Jul 2024 July Saturday Sat 07 24 05:04:03 % %q',
		);
	});

	// Each is what Python 3.11 gives.
	test.each([
		['"xxhixx".strip("x")', 'hi'],
		['"xyhixy".lstrip("yx")', 'hixy'],
		['"xyhixy".rstrip("xy")', 'xyhi'],
		['"www.example.com".strip("cmowz.")', 'example'],
		['"a]b".strip("]-[")', 'a]b'],
		['"😀hi😃".strip("😀")', 'hi😃'],
		['" hi ".strip("")', ' hi '],
		['" hi ".strip(none)', 'hi'],
		['"\x1c\x85\u3000hi\ufeff ".strip()', 'hi\ufeff'],
		['"aaa".rstrip("a")', ''],
		['("-hi-" ~ "-").strip("-").upper()', 'HI'],
	])('strips as Python does: %s', (source, text) => {
		expect(render(`{{ ${source} }}`)).toBe(text);
	});

	test('may be one of several, and may be missing', () => {
		const several = [
			{name: 'tool_use', template: 'x'},
			{name: 'default', template: '{{ eos_token }}'},
		];
		expect(writtenTemplate({chat_template: several, eos_token: {content: '</s>'}})).toEqual({
			source: '{{ eos_token }}',
			tokens: {eos_token: '</s>'},
		});
		for (const config of [
			null,
			{},
			{chat_template: null},
			{chat_template: ' '},
			{chat_template: [{name: 'x'}]},
			{chat_template: 5},
		])
			expect(writtenTemplate(config)).toBeNull();
	});

	test.each([
		['{{ raise_exception("No system role") }}', /chat template of this model failed: No system role/],
		['{{ "a".strip(1) }}', /strip arg must be None or str/],
		['{{ "a".lstrip("a", "b") }}', /lstrip expected at most 1 argument, got 2/],
		['{% if %}', /chat template of this model failed/],
		['{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}', /takes too long/],
		['{% for a in range(10000000000) %}x{% endfor %}', /takes too long/],
		[
			'{% set ns = namespace(s="ab") %}{% for a in range(90) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}',
			/takes too long/,
		],
		['{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', /chat template of this model failed/],
		['{{ (().__class__.__bases__[0]).__subclasses__() }}', /chat template of this model failed/],
		['{{ messages.constructor.constructor("return 1")() }}', /chat template of this model failed/],
	])('that fails or does not end is refused: %s', (source, message) => {
		expect(() => render(source)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});
});
