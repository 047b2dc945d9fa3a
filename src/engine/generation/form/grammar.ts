import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {characters, complement, type Range} from './characters.ts';
import {checkDepth} from './nesting.ts';
import {choice, type Grammar, literal, type Node, repeat, rule, sequence} from './node.ts';

const MAX_COUNT = 1000;
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t'};

/**
 * A grammar in the notation that llama.cpp and XGrammar share: `root ::= "a" other* | [0-9]+`, a rule a line or more, `#` for a
 * comment. Texts stand in quotation marks, sets of characters in brackets, and `* + ? {2,5}` repeat. It begins with `root`.
 * @throws EngineError `bad-parameter` that names line and column.
 */
export function readGrammar(text: string): Grammar {
	const signs = [...text];
	let at = 0;
	let depth = 0;

	const fail = (what: string, place = at): never => {
		const before = signs.slice(0, place).join('').split('\n');
		const line = before.length;
		throw new EngineError(
			'bad-parameter',
			refuse('form-grammar', {line, column: [...before[line - 1]].length + 1, what}),
		);
	};
	const rest = () => signs.slice(at, at + 80).join('');
	const blank = () => {
		for (let match = /^(?:\s+|#[^\n]*)/u.exec(rest()); match; match = /^(?:\s+|#[^\n]*)/u.exec(rest())) {
			at += [...match[0]].length;
		}
	};
	const take = (sign: string) => {
		blank();
		return signs[at] === sign && ++at > 0;
	};
	const nameHere = () => {
		blank();
		return /^[A-Za-z_][\w-]*/.exec(rest())?.[0] ?? null;
	};
	/** Whether a new rule begins here. */
	const isDefinition = () => /^[A-Za-z_][\w-]*\s*::=/.test(rest());

	function alternatives(): Node {
		const items = [terms()];
		while (take('|')) items.push(terms());
		return items.length === 1 ? items[0] : choice(...items);
	}

	function terms(): Node {
		const items: Node[] = [];
		for (blank(); at < signs.length && !/[|)]/.test(signs[at]) && !isDefinition(); blank())
			items.push(repeated(term()));
		return items.length === 1 ? items[0] : sequence(...items);
	}

	function repeated(item: Node): Node {
		if (take('*')) return repeat(item, 0, null);
		if (take('+')) return repeat(item, 1, null);
		if (take('?')) return repeat(item, 0, 1);
		const counts = /^\{\s*(\d+)\s*(,\s*(\d*)\s*)?\}/.exec(rest());
		if (!counts) return item;
		const min = Number(counts[1]);
		const max = counts[2] === undefined ? min : counts[3] === '' ? null : Number(counts[3]);
		if (min > MAX_COUNT || (max ?? 0) > MAX_COUNT || (max !== null && max < min)) return fail(counts[0]);
		at += counts[0].length;
		return repeat(item, min, max);
	}

	function term(): Node {
		const begun = at;
		if (take('"')) return literal(quoted(begun));
		if (take('[')) return characters(set(begun));
		if (take('(')) {
			checkDepth(++depth);
			const inner = alternatives();
			depth--;
			return take(')') ? inner : fail('(', begun);
		}
		const name = nameHere();
		if (!name) return fail(signs[at]);
		at += name.length;
		return rule(name);
	}

	function quoted(begun: number): string {
		let result = '';
		while (signs[at] !== '"') {
			if (at >= signs.length) return fail('"', begun);
			result += String.fromCodePoint(sign());
		}
		at++;
		return result;
	}

	function set(begun: number): Range[] {
		const isNot = signs[at] === '^' && ++at > 0;
		const ranges: Range[] = [];
		while (signs[at] !== ']') {
			if (at >= signs.length) return fail('[', begun);
			const from = sign();
			const isRange = signs[at] === '-' && signs[at + 1] !== ']' && ++at > 0;
			const to = isRange ? sign() : from;
			if (to < from) return fail('-');
			ranges.push([from, to]);
		}
		at++;
		return isNot ? complement(ranges) : ranges;
	}

	/** The code point of a character, or of an escape. */
	function sign(): number {
		if (signs[at] !== '\\') return signs[at++].codePointAt(0)!;
		const begun = at++;
		const hex = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8}))/.exec(rest());
		if (hex) {
			at += hex[0].length;
			const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3], 16);
			return code <= 0x10_ffff ? code : fail(`\\${hex[0]}`, begun);
		}
		const next = signs[at++];
		if (next === undefined || (/[\dA-Za-z]/.test(next) && !ESCAPES[next])) return fail(`\\${next ?? ''}`, begun);
		return (ESCAPES[next] ?? next).codePointAt(0)!;
	}

	const rules = new Map<string, Node>();
	for (blank(); at < signs.length; blank()) {
		const begun = at;
		const name = nameHere();
		if (!name || !isDefinition()) return fail(signs[at]);
		if (rules.has(name)) return fail(name, begun);
		at += name.length;
		blank();
		at += 3;
		rules.set(name, alternatives());
		blank();
		if (at < signs.length && !isDefinition()) return fail(signs[at]);
	}
	return {root: rule('root'), rules};
}
