/**
 * The merges of byte-pair encoding, found by the ids of their two symbols: a hash table with linear probing, since a vocabulary may have
 * half a million of them, of which a map of strings takes a hundred megabytes.
 */
export class MergeRanks {
	/** The ids of the two symbols of every merge, by its rank. */
	readonly symbols: Int32Array;
	readonly #ids: ReadonlyMap<string, number>;
	/** A rank and 1, or 0 for an empty slot. */
	readonly #slots: Int32Array;
	#size = 0;

	/**
	 * @param symbols of merges in the file's order; of equal ones the last one counts.
	 * @param ids of every token, those of the merges' symbols among them.
	 */
	constructor(symbols: Int32Array, ids: ReadonlyMap<string, number>) {
		this.symbols = symbols;
		this.#ids = ids;
		const count = symbols.length / 2;
		this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
		for (let rank = 0; rank < count; rank++) {
			const slot = this.#slotOf(symbols[2 * rank], symbols[2 * rank + 1]);
			if (this.#slots[slot] === 0) this.#size++;
			this.#slots[slot] = rank + 1;
		}
	}

	/** How many there are. */
	get size(): number {
		return this.#size;
	}

	/** Place of a merge in the list, 0 first; undefined for symbols that never merge. */
	of(left: string, right: string): number | undefined {
		const first = this.#ids.get(left);
		const second = first === undefined ? undefined : this.#ids.get(right);
		if (second === undefined) return undefined;
		const found = this.#slots[this.#slotOf(first!, second)];
		return found === 0 ? undefined : found - 1;
	}

	/** Where a pair is, or would be. */
	#slotOf(left: number, right: number): number {
		const last = this.#slots.length - 1;
		const mixed = Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca77);
		let slot = (mixed ^ (mixed >>> 15)) & last;
		for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
			if (this.symbols[2 * found - 2] === left && this.symbols[2 * found - 1] === right) return slot;
			slot = (slot + 1) & last;
		}
		return slot;
	}
}
