import {Ajv2020} from 'ajv/dist/2020.js';
import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import type {RefusedError} from '../../../../../src/engine/errors/refusal.ts';
import {Automaton, type Places} from '../../../../../src/engine/generation/form/automaton.ts';
import {readJsonSchema} from '../../../../../src/engine/generation/form/json-schema.ts';

type Schema = {readonly [keyword: string]: unknown};

/** What a schema allows, or why it is refused. */
function read(schema: Schema): {allows(text: string): boolean} | {refused: string; place: string} {
	try {
		const form = new Automaton(readJsonSchema(JSON.stringify(schema)));
		return {
			allows(text) {
				let places: Places | null = form.start;
				for (const byte of new TextEncoder().encode(text)) places = places && form.after(places, byte);
				return places?.isComplete ?? false;
			},
		};
	} catch (error) {
		const [{code, values}] = (error as RefusedError<string>).refusals;
		return {refused: code, place: String(values.place)};
	}
}

const OF_TYPE = {
	object: ['properties', 'required', 'additionalProperties'],
	array: ['items', 'minItems', 'maxItems'],
	string: ['minLength', 'maxLength', 'pattern'],
};

/** A schema as it is read here: a keyword of one type means that type, and an object has no property that is not named. */
function asRead(schema: Schema): Schema {
	const implied = Object.entries(OF_TYPE).find(([, keywords]) => keywords.some(one => one in schema))?.[0];
	const type = schema.type ?? implied;
	const within = (value: unknown) => asRead(value as Schema);
	return {
		...schema,
		...(type !== undefined && {type}),
		...([type].flat().includes('object') && !('enum' in schema) && !('const' in schema)
			? {additionalProperties: false}
			: {}),
		...(schema.properties !== undefined && {
			properties: Object.fromEntries(
				Object.entries(schema.properties as Schema).map(([name, one]) => [name, within(one)]),
			),
		}),
		...(schema.items !== undefined && {items: within(schema.items)}),
		...(schema.anyOf !== undefined && {anyOf: (schema.anyOf as Schema[]).map(within)}),
		...(schema.$defs !== undefined && {
			$defs: Object.fromEntries(Object.entries(schema.$defs as Schema).map(([name, one]) => [name, within(one)])),
		}),
	};
}

const ajv = new Ajv2020({strict: false, logger: false, validateSchema: false});
const judgeOf = (schema: Schema) => ajv.compile(asRead(schema));

/** Every keyword by which JSON Schema 2020-12 says something of one value, and those that change what others say. */
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
	type: ['string', 'integer', 'number', 'object', 'array', 'null', 'boolean', ['string', 'null'], ['object', 'array']],
	enum: [[1], ['ab', null, 1.5], [{a: 1}, []]],
	const: ['ab', 1, null, [1], {a: 1}],
	multipleOf: [2],
	maximum: [1],
	exclusiveMaximum: [1],
	minimum: [1],
	exclusiveMinimum: [1],
	maxLength: [1],
	minLength: [0, 2],
	pattern: ['^a+$', '^a|b$', 'a'],
	maxItems: [0, 1],
	minItems: [0, 1],
	uniqueItems: [true],
	maxContains: [1],
	minContains: [1],
	maxProperties: [1],
	minProperties: [1],
	required: [['a'], []],
	dependentRequired: [{a: ['b']}],
	prefixItems: [[{type: 'string'}]],
	items: [{type: 'integer'}, {}],
	contains: [{type: 'integer'}],
	additionalProperties: [false, {type: 'integer'}],
	properties: [{a: {type: 'integer'}}, {a: {}, b: {type: 'string'}}],
	patternProperties: [{a: {type: 'integer'}}],
	dependentSchemas: [{a: {required: ['b']}}],
	propertyNames: [{maxLength: 1}],
	unevaluatedItems: [false],
	unevaluatedProperties: [false],
	if: [{type: 'string'}],
	// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
	then: [{maxLength: 1}],
	else: [{type: 'integer'}],
	allOf: [[{type: 'integer'}]],
	anyOf: [[{type: 'integer'}, {type: 'string'}]],
	oneOf: [[{type: 'integer'}, {type: 'number'}]],
	not: [{type: 'integer'}],
	format: ['date'],
	contentEncoding: ['base64'],
	$ref: ['#/$defs/one'],
	$dynamicRef: ['#/$defs/one'],
	$anchor: ['one'],
	$dynamicAnchor: ['one'],
	title: ['of it'],
	default: [1],
	readOnly: [true],
};
const VALUES = [
	...[null, true, 0, 1, 2, -1.5, '', 'a', 'aa', 'ab', 'b', 'bc'],
	...[[], [1], ['a'], [1, 1], [1, 2], [[]], {}, {a: 1}, {a: 'b'}, {a: 1, b: 'b'}, {b: 'b'}, {a: 1, b: 2}, {c: 1}],
];

