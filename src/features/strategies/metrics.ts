import type {GenerateAnswer, GeneratedToken} from '../../protocol/questions/generate.ts';
import {totalLogProb} from '../../ui/tokens/log-prob.ts';

/** Figures that compare continuations of one prompt; null where a text is too short for one. */
export function metricsOf(tokens: readonly GeneratedToken[]) {
	const ids = tokens.map(token => token.id);
	/** Under the model's own distribution, in nats. */
	const logProb = totalLogProb(tokens);
	const logProbPerToken = tokens.length === 0 ? null : logProb / tokens.length;
	const distinct4 = distinctN(ids, 4);
	return {
		logProb,
		logProbPerToken,
		perplexity: logProbPerToken === null ? null : Math.exp(-logProbPerToken),
		/** Distinct-1, -2 and -3. */
		distinct: [1, 2, 3].map(n => distinctN(ids, n)),
		/** Share of 4-grams that occurred before: seq-rep-4 of Welleck et al. 2020, https://arxiv.org/abs/1908.04319. */
		repetition: distinct4 === null ? null : 1 - distinct4,
	};
}
export type Metrics = ReturnType<typeof metricsOf>;

/** Tokens of all continuations per second of decoding; null when no time was measured. */
export function tokensPerSecond({continuations, decodeMilliseconds}: GenerateAnswer): number | null {
	const tokens = continuations.reduce((sum, {tokens}) => sum + tokens.length, 0);
	return decodeMilliseconds > 0 ? tokens / (decodeMilliseconds / 1000) : null;
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
