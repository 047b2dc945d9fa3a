import type {GeneratedToken} from '../../../protocol/engine.ts';
import {totalLogProb} from '../../../ui/tokens/log-prob.ts';

/** Figures that compare continuations of one prompt. */
export interface Metrics {
	/** How many tokens were generated. */
	tokens: number;
	/** Sum of the tokens' log-probabilities under the model's own distribution, in nats. */
	logProb: number;
	/** Mean of the same; null without tokens. */
	logProbPerToken: number | null;
	/** exp of minus the mean log-probability; null without tokens. */
	perplexity: number | null;
	/** Distinct-1, -2 and -3. */
	distinct: readonly [number | null, number | null, number | null];
	/** Share of 4-grams that occurred before in the same continuation: seq-rep-4 of Welleck et al. 2020, https://arxiv.org/abs/1908.04319. */
	repetition: number | null;
	/** Tokens of all continuations per second of decoding; null when no time was measured. */
	tokensPerSecond: number | null;
}

/**
 * The figures of one continuation.
 * @param run how many tokens the whole run decoded, and in how many milliseconds.
 */
export function metricsOf(
	tokens: readonly GeneratedToken[],
	run: {tokens: number; milliseconds: number} | null,
): Metrics {
	const ids = tokens.map(token => token.id);
	const logProb = totalLogProb(tokens);
	const mean = tokens.length === 0 ? null : logProb / tokens.length;
	const distinct4 = distinctN(ids, 4);
	return {
		tokens: tokens.length,
		logProb,
		logProbPerToken: mean,
		perplexity: mean === null ? null : Math.exp(-mean),
		distinct: [distinctN(ids, 1), distinctN(ids, 2), distinctN(ids, 3)],
		repetition: distinct4 === null ? null : 1 - distinct4,
		tokensPerSecond: run === null || run.milliseconds <= 0 ? null : run.tokens / (run.milliseconds / 1000),
	};
}

/** Different n-grams over all n-grams (Li et al. 2016, https://arxiv.org/abs/1510.03055); null where there is none. */
export function distinctN(ids: readonly number[], n: number): number | null {
	const total = ids.length - n + 1;
	if (total < 1) return null;
	return new Set(Array.from({length: total}, (_, at) => ids.slice(at, at + n).join())).size / total;
}

/** A phrase that the end of a text consists of: `period` tokens, `times` times in a row. */
export interface Loop {
	period: number;
	times: number;
}

/** The loop a text ends in, if its last tokens are one phrase at least three times over; the shortest such phrase. */
export function loopOf(ids: readonly number[]): Loop | null {
	for (let period = 1; period * 3 <= ids.length; period++) {
		let repeated = 0;
		while (repeated + period < ids.length && ids.at(-1 - repeated) === ids.at(-1 - repeated - period)) repeated++;
		const times = Math.floor(repeated / period) + 1;
		if (times >= 3) return {period, times};
	}
	return null;
}

/** How many tokens were ranked below `rank` by the model. */
export const countBeyond = (tokens: readonly GeneratedToken[], rank: number) =>
	tokens.filter(token => token.rank > rank).length;
