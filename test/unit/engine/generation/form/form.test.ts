import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {Form, type FormKind} from '../../../../../src/engine/generation/form/form.ts';
import {FormVocabulary} from '../../../../../src/engine/generation/form/vocabulary.ts';

/** One class for every byte, some longer ones, and one that ends the text. */
const WORDS = ['ab', 'abc', 'the', ' the', '{"', '": ', ', "', '"}', 'true', '123', '\ud83d\ude00', 'é', '10'];
const BYTES: (Uint8Array | null)[] = [
	...Array.from({length: 256}, (_, byte) => Uint8Array.of(byte)),
	...WORDS.map(word => new TextEncoder().encode(word)),
	null,
];
let vocabulary: FormVocabulary;
beforeAll(() => {
	vocabulary = new FormVocabulary(BYTES);
});

const form = (kind: FormKind, text: string) => new Form(kind, text, vocabulary);
const ids = (text: string) => [...new TextEncoder().encode(text)];
/** Whether a text, byte by byte, is allowed all the way and complete at its end. */
const takes = (one: Form, text: string) => one.isComplete(ids(text));
const begins = (one: Form, text: string) => one.fitting(ids(text)) !== null;
const fitting = (one: Form, text: string) => {
	const mask = one.fitting(ids(text))!;
	return WORDS.filter((_, i) => mask[256 + i] === 1);
};

describe('choices', () => {
	const yesNo = () => form('choices', 'yes\nno\nnone at all');

	it('allow exactly one of the texts', () => {
		const one = yesNo();
		expect(['yes', 'no', 'none at all'].map(text => takes(one, text))).toEqual([true, true, true]);
		expect(['ye', 'yess', 'none', ''].map(text => takes(one, text))).toEqual([false, false, false, false]);
		expect(begins(one, 'none')).toBe(true);
		expect(begins(one, 'yesno')).toBe(false);
	});

	it('are finished where nothing can follow, and only complete where something can', () => {
		const one = yesNo();
		expect([one.isFinished(ids('yes')), one.isFinished(ids('no')), one.isComplete(ids('no'))]).toEqual([
			true,
			false,
			true,
		]);
	});

	it('say what must follow, and what may', () => {
		expect(yesNo().next(ids('ye'))).toEqual({forced: ids('s'), ranges: [], isComplete: true});
		expect(yesNo().next(ids(''))).toMatchObject({
			forced: [],
			ranges: [
				[110, 110],
				[121, 121],
			],
			isComplete: false,
		});
		expect(yesNo().next(ids('x'))).toBeNull();
	});
});

