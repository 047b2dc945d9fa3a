import type {ScoredToken} from '../../protocol/questions/score.ts';
import {surprisalBits, toBits, totalLogProb} from '../../ui/tokens/log-prob.ts';
import {type Band, bandOf} from '../../ui/tokens/rank-bands.ts';
import {BITS_STEPS, bitsStep} from '../../ui/tokens/surprisal-scale.ts';

/** One bar of a histogram. */
export interface Bin {
	/** Lowest value that falls into it. */
	from: number;
	/** Highest value (ranks) or the end that is not in it any more (bits); null when there is none. */
	to: number | null;
	count: number;
}

/** Ranks, by decades within the bands: 1, 2-10, 11-100, 101-1,000, 1,001-10,000, beyond. */
const RANK_LIMITS = [1, 10, 100, 1000, 10_000, null];

export function rankHistogram(tokens: readonly ScoredToken[]): Bin[] {
	const bins = RANK_LIMITS.map((to, i): Bin => ({from: (RANK_LIMITS[i - 1] ?? 0) + 1, to, count: 0}));
	for (const {rank} of tokens) bins.find(({to}) => to === null || rank <= to)!.count += 1;
	return bins;
}

/** Surprisal, one bit a bar: the steps of the colour scale. */
export function bitsHistogram(tokens: readonly ScoredToken[]): Bin[] {
	const bins = Array.from(
		{length: BITS_STEPS},
		(_, step): Bin => ({from: step, to: step === BITS_STEPS - 1 ? null : step + 1, count: 0}),
	);
	for (const token of tokens) bins[bitsStep(surprisalBits(token))].count += 1;
	return bins;
}

/** The band that all ranks of a bin fall into. */
export const binBand = (bin: Bin): Band => bandOf(bin.from);

/** The figures of a passage. Each is over the tokens given, so that it can be shown while more arrive. */
export interface Summary {
	tokens: number;
	/** exp(mean negative log-probability). */
	perplexity: number;
	bitsPerToken: number;
	/** Over the characters (code points) that these tokens cover. */
	bitsPerCharacter: number;
	/** Mean entropy of the distributions, in bits: how surprised the model expected to be. */
	entropyBits: number;
	/** Share of tokens that were the model's first choice. */
	top1: number;
	top10: number;
}

/** @param tokens at least one. */
export function summarise(text: string, tokens: readonly ScoredToken[]): Summary {
	const n = tokens.length;
	const logProb = totalLogProb(tokens);
	const bits = toBits(-logProb);
	const characters = [...text.slice(tokens[0].start, tokens[n - 1].end)].length;
	return {
		tokens: n,
		perplexity: Math.exp(-logProb / n),
		bitsPerToken: bits / n,
		bitsPerCharacter: bits / characters,
		entropyBits: toBits(tokens.reduce((sum, token) => sum + token.entropy, 0) / n),
		top1: tokens.filter(({rank}) => rank === 1).length / n,
		top10: tokens.filter(({rank}) => rank <= 10).length / n,
	};
}
