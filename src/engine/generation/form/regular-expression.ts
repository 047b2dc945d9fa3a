import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {characters, complement, type Range} from './characters.ts';
import {checkDepth} from './nesting.ts';
import {choice, EMPTY, literal, type Node, repeat, sequence} from './node.ts';

/** The most that a count in braces may say. */
const MAX_COUNT = 1000;

const WORD: Range[] = [
	[48, 57],
	[65, 90],
	[95, 95],
	[97, 122],
];
const SPACE: Range[] = [
	[9, 13],
	[32, 32],
	[0xa0, 0xa0],
	[0x1680, 0x1680],
	[0x2000, 0x200a],
	[0x2028, 0x2029],
	[0x202f, 0x202f],
	[0x205f, 0x205f],
	[0x3000, 0x3000],
	[0xfeff, 0xfeff],
];
const DIGIT: Range[] = [[48, 57]];
const LINE_ENDS: Range[] = [
	[10, 10],
	[13, 13],
	[0x2028, 0x2029],
];
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
	d: DIGIT,
	D: complement(DIGIT),
	w: WORD,
	W: complement(WORD),
	s: SPACE,
	S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = {n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0};

/**
 * A regular expression in JavaScript's notation, with the flag `u`, that the whole text must match. Alternatives, groups,
 * classes, `.`, escapes and repetitions have their meaning; what looks around, back or at a boundary is no regular form and is
 * refused by name. A lazy repetition allows the same texts as a greedy one.
 * @throws EngineError `bad-parameter` that names the place.
 */
export function readRegularExpression(pattern: string): Node {
	const signs = [...pattern];
	let at = 0;
	let depth = 0;

	const fail = (what: string): never => {
		throw new EngineError('bad-parameter', refuse('form-expression', {place: at + 1, what}));
	};
	const take = (sign: string) => signs[at] === sign && ++at > 0;

	function alternatives(): Node {
		const items = [terms()];
		while (take('|')) items.push(terms());
		return items.length === 1 ? items[0] : choice(...items);
	}

	function terms(): Node {
		const items: Node[] = [];
		while (at < signs.length && signs[at] !== '|' && signs[at] !== ')') items.push(repeated(atom()));
		return items.length === 1 ? items[0] : sequence(...items);
	}

	function repeated(item: Node): Node {
		let result = item;
		const begun = at;
		if (take('*')) result = repeat(item, 0, null);
		else if (take('+')) result = repeat(item, 1, null);
		else if (take('?')) result = repeat(item, 0, 1);
		else if (signs[at] === '{') {
			const counts = /^\{(\d+)(,(\d*))?\}/.exec(signs.slice(at, at + 20).join(''));
			if (!counts) return fail('{');
			const min = Number(counts[1]);
			const max = counts[2] === undefined ? min : counts[3] === '' ? null : Number(counts[3]);
			if (min > MAX_COUNT || (max ?? 0) > MAX_COUNT || (max !== null && max < min)) return fail(counts[0]);
			at += counts[0].length;
			result = repeat(item, min, max);
		}
		if (at > begun) take('?');
		if (at > begun && /[*+?{]/.test(signs[at] ?? '')) fail(signs[at]);
		return result;
	}

	function atom(): Node {
		const sign = signs[at];
		switch (sign) {
			case '(':
				return group();
			case '[':
				at++;
				return characters(set());
			case '.':
				at++;
				return characters(complement(LINE_ENDS));
			case '^':
				// The whole text is matched anyway.
				if (at === 0) {
					at++;
					return EMPTY;
				}
				return fail('^');
			case '$':
				if (at === signs.length - 1) {
					at++;
					return EMPTY;
				}
				return fail('$');
			case '\\':
				return characters(escaped());
			case '*':
			case '+':
			case '?':
			case '{':
			case '}':
			case ']':
				return fail(sign);
			default:
				at++;
				return literal(sign);
		}
	}

	function group(): Node {
		const opened = at++;
		if (take('?')) {
			const name = /^<[A-Za-z_]\w*>/.exec(signs.slice(at).join(''));
			if (name) at += name[0].length;
			else if (!take(':')) {
				at = opened;
				return fail(signs.slice(opened, opened + 3).join(''));
			}
		}
		checkDepth(++depth);
		const inner = alternatives();
		depth--;
		if (!take(')')) {
			at = opened;
			return fail('(');
		}
		return inner;
	}

	function set(): Range[] {
		const opened = at - 1;
		const isNot = take('^');
		const ranges: Range[] = [];
		while (signs[at] !== ']') {
			if (at >= signs.length) {
				at = opened;
				return fail('[');
			}
			const from = member();
			if (signs[at] === '-' && signs[at + 1] !== ']' && at + 1 < signs.length) {
				const dash = at++;
				const to = member();
				if (
					from.length !== 1 ||
					to.length !== 1 ||
					from[0][0] !== from[0][1] ||
					to[0][0] !== to[0][1] ||
					to[0][0] < from[0][0]
				) {
					at = dash;
					return fail('-');
				}
				ranges.push([from[0][0], to[0][0]]);
			} else ranges.push(...from);
		}
		at++;
		return isNot ? complement(ranges) : ranges;
	}

	function member(): readonly Range[] {
		if (signs[at] === '\\') return escaped(true);
		const code = signs[at++].codePointAt(0)!;
		return [[code, code]];
	}

	function escaped(inSet = false): readonly Range[] {
		const begun = at++;
		const sign = signs[at++];
		if (sign === undefined) {
			at = begun;
			return fail('\\');
		}
		if (CLASSES[sign]) return CLASSES[sign];
		const one = (code: number): Range[] => [[code, code]];
		if (inSet && sign === 'b') return one(8);
		if (Object.hasOwn(CONTROLS, sign)) return one(CONTROLS[sign]);
		// Two halves of a character beside each other are that character.
		const pair = /^u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/i.exec(signs.slice(at - 1, at + 10).join(''));
		if (pair) {
			at += pair[0].length - 1;
			const halves = pair.slice(1).map(half => Number.parseInt(half, 16));
			return one(String.fromCharCode(...halves).codePointAt(0)!);
		}
		const hex = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\})/.exec(
			signs.slice(at - 1, at + 9).join(''),
		);
		const code = hex && Number.parseInt(hex[1] ?? hex[2] ?? hex[3], 16);
		if (hex && code !== null && code <= 0x10_ffff) {
			at += hex[0].length - 1;
			return one(code);
		}
		if (/[\dA-Za-z]/.test(sign)) {
			at = begun;
			return fail(`\\${sign}`);
		}
		return one(sign.codePointAt(0)!);
	}

	const root = alternatives();
	if (at < signs.length) fail(signs[at]);
	return root;
}