describe('a regular expression', () => {
	// Each is judged by JavaScript's own engine.
	it.each([
		'a',
		'',
		'ab|ba',
		'(?:ab)+c?',
		'[a-c]{2,3}',
		'a{2}|b{1,}',
		'[^ab]c',
		'\\d+\\.\\d{0,2}',
		'(?<year>1|2)(a|b)*',
		'^a.b$',
		'\\w\\s\\S',
		'[\\d\\-x]+',
		'a+?b??',
		'\\x61\\u0062\\u{63}',
		'[é😀]+',
		'\\ud83d\\ude00[\\ud83d\\ude00é]*',
		'a(|b)c',
		'[a-]b',
	])('%s allows the texts that it matches, and no others', pattern => {
		const one = form('regex', pattern);
		const judge = new RegExp(`^(?:${pattern})$`, 'u');
		const sign = fc.constantFrom('a', 'b', 'c', '1', '2', '.', '-', 'x', ' ', 'é', '😀', '\n');
		fc.assert(
			fc.property(fc.array(sign, {maxLength: 6}), signs => {
				const text = signs.join('');
				expect(takes(one, text)).toBe(judge.test(text));
			}),
			{numRuns: 300},
		);
	});

	it('is byte for byte: half a character fits where the rest can follow', () => {
		const one = form('regex', '😀+');
		const [first, second, third, fourth] = ids('😀');
		const mask = (generated: number[]) => one.fitting(generated)!;
		expect(mask([])[first]).toBe(1);
		expect(mask([])[second]).toBe(0);
		expect(mask([first, second])[third]).toBe(1);
		expect(mask([first, second, third])[0x81]).toBe(0);
		expect(mask([first, second, third])[fourth]).toBe(1);
		expect(one.isComplete([first, second, third])).toBe(false);
		expect(fitting(one, '')).toEqual(['😀']);
	});

	it('masks whole classes: those that are a beginning, or go on', () => {
		expect(fitting(form('regex', '(abc)*'), '')).toEqual(['ab', 'abc']);
		expect(fitting(form('regex', 'the (the )*'), 'the')).toEqual([' the']);
		expect(fitting(form('regex', '[0-9]{3,4}'), '1')).toEqual(['123', '10']);
	});

	it('lets a dead end begin with nothing', () => {
		expect(begins(form('regex', 'a(b[^\\s\\S]|c)'), 'ab')).toBe(false);
		expect(() => form('regex', '[^\\s\\S]')).toThrow(/No text can have this form/);
	});

	it.each([
		['ab(c', 3, '('],
		['a[bc', 2, '['],
		['*a', 1, '*'],
		['a**', 3, '*'],
		['a\\1', 2, '\\1'],
		['\\bword', 1, '\\b'],
		['a(?=b)', 2, '(?='],
		['(?<!a)b', 1, '(?<'],
		['a)b', 2, ')'],
		['[b-a]', 3, '-'],
		['a{3,2}', 2, '{3,2}'],
		['a{2000}', 2, '{2000}'],
		['a^b', 2, '^'],
		['\\p{L}', 1, '\\p'],
	])('%s is refused at character %i: %s', (pattern, place, what) => {
		expect(() => form('regex', pattern)).toThrow(
			expect.objectContaining({
				code: 'bad-parameter',
				refusals: [{code: 'form-expression', values: {place, what}}],
			}),
		);
	});
});

describe('a grammar', () => {
	const sums = () =>
		form(
			'grammar',
			`root ::= sum   # a sum
sum ::= term ("+" term)*
term ::= [0-9]+ | "(" sum ")"
`,
		);

	it('follows rules that contain themselves', () => {
		const one = sums();
		expect(['1', '1+22', '(1+(2))+3'].map(text => takes(one, text))).toEqual([true, true, true]);
		expect(['', '1+', '(1', '1)', '()'].map(text => takes(one, text))).toEqual([false, false, false, false, false]);
		expect(begins(one, '((((((((1')).toBe(true);
		expect(begins(one, '1)')).toBe(false);
	});

	it('keeps brackets in balance however deep', () => {
		const one = form('grammar', 'root ::= "[" root* "]"');
		const brackets = fc.array(fc.constantFrom('[', ']'), {maxLength: 14});
		fc.assert(
			fc.property(brackets, signs => {
				let depth = 0;
				const isRight =
					signs.length > 0 &&
					signs.every((sign, i) => {
						depth += sign === '[' ? 1 : -1;
						return depth >= 0 && (depth > 0 || i === signs.length - 1);
					});
				expect(takes(one, signs.join(''))).toBe(isRight && depth === 0);
			}),
			{numRuns: 500},
		);
	});

	it('never goes so deep that nothing can follow', () => {
		const one = sums();
		let text = '';
		while (begins(one, `${text}(`) && text.length < 1000) {
			text += '(';
			expect(begins(one, `${text}1`)).toBe(true);
		}
		expect(text.length).toBeGreaterThan(50);
		expect(takes(one, `${text}1${')'.repeat(text.length)}`)).toBe(true);
	});

	it('goes as deep as every one of its texts needs', () => {
		const within = Array.from({length: 999}, (_, i) => `r${i} ::= "<" r${i + 1} ">"`);
		const one = form('grammar', ['root ::= "<" r0 ">"', ...within, 'r999 ::= "x"'].join('\n'));
		expect(takes(one, `${'<'.repeat(1000)}x${'>'.repeat(1000)}`)).toBe(true);
	});

	it('allows a list of any length by a rule that ends with itself', () => {
		const one = form('grammar', 'root ::= "a" root | "b"');
		expect(takes(one, `${'a'.repeat(2000)}b`)).toBe(true);
	});

	it('takes escapes, sets, counts and comments', () => {
		const one = form('grammar', 'root ::= "\\n\\x41\\u00e9" [^a-c\\]]{2} # "x"\n');
		expect([takes(one, '\nAéxy'), takes(one, '\nAéa]')]).toEqual([true, false]);
	});

	it.each([
		['root ::= "a', {line: 1, column: 10, what: '"'}],
		['root ::= "a"\nroot ::= "b"', {line: 2, column: 1, what: 'root'}],
		['root ::= ("a"', {line: 1, column: 10, what: '('}],
		['root = "a"', {line: 1, column: 1, what: 'r'}],
		['root ::= "a" $', {line: 1, column: 14, what: '$'}],
	])('%s is refused with its place', (text, values) => {
		expect(() => form('grammar', text)).toThrow(expect.objectContaining({refusals: [{code: 'form-grammar', values}]}));
	});

	it('is refused where a rule is missing, begins with itself, or can never end', () => {
		expect(() => form('grammar', 'root ::= other')).toThrow(/the rule other/);
		expect(() => form('grammar', 'start ::= "a"')).toThrow(/the rule root/);
		expect(() => form('grammar', 'root ::= "a"? root "b" | "c"')).toThrow(/begins with itself/);
		expect(() => form('grammar', 'root ::= "a" root')).toThrow(/No text can have/);
	});
});

