import type {TokenMeasures} from '../measure/run.ts';

/** The numbers of a token, in the order in which they are packed. */
const NAMES = ['start', 'end', 'rank', 'logProb', 'corrected', 'entropy'] as const satisfies (keyof TokenMeasures)[];

/**
 * Tokens as plain numbers, 48 bytes each: ten thousand texts of a thousand characters stay in memory, and the table can be made
 * again by another unit without the model.
 */
export type Packed = Float64Array;

export function pack(tokens: readonly TokenMeasures[]): Packed {
	const packed = new Float64Array(tokens.length * NAMES.length);
	for (const [i, token] of tokens.entries())
		for (const [j, name] of NAMES.entries()) packed[i * NAMES.length + j] = token[name];
	return packed;
}

export const unpack = (packed: Packed): TokenMeasures[] =>
	Array.from(
		{length: packed.length / NAMES.length},
		(_, i) =>
			Object.fromEntries(NAMES.map((name, j) => [name, packed[i * NAMES.length + j]])) as unknown as TokenMeasures,
	);
