import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {characters, complement, type Range} from './characters.ts';
import {choice, type Grammar, literal, type Node, optional, repeat, rule, sequence} from './node.ts';
import {readRegularExpression} from './regular-expression.ts';

/** Keywords that say nothing about which values there are. */
const ANNOTATIONS = new Set([
	'title',
	'description',
	'$schema',
	'$id',
	'$comment',
	'default',
	'examples',
	'deprecated',
	'$defs',
	'definitions',
]);
/** The keywords that each type may have. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
	object: ['properties', 'required', 'additionalProperties'],
	array: ['items', 'minItems', 'maxItems'],
	string: ['minLength', 'maxLength', 'pattern'],
	number: [],
	integer: [],
	boolean: [],
	null: [],
};
const MAX_LENGTH = 1000;

const SPACE = optional(literal(' '));
const COMMA = sequence(literal(','), SPACE);
const COLON = sequence(literal(':'), SPACE);
const DIGIT = characters([[48, 57]]);
const HEX = characters([
	[48, 57],
	[65, 70],
	[97, 102],
]);
const INTEGER = sequence(
	optional(literal('-')),
	choice(literal('0'), sequence(characters([[49, 57]]), repeat(DIGIT, 0, null))),
);
const NUMBER = sequence(
	INTEGER,
	optional(sequence(literal('.'), repeat(DIGIT, 1, null))),
	optional(
		sequence(
			characters([
				[69, 69],
				[101, 101],
			]),
			optional(
				characters([
					[43, 43],
					[45, 45],
				]),
			),
			repeat(DIGIT, 1, null),
		),
	),
);
/** What a string has only escaped. */
const ESCAPED: Range[] = [
	[0, 31],
	[34, 34],
	[92, 92],
];
/** A character of a string: as itself, or escaped. */
const CHARACTER = choice(
	characters(complement(ESCAPED)),
	sequence(
		literal('\\'),
		choice(
			characters([...'"\\/bfnrt'].map(sign => [sign.charCodeAt(0), sign.charCodeAt(0)])),
			sequence(literal('u'), HEX, HEX, HEX, HEX),
		),
	),
);
const inQuotes = (node: Node) => sequence(literal('"'), node, literal('"'));
const STRING = inQuotes(repeat(CHARACTER, 0, null));

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A JSON Schema as a grammar of the JSON texts that it allows. Properties are written in the order in which the schema names
 * them, and no others; after a comma and a colon there may be a space, and no white space else. Every keyword that is not
 * kept exactly is refused by name: nothing is passed over.
 * @throws EngineError `bad-parameter` that names the place.
 */