describe('of two keywords', () => {
	const names = Object.keys(SAMPLES);
	test.each(names)('%s and any that follows are both kept, or one is refused by name', name => {
		for (const other of names.slice(names.indexOf(name))) {
			for (const value of SAMPLES[name]) {
				for (const second of name === other ? [value] : SAMPLES[other]) {
					const schema = {$defs: {one: {type: 'integer'}}, [name]: value, [other]: second};
					const form = read(schema);
					if ('refused' in form && !['form-impossible', 'form-schema-nothing'].includes(form.refused)) {
						expect([form.refused, name, other]).toContain(form.place.split('/')[1]);
						continue;
					}
					// Where it is refused because no text is left, none may be valid.
					const allowed = VALUES.filter(one => 'allows' in form && form.allows(JSON.stringify(one)));
					const judge = judgeOf(schema);
					expect({schema, allowed}).toEqual({schema, allowed: VALUES.filter(one => judge(one))});
				}
			}
		}
	});
});

test('what drawn schemas allow is what ajv finds valid', () => {
	const {schema} = fc.letrec<{schema: Schema; leaf: Schema; inner: Schema}>(tie => ({
		leaf: fc.oneof(
			fc.record(
				{type: fc.subarray(['string', 'integer', 'number', 'boolean', 'null', 'object', 'array'], {minLength: 1})},
				{noNullPrototype: true},
			),
			fc.record(
				{
					type: fc.constantFrom('string', 'integer', ['number', 'null']),
					enum: fc.subarray(['a', 'ab', 1, 1.5, null, true], {minLength: 1}),
				},
				{noNullPrototype: true, requiredKeys: ['enum']},
			),
			fc.record(
				{type: fc.constant('string'), minLength: fc.nat(1), maxLength: fc.integer({min: 1, max: 2})},
				{noNullPrototype: true, requiredKeys: ['minLength']},
			),
			fc.constantFrom<Schema>({}, {$ref: '#/$defs/one'}, {const: {a: 1}}, {type: 'string', pattern: '^[ab]+$'}),
		),
		inner: fc.oneof(
			fc
				.record({a: tie('schema'), b: tie('schema'), required: fc.subarray(['a', 'b'])}, {noNullPrototype: true})
				.map(({a, b, required}) => ({type: 'object', properties: {a, b}, required})),
			fc.record(
				{items: tie('schema'), minItems: fc.nat(1), maxItems: fc.integer({min: 1, max: 2})},
				{noNullPrototype: true, requiredKeys: ['items']},
			),
			fc.array(tie('schema'), {minLength: 1, maxLength: 2}).map(anyOf => ({anyOf})),
		),
		schema: fc.oneof({maxDepth: 2, withCrossShrink: true}, tie('leaf'), tie('inner')),
	}));
	const {value} = fc.letrec<{value: unknown}>(tie => ({
		value: fc.oneof(
			{maxDepth: 2},
			fc.constantFrom<unknown>('a', 'ab', '', '😀', 1, 1.5, null, true),
			fc.record({a: tie('value'), b: tie('value')}, {requiredKeys: [], noNullPrototype: true}),
			fc.array(tie('value'), {maxLength: 2}),
		),
	}));
	const seen = {allowed: 0, refused: 0};
	fc.assert(
		fc.property(schema, schema, fc.array(value, {minLength: 12, maxLength: 12}), (one, root, values) => {
			// Beside a reference there is nothing else.
			const whole = '$ref' in root ? {anyOf: [root], $defs: {one}} : {...root, $defs: {one}};
			const form = read(whole);
			if ('refused' in form) {
				// No text is left of it, or it is nothing but itself.
				expect(['form-impossible', 'form-schema-nothing', 'form-left-recursion']).toContain(form.refused);
				return;
			}
			const judge = judgeOf(whole);
			for (const drawn of values) {
				const text = JSON.stringify(drawn);
				const allows = form.allows(text);
				expect([text, allows]).toEqual([text, judge(drawn)]);
				seen[allows ? 'allowed' : 'refused']++;
			}
		}),
		{seed: 32, numRuns: 150},
	);
	expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(200);
});

it('counts two escaped halves of a character as one, as JSON Schema does', () => {
	const form = read({type: 'string', minLength: 2, maxLength: 2});
	const allows = (text: string) => 'allows' in form && form.allows(text);
	expect(['"\\ud83d\\ude00"', '"\\ud83d\\ude00a"', '"\\ud83d"'].map(allows)).toEqual([false, true, false]);
});

it.each([
	[{type: 'string', enum: [1]}, 'form-schema-nothing', '/enum'],
	[{type: 'integer', const: 'x'}, 'form-schema-nothing', '/const'],
	[{type: null}, 'form-schema', '/type'],
	[{type: 'any'}, 'form-schema', '/type'],
	[{type: []}, 'form-schema', '/type'],
	[{properties: {1: {}}, required: [1]}, 'form-schema', '/required'],
	[{$ref: '#title', title: {}}, 'form-schema', '/$ref'],
	[{items: {$id: 'other', $ref: '#'}}, 'form-schema', '/items/$id'],
])('%j is refused: %s at %s', (schema, refused, place) => {
	expect(read(schema)).toEqual({refused, place});
});
