import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {firstRules, nullableRules} from './first-rules.ts';
import type {Grammar, Node} from './node.ts';

/** The largest form: states of its network. */
const MAX_STATES = 200_000;
/** How many more rules may wait for their ends at once than every text of the form needs: what is nested deeper is not followed. */
const MAX_DEPTH = 200;
/** How many places may be possible at once, and how many sets of places are kept. */
const MAX_PLACES = 2000;
const MAX_KEPT = 20_000;

/** A state of the network: where it goes without a byte, by a byte, or through a rule. */
interface State {
	readonly skips: number[];
	readonly bytes: {readonly from: number; readonly to: number; readonly next: number}[];
	/** A rule that is written before `next`. */
	call: {readonly name: string; readonly next: number} | null;
}

/** Rules that wait for the end of another, the innermost first. Equal stacks are the same object. */
interface Stack {
	readonly id: number;
	readonly next: number;
	readonly rest: Stack | null;
	readonly depth: number;
}

/** A place: the next byte is one of this state's, and after the state's rule the stack goes on. */
interface Place {
	readonly state: number;
	readonly stack: Stack | null;
}

/** All places that a text may be at. */
interface Places {
	readonly places: readonly Place[];
	/** Whether the form may be complete here. */
	readonly isComplete: boolean;
	/** Where each byte leads: undefined where it was not looked at yet, null where it leads nowhere. */
	readonly after: (Places | null | undefined)[];
	readonly id: number;
}

export type {Places};

/**
 * A form as a machine that reads bytes: a network of states for every rule (Thompson 1968), and sets of places in it with
 * the rules that wait for their ends. For a form without recursive rules that is a deterministic automaton, built as far as
 * texts need it; with them, a pushdown automaton that follows all possibilities at once, as llama.cpp's grammars do. A byte
 * is possible only where the form can be completed after it.
 */
export class Automaton {
	readonly #states: State[] = [];
	/** Where each rule begins and ends; the root is the empty name. */
	readonly #rules = new Map<string, {start: number; end: number}>();
	readonly #stacks = new Map<string, Stack>();
	#kept = new Map<string, Places>();
	#sets = 0;
	/** How many more rules must wait at once before each state's rule is completed; infinitely many where it never is. */
	#needed: Float64Array = new Float64Array(0);
	/** How many may wait at once. */
	readonly #deepest: number;
	readonly #ends: ReadonlySet<number>;
	readonly start: Places;