describe('a JSON Schema', () => {
	const schema = (value: unknown) => form('json_schema', JSON.stringify(value));

	it('allows the properties in its order, those that are required and those that are not', () => {
		const one = schema({
			type: 'object',
			properties: {name: {type: 'string'}, age: {type: 'integer'}, pet: {enum: ['cat', null, 3]}},
			required: ['age'],
		});
		for (const text of [
			'{"name": "Ann", "age": 3}',
			'{"age":-10,"pet":"cat"}',
			'{"age": 0}',
			'{"name":"\\u00e9é\\"","age": 1, "pet": null}',
		])
			expect(takes(one, text)).toBe(true);
		for (const text of [
			'{}',
			'{"name": "Ann"}',
			'{"age": 01}',
			'{"age": 1,}',
			'{"pet": 3, "age": 1}',
			'{"age": "1"}',
			'{"age": 1, "x": 2}',
			'{"name": "a\nb", "age": 1}',
		])
			expect(takes(one, text)).toBe(false);
	});

	it('allows lists, nested values, references to itself and any value', () => {
		const tree = schema({
			$defs: {
				node: {type: 'object', properties: {kids: {type: 'array', items: {$ref: '#/$defs/node'}}}, required: ['kids']},
			},
			$ref: '#/$defs/node',
		});
		expect(takes(tree, '{"kids": [{"kids":[]}, {"kids": []}]}')).toBe(true);
		expect(takes(tree, '{"kids": [{}]}')).toBe(false);
		const pair = schema({type: 'array', items: {type: ['number', 'boolean']}, minItems: 2, maxItems: 3});
		expect(['[1]', '[1, true]', '[-1.5e3,false, 2]', '[1,2,3,4]'].map(text => takes(pair, text))).toEqual([
			false,
			true,
			true,
			false,
		]);
		expect(takes(schema({}), '{"a":[1,{"b":null}],"c":"d"}')).toBe(true);
		expect(takes(schema({anyOf: [{const: {a: [1]}}, {type: 'null'}]}), '{"a": [1]}')).toBe(true);
		expect(takes(schema({type: 'string', minLength: 2, maxLength: 3}), '"é😀"')).toBe(true);
		expect(takes(schema({type: 'string', pattern: '^[A-Z]{2}$'}), '"AB"')).toBe(true);
	});

	it('whatever it lets through is JSON of that shape', () => {
		const one = schema({
			type: 'object',
			properties: {a: {type: 'number'}, b: {type: 'array', items: {type: 'string'}}},
			required: ['a', 'b'],
		});
		fc.assert(
			fc.property(fc.infiniteStream(fc.nat(255)), numbers => {
				const written: number[] = [];
				// A way through the form, at random; long ones are given up.
				while (!one.isFinished(written) && written.length < 120) {
					const mask = one.fitting(written)!;
					const possible = [...mask.keys()].filter(id => id < 127 && mask[id] === 1);
					written.push(possible[numbers.next().value % possible.length]);
				}
				fc.pre(one.isFinished(written));
				const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(written)));
				expect(typeof value.a).toBe('number');
				expect(Array.isArray(value.b)).toBe(true);
			}),
			{numRuns: 40},
		);
	});

	it.each([
		[{type: 'integer', minimum: 3}, '/minimum', 'minimum'],
		[{type: 'object', properties: {a: {type: 'string', format: 'date'}}}, '/properties/a/format', 'format'],
		[{oneOf: [{}]}, '/oneOf', 'oneOf'],
		[{type: 'object', additionalProperties: true}, '/additionalProperties', 'true'],
		[{$ref: '#/$defs/no'}, '/$ref', '#/$defs/no'],
		[{$ref: '#/$defs/%'}, '/$ref', '#/$defs/%'],
		[{type: 'text'}, '/type', 'text'],
		[{type: 'string', pattern: 'a'}, '/pattern', 'a'],
		[{type: 'string', pattern: '^[ -~]+$'}, '/pattern', '^[ -~]+$'],
		[{type: 'string', pattern: '^(a|[A-z])$'}, '/pattern', '^(a|[A-z])$'],
		[{type: 'string', pattern: '^a\nb$'}, '/pattern', '^a\nb$'],
		[{type: 'object', properties: {a: {}}, required: ['b']}, '/required', 'b'],
	])('%j is refused with its place', (value, place, what) => {
		expect(() => schema(value)).toThrow(
			expect.objectContaining({refusals: [{code: 'form-schema', values: {place, what}}]}),
		);
	});

	it('that is no JSON is refused', () => {
		expect(() => form('json_schema', '{"type": ')).toThrow(/The schema is no JSON/);
	});
});

