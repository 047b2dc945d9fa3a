import {argmax, logSumExp} from '../math.ts';
import type {Branches, CausalLM, RunOptions} from '../model/causal-lm.ts';

/** Tokens of one run: the logits of all classes are held for each, by both models. */
const CHUNK = 16;

/** Two sums over the tokens of a text, in nats. */
export interface CrossSums {
	/** How many tokens. */
	tokens: number;
	/** Of the log-probabilities that the first model gives the tokens. */
	logProb: number;
	/** Of the cross-entropies between the two models' distributions before them: -Σ p1(class) log p2(class). */
	crossEntropy: number;
}

/**
 * What Binoculars is made of (Hans et al. 2024, "Spotting LLMs With Binoculars", arXiv:2401.12070, equations 2 to 4): the first model's
 * log-perplexity on a text over the cross-entropy of both models on it, -logProb / crossEntropy. A text surprises more the more
 * surprising the place it stands in is; the ratio takes that out.
 * @param begin what both read before the text, at least one token.
 * @param ids the text's; begin and these fit into both contexts.
 */
export async function crossSums(
	first: CausalLM,
	second: CausalLM,
	begin: readonly number[],
	ids: readonly number[],
	options: Pick<RunOptions, 'signal' | 'beforeRun'> = {},
): Promise<CrossSums> {
	const {signal} = options;
	const sums: CrossSums = {tokens: 0, logProb: 0, crossEntropy: 0};
	const add = (own: Float32Array, other: Float32Array, id: number) => {
		const {total, entropy} = crossed(own, other);
		sums.tokens++;
		sums.logProb += own[id] - total;
		sums.crossEntropy += entropy;
	};
	await options.beforeRun?.();
	const prefixes = [await first.prefill(begin, {signal}), await second.prefill(begin, {signal})] as const;
	if (ids.length > 0) add(prefixes[0].logits, prefixes[1].logits, ids[0]);
	let branches: [Branches | null, Branches | null] = [null, null];
	// The last token is predicted, and not read.
	for (let from = 0; from < ids.length - 1; from += CHUNK) {
		const chunk = ids.slice(from, Math.min(from + CHUNK, ids.length - 1));
		await options.beforeRun?.();
		const own = await first.extend(prefixes[0], branches[0], [chunk], {signal, rows: 'all'});
		const other = await second.extend(prefixes[1], branches[1], [chunk], {signal, rows: 'all'});
		branches = [own.branches, other.branches];
		const V = first.config.vocabSize;
		for (let i = 0; i < chunk.length; i++)
			add(own.logits.subarray(i * V, (i + 1) * V), other.logits.subarray(i * V, (i + 1) * V), ids[from + i + 1]);
	}
	return sums;
}

/**
 * Two distributions, by their logits, [V].
 * @returns log-sum-exp of the own ones, and the cross-entropy -Σ softmax(own) log softmax(other), in nats.
 */
export function crossed(own: Float32Array, other: Float32Array): {total: number; entropy: number} {
	const highest = own[argmax(own)];
	let sum = 0;
	let weighted = 0;
	// The exponential is most of the work, so there is one of each class.
	for (let i = 0; i < own.length; i++) {
		const p = Math.exp(own[i] - highest);
		sum += p;
		weighted += p * other[i];
	}
	return {total: highest + Math.log(sum), entropy: logSumExp(other) - weighted / sum};
}