	/** @throws EngineError `bad-parameter` for rules that are missing or begin with themselves, for a form that is too large or that no text fills. */
	constructor({root, rules}: Grammar) {
		for (const [name, node] of [['', root] as const, ...rules]) this.#rules.set(name, this.#fragment(node));
		this.#ends = new Set(Array.from(this.#rules.values(), ({end}) => end));
		this.#checkRules(rules);
		this.#needed = this.#depths();
		const first = this.#rules.get('')!.start;
		this.#deepest = this.#needed[first] + MAX_DEPTH;
		if (this.#deepest === Infinity) throw new EngineError('bad-parameter', refuse('form-impossible'));
		this.start = this.#closed([{state: first, stack: null}]);
	}

	/** The places after one more byte; null where the form does not allow it. */
	after(places: Places, byte: number): Places | null {
		const known = places.after[byte];
		if (known !== undefined) return known;
		const next: Place[] = [];
		for (const {state, stack} of places.places) {
			for (const edge of this.#states[state].bytes) {
				if (edge.from <= byte && byte <= edge.to && this.#fits(edge.next, stack)) next.push({state: edge.next, stack});
			}
		}
		const found = next.length === 0 ? null : this.#closed(next);
		places.after[byte] = found;
		return found;
	}

	#state(): number {
		if (this.#states.length >= MAX_STATES)
			throw new EngineError('bad-parameter', refuse('form-large', {most: MAX_STATES}));
		return this.#states.push({skips: [], bytes: [], call: null}) - 1;
	}

	#fragment(node: Node): {start: number; end: number} {
		const start = this.#state();
		return {start, end: this.#write(node, start)};
	}

	/** Lay a node out from a state on. @returns the state after it. */
	#write(node: Node, from: number): number {
		switch (node.kind) {
			case 'byte': {
				const next = this.#state();
				for (const [first, last] of node.ranges) this.#states[from].bytes.push({from: first, to: last, next});
				return next;
			}
			case 'sequence':
				return node.items.reduce((at, item) => this.#write(item, at), from);
			case 'choice': {
				const end = this.#state();
				for (const item of node.items) {
					const start = this.#state();
					this.#states[from].skips.push(start);
					this.#states[this.#write(item, start)].skips.push(end);
				}
				return end;
			}
			case 'rule': {
				const [call, next] = [this.#state(), this.#state()];
				this.#states[from].skips.push(call);
				this.#states[call].call = {name: node.name, next};
				return next;
			}
			case 'repeat': {
				let at = from;
				for (let i = 0; i < node.min; i++) at = this.#write(node.item, at);
				const end = this.#state();
				if (node.max === null) {
					const again = this.#state();
					this.#states[at].skips.push(again);
					this.#states[again].skips.push(end);
					this.#states[this.#write(node.item, again)].skips.push(again);
				} else {
					for (let i = node.min; i < node.max; i++) {
						this.#states[at].skips.push(end);
						at = this.#write(node.item, at);
					}
					this.#states[at].skips.push(end);
				}
				return end;
			}
		}
	}

	/** Every rule is there, and none begins with itself. */
	#checkRules(rules: ReadonlyMap<string, Node>): void {
		const begins = new Map<string, Set<string>>();
		const nullable = nullableRules(rules);
		for (const [name, node] of rules) begins.set(name, new Set(firstRules(node, nullable)));
		for (const {call} of this.#states) {
			if (call && !this.#rules.has(call.name)) {
				throw new EngineError('bad-parameter', refuse('form-rule-missing', {name: call.name}));
			}
		}
		for (const name of rules.keys()) {
			const seen = new Set<string>();
			const open = [...(begins.get(name) ?? [])];
			for (let next = open.pop(); next !== undefined; next = open.pop()) {
				if (next === name) throw new EngineError('bad-parameter', refuse('form-left-recursion', {name}));
				if (seen.has(next)) continue;
				seen.add(next);
				open.push(...(begins.get(next) ?? []));
			}
		}
	}

	/** How deep each state's rule must go at least to come to its end, rules within included. */
	#depths(): Float64Array {
		const needed = new Float64Array(this.#states.length).fill(Infinity);
		for (const end of this.#ends) needed[end] = 0;
		for (let changed = true; changed; ) {
			changed = false;
			for (let i = this.#states.length - 1; i >= 0; i--) {
				const {skips, bytes, call} = this.#states[i];
				let least = needed[i];
				for (const next of skips) least = Math.min(least, needed[next]);
				for (const {next} of bytes) least = Math.min(least, needed[next]);
				if (call) {
					const within = needed[this.#rules.get(call.name)!.start] + (this.#isLast(call.next) ? 0 : 1);
					least = Math.min(least, Math.max(within, needed[call.next]));
				}
				if (least === needed[i]) continue;
				needed[i] = least;
				changed = true;
			}
		}
		return needed;
	}

	/** Whether the form can be completed from a state, within the depth that is followed. */
	#fits(state: number, stack: Stack | null): boolean {
		return (stack?.depth ?? 0) + this.#needed[state] <= this.#deepest;
	}

	/** All places that these lead to without a byte. */
	#closed(from: readonly Place[]): Places {
		const seen = new Set<string>();
		const found: Place[] = [];
		let isComplete = false;
		const open = [...from];
		const add = (state: number, stack: Stack | null) => {
			if (this.#fits(state, stack)) open.push({state, stack});
		};
		for (let place = open.pop(); place; place = open.pop()) {
			const {state, stack} = place;
			const key = `${state}.${stack?.id ?? ''}`;
			if (seen.has(key)) continue;
			seen.add(key);
			if (seen.size > MAX_PLACES) throw new EngineError('bad-parameter', refuse('form-ambiguous', {most: MAX_PLACES}));
			const {skips, bytes, call} = this.#states[state];
			if (bytes.length > 0) found.push(place);
			for (const next of skips) add(next, stack);
			if (call && this.#fits(call.next, stack)) {
				add(this.#rules.get(call.name)!.start, this.#push(call.next, stack));
			}
			if (this.#isEnd(state)) {
				if (stack) add(stack.next, stack.rest);
				else isComplete = true;
			}
		}
		return this.#keep(found, isComplete);
	}

	#isEnd(state: number): boolean {
		return this.#ends.has(state);
	}

	/** Whether nothing of its rule comes after this state: there is nothing to come back to, and a list may be of any length. */
	#isLast(state: number): boolean {
		const {skips, bytes, call} = this.#states[state];
		if (bytes.length > 0 || call) return false;
		return this.#isEnd(state) ? skips.length === 0 : skips.length === 1 && this.#isLast(skips[0]);
	}

	#push(next: number, rest: Stack | null): Stack | null {
		if (this.#isLast(next)) return rest;
		const key = `${next}.${rest?.id ?? ''}`;
		const known = this.#stacks.get(key);
		if (known) return known;
		const stack = {id: this.#stacks.size, next, rest, depth: (rest?.depth ?? 0) + 1};
		this.#stacks.set(key, stack);
		return stack;
	}

	#keep(places: readonly Place[], isComplete: boolean): Places {
		const keys = places.map(({state, stack}) => `${state}.${stack?.id ?? ''}`).sort();
		const key = `${isComplete ? '!' : ''}${keys.join(' ')}`;
		const known = this.#kept.get(key);
		if (known) return known;
		if (this.#kept.size >= MAX_KEPT) this.#kept = new Map();
		const kept: Places = {places, isComplete, after: new Array(256), id: this.#sets++};
		this.#kept.set(key, kept);
		return kept;
	}
}
