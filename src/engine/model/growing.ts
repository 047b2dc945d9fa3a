import type {Feeds} from './tensors.ts';

/** An input of a graph that grows: what a run gives as `output` is appended to it along `axis`. */
export interface Growth {
	readonly input: string;
	readonly output: string;
	readonly axis: number;
}

/**
 * Inputs of a graph that stay in the runtime's memory from run to run and grow there, as the cache does of a text that is
 * read piece by piece: nothing of them passes through JavaScript. Only the session that made them can look inside.
 */
export interface GrowingInputs {
	readonly growth: readonly Growth[];
}

/** What sessions do with inputs that grow. */
export interface Grower {
	/**
	 * @param begin what the inputs are at first, by name, float32. Never written.
	 * @param room how long they will be along their axes at most. The memory for it is taken at the first run.
	 */
	grow(growth: readonly Growth[], begin: Feeds, room: number): GrowingInputs;
	/**
	 * Hand them to JavaScript, by name. They grow no more, and the session goes on holding them as it holds what went into its
	 * last run.
	 */
	take(growing: GrowingInputs): Feeds;
	/** Give their memory back, not while they are in a run. What was taken or freed stays so. */
	free(growing: GrowingInputs): void;
}

/** How an input lies in memory: lines, one after the other, of `unit` numbers for every step along the axis it grows on. */
export function linesOf(dims: readonly number[], axis: number): {lines: number; unit: number} {
	const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
	return {lines: product(dims.slice(0, axis)), unit: product(dims.slice(axis + 1))};
}

/**
 * Append to every line, in place.
 * @param array begins with `lines` lines of `width` numbers, one after the other, and has room for what is added.
 * @param added as many lines; what is appended to each.
 */
export function appendToLines(array: Float32Array, lines: number, width: number, added: Float32Array): void {
	if (width === 0) {
		array.set(added);
		return;
	}

	const more = added.length / lines;
	// From the last to the first, each to where it overwrites none that is still to be moved.
	for (let i = lines - 1; i >= 0; i--) {
		const to = i * (width + more);
		array.copyWithin(to, i * width, (i + 1) * width);
		array.set(added.subarray(i * more, (i + 1) * more), to + width);
	}
}
