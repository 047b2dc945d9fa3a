import {choice, literal, type Node, optional, repeat, sequence} from './node.ts';
import {readRegularExpression} from './regular-expression.ts';

/** JSON as it is written here: a space at most after a comma and a colon, and no white space else. */

const SPACE = optional(literal(' '));
export const COMMA = sequence(literal(','), SPACE);
export const COLON = sequence(literal(':'), SPACE);
export const INTEGER = readRegularExpression('-?(?:0|[1-9]\\d*)');
export const NUMBER = readRegularExpression('-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+\\-]?\\d+)?');
const HEX = '[\\da-fA-F]';
/** A code unit that is a character by itself, or the two halves of one: a string's length counts characters. */
const CODE = `(?:[\\da-cefA-CEF]${HEX}{3}|[dD][0-7]${HEX}{2}|[dD][89abAB]${HEX}{2}\\\\u[dD][c-fC-F]${HEX}{2})`;
/** A character of a string: as itself, or escaped. */
export const CHARACTER = readRegularExpression(`[^\\x00-\\x1f"\\\\]|\\\\(?:["\\\\/bfnrt]|u${CODE})`);
export const inQuotes = (node: Node) => sequence(literal('"'), node, literal('"'));
const STRING = inQuotes(repeat(CHARACTER, 0, null));

/** Any value. @param value what stands for any value within it. */
export function anyValue(value: Node): Node {
	const pair = sequence(STRING, COLON, value);
	const listed = (item: Node) => optional(sequence(item, repeat(sequence(COMMA, item), 0, null)));
	return choice(
		STRING,
		NUMBER,
		...['true', 'false', 'null'].map(literal),
		sequence(literal('{'), listed(pair), literal('}')),
		sequence(literal('['), listed(value), literal(']')),
	);
}

/** One value. */
export function constant(value: unknown): Node {
	if (typeof value !== 'object' || value === null) return literal(JSON.stringify(value));
	if (Array.isArray(value)) return sequence(literal('['), ...joined(value.map(constant)), literal(']'));
	const pairs = Object.entries(value).map(([key, one]) => sequence(literal(JSON.stringify(key)), COLON, constant(one)));
	return sequence(literal('{'), ...joined(pairs), literal('}'));
}

/** With a comma between them. */
const joined = (items: readonly Node[]): Node[] => items.flatMap((item, i) => (i === 0 ? [item] : [COMMA, item]));

/** What a string has only escaped. */
const ESCAPED = [
	[0, 31],
	[34, 34],
	[92, 92],
] as const;

/** Whether a form may write, as itself, what a string has only escaped. */
export function writesEscaped(node: Node): boolean {
	if (node.kind === 'byte') {
		return node.ranges.some(([from, to]) => ESCAPED.some(([first, last]) => from <= last && first <= to));
	}
	if (node.kind === 'repeat') return writesEscaped(node.item);
	return node.kind !== 'rule' && node.items.some(writesEscaped);
}

/** How many brackets of a value are open at once, at most. */
export function depthOf(value: unknown): number {
	let depth = 0;
	for (let open = [value]; open.length > 0; depth++) {
		open = open.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []));
	}
	return depth - 1;
}
