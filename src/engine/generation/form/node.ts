/** A form as a tree over bytes: what the readers of choices, expressions, schemas and grammars make, and the automaton runs. */
export type Node =
	/** One byte of these ranges, ascending. */
	| {readonly kind: 'byte'; readonly ranges: readonly (readonly [from: number, to: number])[]}
	| {readonly kind: 'sequence'; readonly items: readonly Node[]}
	/** One of these; nothing can be written where there are none. */
	| {readonly kind: 'choice'; readonly items: readonly Node[]}
	/** `max` null: without end. */
	| {readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number | null}
	| {readonly kind: 'rule'; readonly name: string};

/** A form: its rules by name, and where it begins. */
export interface Grammar {
	readonly root: Node;
	readonly rules: ReadonlyMap<string, Node>;
}

export const sequence = (...items: readonly Node[]): Node => ({kind: 'sequence', items});
export const choice = (...items: readonly Node[]): Node => ({kind: 'choice', items});
export const repeat = (item: Node, min: number, max: number | null): Node => ({kind: 'repeat', item, min, max});
export const optional = (item: Node): Node => repeat(item, 0, 1);
export const rule = (name: string): Node => ({kind: 'rule', name});
/** The empty text. */
export const EMPTY: Node = sequence();

/** A text, byte for byte. */
export const literal = (text: string): Node =>
	sequence(...Array.from(new TextEncoder().encode(text), (byte): Node => ({kind: 'byte', ranges: [[byte, byte]]})));