describe('brackets within one another', () => {
	const nested = (depth: number, [before, after]: readonly [string, string], within = '') =>
		before.repeat(depth) + within + after.repeat(depth);

	it.each([
		['regex', '', ['(', '']],
		['regex', 'a', ['(', ')']],
		['regex', 'a', ['(?:a|', ')*']],
		['grammar', '', ['("a" ', '']],
		['grammar', '"a"', ['(', ')']],
		['json_schema', '{}', ['{"anyOf":[', ']}']],
		['json_schema', '', ['[', ']']],
	] as const)('of %s are followed to a depth, and refused beyond: %s in %j', (kind, within, brackets) => {
		const begin = kind === 'grammar' ? 'root ::= ' : '';
		expect(() => form(kind, begin + nested(3000, brackets, within))).toThrow(
			expect.objectContaining({code: 'bad-parameter', refusals: [{code: 'form-deep', values: {most: 200}}]}),
		);
	});

	it('may be 200 deep, and stand beside one another in any number', () => {
		expect(takes(form('regex', nested(200, ['(', ')'], 'a')), 'a')).toBe(true);
		expect(takes(form('grammar', `root ::= ${nested(200, ['(', ')'], '"a"')}`), 'a')).toBe(true);
		expect(takes(form('json_schema', nested(99, ['{"anyOf":[', ']}'], '{"const":1}')), '1')).toBe(true);
		expect(takes(form('regex', '(a)'.repeat(300)), 'a'.repeat(300))).toBe(true);
	});
});

describe('a vocabulary that lacks bytes', () => {
	it('is refused where it writes no text of the form', () => {
		const few = new FormVocabulary([new TextEncoder().encode('ab'), new TextEncoder().encode('c'), null]);
		expect(() => new Form('regex', 'abd|a', few)).toThrow(/model cannot write any text/);
		expect(new Form('regex', '(ab)*c', few).isComplete([0, 0, 1])).toBe(true);
	});
});
