import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {
	anyValue,
	CHARACTER,
	COLON,
	COMMA,
	constant,
	depthOf,
	INTEGER,
	inQuotes,
	NUMBER,
	writesEscaped,
} from './json-text.ts';
import {checkDepth} from './nesting.ts';
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
	'readOnly',
	'writeOnly',
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

function typesOfValue(value: unknown): readonly string[] {
	if (value === null) return ['null'];
	if (Array.isArray(value)) return ['array'];
	return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A JSON Schema as a grammar of the JSON texts that it allows. Properties are written in the order in which the schema names
 * them, and no others; after a comma and a colon there may be a space, and no white space else. A keyword of one type means
 * that type where none is named. Every keyword that is not kept exactly is refused by name: nothing is passed over.
 * @throws EngineError `bad-parameter` that names the place.
 */
export function readJsonSchema(text: string): Grammar {
	let schema: unknown;
	try {
		schema = JSON.parse(text);
	} catch (cause) {
		throw new EngineError('bad-parameter', refuse('form-json', {detail: (cause as Error).message}), {cause});
	}
	checkDepth(depthOf(schema));
	const rules = new Map<string, Node>();
	/** Rules whose names are known and whose values are still to be read: a schema may contain itself. */
	const open: (() => void)[] = [];
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
		if (!rules.has('json')) rules.set('json', anyValue(rule('json')));
		return rule('json');
	}

	function values(schema: unknown, place: string): Node {
		if (schema === true) return anything();
		if (!isSchema(schema)) return fail(place, JSON.stringify(schema) ?? '');
		const keys = Object.keys(schema).filter(key => !ANNOTATIONS.has(key));
		const only = (allowed: readonly string[]) => {
			const other = keys.find(key => !allowed.includes(key));
			if (other) fail(`${place}/${other}`, other);
		};
		// It would be another base for the references within.
		if (place !== '' && '$id' in schema) return fail(`${place}/$id`, '$id');
		if ('$ref' in schema) {
			only(['$ref']);
			return reference(String(schema.$ref), `${place}/$ref`);
		}
		const types = typesOf(schema, place);
		if ('const' in schema || 'enum' in schema) {
			const which = 'const' in schema ? 'const' : 'enum';
			only([which, 'type']);
			const listed = which === 'const' ? [schema.const] : schema.enum;
			if (!Array.isArray(listed) || listed.length === 0) return fail(`${place}/enum`, 'enum');
			const left = types ? listed.filter(value => typesOfValue(value).some(type => types.includes(type))) : listed;
			if (left.length === 0)
				throw new EngineError('bad-parameter', refuse('form-schema-nothing', {place: `${place}/${which}`}));
			return choice(...left.map(constant));
		}
		if ('anyOf' in schema) {
			only(['anyOf']);
			if (!Array.isArray(schema.anyOf) || schema.anyOf.length === 0) return fail(`${place}/anyOf`, 'anyOf');
			return choice(...schema.anyOf.map((one, i) => values(one, `${place}/anyOf/${i}`)));
		}
		if (keys.length === 0) return anything();
		const possible = types ?? [typeByKeywords(keys)];
		only(['type', ...possible.flatMap(type => KEYWORDS[type])]);
		return choice(...possible.map(type => ofType(type, schema, place)));
	}

	/** The types that a schema names; null where it names none. */
	function typesOf({type}: Schema, place: string): readonly string[] | null {
		if (type === undefined) return null;
		const types = [type].flat();
		const other = types.find(one => typeof one !== 'string' || !Object.hasOwn(KEYWORDS, one));
		if (types.length > 0 && other === undefined) return types as string[];
		return fail(`${place}/type`, typeof other === 'string' ? other : JSON.stringify(type));
	}

	/** The type that a keyword of one type means where none is named. */
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
			default:
				return object(schema, place);
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
		// In `^a|b$`, each alternative is bound at one end only.
		return node.kind === 'choice' || writesEscaped(node) ? fail(`${place}/pattern`, pattern) : inQuotes(node);
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
		const unknown = required.find(name => typeof name !== 'string' || !Object.hasOwn(properties, name));
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
		if (path !== '#' && !path.startsWith('#/')) return fail(place, path);
		const name = `$ref ${path}`;
		if (rules.has(name)) return rule(name);
		let target: unknown = schema;
		for (const part of path.split('/').slice(1)) {
			const key = decoded(part)?.replaceAll('~1', '/').replaceAll('~0', '~');
			if (key === undefined) return fail(place, path);
			target = isSchema(target) && Object.hasOwn(target, key) ? target[key] : undefined;
		}
		if (target === undefined) return fail(place, path);
		rules.set(name, sequence());
		open.push(() => rules.set(name, values(target, path.slice(1))));
		return rule(name);
	}

	const root = values(schema, '');
	for (let next = open.pop(); next; next = open.pop()) next();
	return {root, rules};
}

/** A part of a URI's fragment as text; undefined where a % stands for no character. */
function decoded(part: string): string | undefined {
	try {
		return decodeURIComponent(part);
	} catch {
		return undefined;
	}
}
