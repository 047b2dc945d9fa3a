import {logSumExp} from '../math/math.ts';
import type {CausalLM, Prefix, RunOptions} from '../model/causal-lm.ts';

/** Continuations per run: each takes 4 bytes a class and token while its logits are read. */
const BATCH = 8;

/**
 * Natural-log probability of every token of some continuations after a prompt: the same as scoring each text whole. The
 * prompt is read once, however many continuations there are.
 * @param continuations token ids, at least one each.
 * @returns for each continuation, its tokens' log-probabilities.
 */
export async function continuationScores(
	lm: CausalLM,
	prefix: Prefix,
	continuations: readonly (readonly number[])[],
	options: Pick<RunOptions, 'signal'> = {},
): Promise<number[][]> {
	const first = logSumExp(prefix.logits);
	const scores = continuations.map(ids => [prefix.logits[ids[0]] - first]);
	// The last token is only predicted, never read. Continuations of one length are read together.
	for (const length of new Set(continuations.map(ids => ids.length))) {
		if (length === 1) continue;
		const members = [...continuations.keys()].filter(i => continuations[i].length === length);
		for (let from = 0; from < members.length; from += BATCH) {
			const batch = members.slice(from, from + BATCH);
			const read = batch.map(i => continuations[i].slice(0, -1));
			const {logits} = await lm.extend(prefix, null, read, {...options, rows: 'all'});
			const V = lm.config.vocabSize;
			for (const [b, i] of batch.entries()) {
				for (let t = 1; t < length; t++) {
					const at = (b * (length - 1) + t - 1) * V;
					const row = logits.subarray(at, at + V);
					scores[i].push(row[continuations[i][t]] - logSumExp(row));
				}
			}
		}
	}

	return scores;
}

/** Log-probability of a whole continuation, from those of its tokens. */
export const sumOfLogProbs = (logProbs: readonly number[]): number =>
	logProbs.reduce((sum, logProb) => sum + logProb, 0);