export function readJsonSchema(text: string): Grammar {
	let schema: unknown;
	try {
		schema = JSON.parse(text);
	} catch (cause) {
		throw new EngineError('bad-parameter', refuse('form-json', {detail: (cause as Error).message}), {cause});
	}
	const rules = new Map<string, Node>();
	const fail = (place: string, what: string): never => {
		throw new EngineError('bad-parameter', refuse('form-schema', {place: place || '/', what}));
	};
	let names = 0;
	/** A rule of its own for a node. */
	const named = (node: Node): Node => {
		const name = `#${names++}`;
		rules.set(name, node);
		return rule(name);
	};

	function anything(): Node {
		if (!rules.has('json')) {
			const value = rule('json');
			const pair = sequence(STRING, COLON, value);
			rules.set(
				'json',
				choice(
					STRING,
					NUMBER,
					literal('true'),
					literal('false'),
					literal('null'),
					sequence(literal('{'), optional(sequence(pair, repeat(sequence(COMMA, pair), 0, null))), literal('}')),
					sequence(literal('['), optional(sequence(value, repeat(sequence(COMMA, value), 0, null))), literal(']')),
				),
			);
		}
		return rule('json');
	}

	/** A constant, as JSON without white space; objects and lists may have the usual space. */
	function constant(value: unknown): Node {
		if (Array.isArray(value)) return sequence(literal('['), ...joined(value.map(constant)), literal(']'));
		if (isSchema(value)) {
			const pairs = Object.entries(value).map(([key, one]) =>
				sequence(literal(JSON.stringify(key)), COLON, constant(one)),
			);
			return sequence(literal('{'), ...joined(pairs), literal('}'));
		}
		return literal(JSON.stringify(value));
	}

	function values(schema: unknown, place: string): Node {
		if (schema === true) return anything();
		if (!isSchema(schema)) return fail(place, JSON.stringify(schema) ?? '');
		const keys = Object.keys(schema).filter(key => !ANNOTATIONS.has(key));
		const only = (allowed: readonly string[]) => {
			const other = keys.find(key => !allowed.includes(key));
			if (other) fail(`${place}/${other}`, other);
		};
		if ('$ref' in schema) {
			only(['$ref']);
			return reference(String(schema.$ref), `${place}/$ref`);
		}
		if ('const' in schema) {
			only(['const', 'type']);
			return constant(schema.const);
		}
		if ('enum' in schema) {
			only(['enum', 'type']);
			if (!Array.isArray(schema.enum) || schema.enum.length === 0) return fail(`${place}/enum`, 'enum');
			return choice(...schema.enum.map(constant));
		}
		if ('anyOf' in schema) {
			only(['anyOf']);
			if (!Array.isArray(schema.anyOf) || schema.anyOf.length === 0) return fail(`${place}/anyOf`, 'anyOf');
			return choice(...schema.anyOf.map((one, i) => values(one, `${place}/anyOf/${i}`)));
		}
		const types = [
			schema.type ?? (keys.length === 0 ? 'any' : 'object' in schema ? 'object' : typeByKeywords(keys)),
		].flat() as string[];
		if (types[0] === 'any') return anything();
		only(['type', ...types.flatMap(type => KEYWORDS[type] ?? [])]);
		return types.length === 1
			? ofType(types[0], schema, place)
			: choice(...types.map(type => ofType(type, schema, place)));
	}

	const typeByKeywords = (keys: readonly string[]) =>
		Object.keys(KEYWORDS).find(type => KEYWORDS[type].includes(keys[0])) ?? 'object';

	function ofType(type: string, schema: Schema, place: string): Node {
		switch (type) {
			case 'string':
				return text_(schema, place);
			case 'number':
				return NUMBER;
			case 'integer':
				return INTEGER;
			case 'boolean':
				return choice(literal('true'), literal('false'));
			case 'null':
				return literal('null');
			case 'array':
				return list(schema, place);
			case 'object':
				return object(schema, place);
			default:
				return fail(`${place}/type`, type);
		}
	}

	function count(schema: Schema, key: string, place: string, otherwise: number | null): number | null {
		const value = schema[key];
		if (value === undefined) return otherwise;
		if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MAX_LENGTH)
			return fail(`${place}/${key}`, `${value}`);
		return value as number;
	}

	function bounds(schema: Schema, [least, most]: readonly [string, string], place: string): [number, number | null] {
		const min = count(schema, least, place, 0)!;
		const max = count(schema, most, place, null);
		return max !== null && max < min ? fail(`${place}/${most}`, `${max}`) : [min, max];
	}

	function text_(schema: Schema, place: string): Node {
		const [min, max] = bounds(schema, ['minLength', 'maxLength'], place);
		if (schema.pattern === undefined) return inQuotes(repeat(CHARACTER, min, max));
		const pattern = String(schema.pattern);
		// What JSON would have to escape is not in such a pattern's texts as itself, and a pattern may match anywhere.
		if (!/^\^[^"\\]*\$$/.test(pattern) || /\[\^|\./.test(pattern) || min > 0 || max !== null)
			return fail(`${place}/pattern`, pattern);
		const node = readRegularExpression(pattern);
		return writesEscaped(node) ? fail(`${place}/pattern`, pattern) : inQuotes(node);
	}

	function list(schema: Schema, place: string): Node {
		const [min, max] = bounds(schema, ['minItems', 'maxItems'], place);
		if (max === 0) return literal('[]');
		const item = schema.items === undefined ? anything() : named(values(schema.items, `${place}/items`));
		const more = repeat(sequence(COMMA, item), Math.max(0, min - 1), max === null ? null : max - 1);
		const items = sequence(item, more);
		return sequence(literal('['), min === 0 ? optional(items) : items, literal(']'));
	}

	function object(schema: Schema, place: string): Node {
		const {properties = {}, required = [], additionalProperties = false} = schema;
		if (additionalProperties !== false)
			return fail(`${place}/additionalProperties`, JSON.stringify(additionalProperties));
		if (!isSchema(properties)) return fail(`${place}/properties`, 'properties');
		if (!Array.isArray(required)) return fail(`${place}/required`, 'required');
		const unknown = required.find(name => !Object.hasOwn(properties, name));
		if (unknown !== undefined) return fail(`${place}/required`, String(unknown));
		const pairs = Object.entries(properties).map(([name, value]) => ({
			pair: named(sequence(literal(JSON.stringify(name)), COLON, values(value, `${place}/properties/${name}`))),
			isRequired: required.includes(name),
		}));
		// What may follow a property, where one was written before and where none was.
		let [first, later]: [Node, Node] = [sequence(), sequence()];
		for (const {pair, isRequired} of pairs.reverse()) {
			const [here, after] = [sequence(pair, later), sequence(COMMA, pair, later)];
			[first, later] = isRequired
				? [named(here), named(after)]
				: [named(choice(here, first)), named(choice(after, later))];
		}
		return sequence(literal('{'), first, literal('}'));
	}

	function reference(path: string, place: string): Node {
		if (!path.startsWith('#')) return fail(place, path);
		const name = `$ref ${path}`;
		if (rules.has(name)) return rule(name);
		let target: unknown = schema;
		for (const part of path.slice(1).split('/').filter(Boolean)) {
			const key = decoded(part)?.replaceAll('~1', '/').replaceAll('~0', '~');
			if (key === undefined) return fail(place, path);
			target = isSchema(target) && Object.hasOwn(target, key) ? target[key] : undefined;
		}
		if (target === undefined) return fail(place, path);
		// Its name is known before its rule is written, since it may contain itself.
		rules.set(name, sequence());
		rules.set(name, values(target, path.slice(1)));
		return rule(name);
	}

	return {root: values(schema, ''), rules};
}

/** Whether an expression may write, as itself, what a string has only escaped. */
function writesEscaped(node: Node): boolean {
	if (node.kind === 'byte') {
		return node.ranges.some(([from, to]) => ESCAPED.some(([first, last]) => from <= last && first <= to));
	}
	if (node.kind === 'repeat') return writesEscaped(node.item);
	return node.kind !== 'rule' && node.items.some(writesEscaped);
}

/** A part of a URI's fragment as text; undefined where a % stands for no character. */
function decoded(part: string): string | undefined {
	try {
		return decodeURIComponent(part);
	} catch {
		return undefined;
	}
}

/** With a comma between them. */
const joined = (items: readonly Node[]): Node[] => items.flatMap((item, i) => (i === 0 ? [item] : [COMMA, item]));
