import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {CausalLM, ScoreOptions, WindowScores} from '../model/causal-lm.ts';

/** Scores of consecutive tokens of a passage. */
export interface ScoredTokens {
	/** Index of the first in the passage. */
	first: number;
	scores: WindowScores;
}

/** Totals over a passage. */
export interface PassageTotals {
	/** How many were scored. */
	tokens: number;
	/** Sum of log-probabilities, nats. */
	logProb: number;
	windows: number;
	/** Probability of the mask's classes after the last token, 0 to 1; null without a mask. */
	massAfter: number | null;
}

/**
 * Classify every token of a passage from the tokens before it. The first is conditioned on the token that
 * begins a text; a model without one classifies nothing before the second. A passage longer than the context is scored in windows that advance by
 * `stride` tokens and overlap by the rest, so that every token still has at least context - stride tokens of history.
 *
 * Hugging Face's guide "Perplexity of fixed-length models" begins every window at a multiple of the stride; its last
 * window is shorter than the context where the passage ends within it. Ours moves back to a full context, so that its
 * tokens have all the history there is room for; `alignedWindows` keeps it where the guide has it.
 * @param options.stride 1 to contextLength - 1; half the context by default.
 * @param options.alignedWindows whether every window begins at a multiple of the stride.
 * @param options.begin what comes before the passage; the model's beginning of a text by default.
 * @param options.mask classes whose probability is told at every token, and after the last one.
 * @param options.onScored called with new tokens as they are scored, in order, exactly once each.
 * @throws EngineError `bad-parameter` for a stride out of range.
 */
export async function scorePassage(
	lm: CausalLM,
	ids: readonly number[],
	options: Omit<ScoreOptions, 'beyond'> & {
		stride?: number;
		alignedWindows?: boolean;
		begin?: readonly number[];
		onScored(tokens: ScoredTokens): void;
	},
): Promise<PassageTotals> {
	const {contextLength, bosTokenId} = lm.config;
	const stride = options.stride ?? Math.floor(contextLength / 2);
	if (!Number.isInteger(stride) || stride < 1 || stride >= contextLength) {
		throw new EngineError('bad-parameter', refuse('stride-range', {most: contextLength - 1, stride}));
	}

	const begin = options.begin ?? (bosTokenId === null ? [] : [bosTokenId]);
	const conditioned = [...begin, ...ids];
	const before = begin.length;
	const unscored = Math.max(0, 1 - before);
	if (unscored > 0 && ids.length <= unscored) throw new EngineError('bad-parameter', refuse('passage-single'));
	const totals: PassageTotals = {tokens: ids.length - unscored, logProb: 0, windows: 0, massAfter: null};
	const total = ids.length;
	// Invariant: tokens before `done` have been scored; token i is conditioned[i + before].
	for (let done = unscored; done < ids.length; totals.windows++) {
		const end = totals.windows === 0 ? Math.min(contextLength - before, total) : Math.min(done + stride, total);
		const start = options.alignedWindows ? totals.windows * stride : Math.max(0, end + before - contextLength);
		const parts = lm.scoreWindow(conditioned.slice(start, end + before), done + before - 1 - start, {
			mask: options.mask,
			beyond: options.mask !== undefined && end === total,
			signal: options.signal,
			beforeRun: options.beforeRun,
			onProgress(positions) {
				options.onProgress?.(Math.min(total, Math.max(done, start + positions + 1 - before)), total);
			},
		});
		let first = done;
		for await (const part of parts) {
			const rows = Math.min(part.rank.length, end - first);
			if (rows < part.rank.length) totals.massAfter = part.mass?.[rows] ?? null;
			if (rows === 0) continue;
			const scores = rows < part.rank.length ? firstRows(part, rows) : part;
			for (const logProb of scores.logProb) totals.logProb += logProb;
			options.onScored({first, scores});
			first += rows;
		}

		done = end;
	}

	return totals;
}

/** Scores of the first n positions alone. */
const firstRows = (scores: WindowScores, n: number): WindowScores => ({
	rank: scores.rank.subarray(0, n),
	logProb: scores.logProb.subarray(0, n),
	logSumExp: scores.logSumExp.subarray(0, n),
	entropy: scores.entropy.subarray(0, n),
	mass: scores.mass?.subarray(0, n) ?? null,
	topIds: scores.topIds.subarray(0, n * scores.k),
	topLogProbs: scores.topLogProbs.subarray(0, n * scores.k),
	k: scores.k,
});
