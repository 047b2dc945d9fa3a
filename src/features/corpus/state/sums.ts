import type {Result} from './results.ts';

/** All texts together, as if they were one: long ones count for more. */
export interface Sums {
	texts: number;
	tokens: number;
	bitsPerToken: number;
	bitsPerCharacter: number;
	perplexity: number;
}

/** Null where no text has been measured. By the tokens as they are. */
export function sumsOf(results: readonly Result[]): Sums | null {
	const measured = results.flatMap(({totals}) => totals ?? []);
	if (measured.length === 0) return null;
	const sum = (of: (one: (typeof measured)[number]) => number) => measured.reduce((total, one) => total + of(one), 0);
	const [bits, tokens, characters] = [sum(one => one.plainBits), sum(one => one.tokens), sum(one => one.characters)];
	return {
		texts: measured.length,
		tokens,
		bitsPerToken: bits / tokens,
		bitsPerCharacter: bits / characters,
		perplexity: 2 ** (bits / tokens),
	};
}
