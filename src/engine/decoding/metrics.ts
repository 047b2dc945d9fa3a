import type {TokenChoice} from './continuation.ts';

/** Length of the n-grams whose repetition is counted, as in Welleck et al. 2020. */
const REPETITION_NGRAM = 4;

/** What a continuation's tokens say about it. */
export interface ContinuationMetrics {
	tokenCount: number;
	/** Sum of the tokens' model log-probabilities, in nats. */
	logProb: number;
	/** exp(-logProb / tokenCount), by the model that wrote it; 1 when there are no tokens. */
	perplexity: number;
	/** Share of different n-grams among all, for n = 1, 2, 3. */
	distinct: [number, number, number];
	/** Share of tokens that end a 4-gram seen before. */
	repetition: number;
}

export function metricsOf(tokens: readonly Pick<TokenChoice, 'id' | 'logProb'>[]): ContinuationMetrics {
	const ids = tokens.map(token => token.id);
	const logProb = tokens.reduce((sum, token) => sum + token.logProb, 0);
	return {
		tokenCount: ids.length,
		logProb,
		perplexity: perplexity(logProb, ids.length),
		distinct: [distinct(ids, 1), distinct(ids, 2), distinct(ids, 3)],
		repetition: repetition(ids),
	};
}

/** exp of the mean surprisal in nats: among how many equally probable classes the model chose, on average. */
export const perplexity = (logProb: number, tokenCount: number) =>
	tokenCount === 0 ? 1 : Math.exp(-logProb / tokenCount);

/**
 * distinct-n: different n-grams of a text divided by all its n-grams. Li et al. 2016,
 * https://arxiv.org/abs/1510.03055. 1 when nothing is repeated, and for a text shorter than n.
 */
export function distinct(ids: readonly number[], n: number): number {
	const total = ids.length - n + 1;
	if (total <= 0) return 1;
	const seen = new Set<string>();
	for (let start = 0; start < total; start++) seen.add(ids.slice(start, start + n).join(' '));
	return seen.size / total;
}

/**
 * seq-rep-n: the share of tokens, of those that end an n-gram, whose n-gram occurred before; 1 - distinct-n. Welleck et
 * al. 2020, "Neural Text Generation with Unlikelihood Training", https://arxiv.org/abs/1908.04319. 0 when nothing is
 * repeated.
 */
export const repetition = (ids: readonly number[], n = REPETITION_NGRAM) => 1 - distinct(ids, n);
