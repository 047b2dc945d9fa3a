import type {GenerationConfig} from '../config.ts';
import type {TokenChoice} from '../continuation.ts';
import type {FinishReason} from '../stopping.ts';

/** A complete continuation, as beam search ranks it. */
export interface Hypothesis {
	tokens: readonly TokenChoice[];
	finishReason: FinishReason;
	/** Sum of log-probabilities / length ** lengthPenalty. */
	score: number;
}

/** A sum of log-probabilities made comparable between lengths: above 0, the penalty favours long texts. */
export const normalised = (sum: number, length: number, lengthPenalty: number) => sum / length ** lengthPenalty;

/**
 * The best n complete hypotheses so far, and whether a better one can still come. Lengths count new tokens,
 * `<|endoftext|>` included.
 */
export class BeamHypotheses {
	readonly #size: number;
	readonly #config: Pick<GenerationConfig, 'lengthPenalty' | 'earlyStopping'>;
	readonly #budget: number;
	#best: Hypothesis[] = [];

	/** @param budget the most tokens a continuation can have. */
	constructor(size: number, config: Pick<GenerationConfig, 'lengthPenalty' | 'earlyStopping'>, budget: number) {
		this.#size = size;
		this.#config = config;
		this.#budget = budget;
	}

	/** Best first; among equal scores, the earlier found first. */
	get best(): readonly Hypothesis[] {
		return this.#best;
	}

	/** @returns whether it is among the best n. */
	add(tokens: readonly TokenChoice[], sum: number, finishReason: FinishReason): boolean {
		const score = normalised(sum, tokens.length, this.#config.lengthPenalty);
		if (this.#best.length === this.#size && !(score > this.#best[this.#size - 1].score)) return false;
		this.#best = [...this.#best, {tokens, finishReason, score}].sort((a, b) => b.score - a.score).slice(0, this.#size);
		return true;
	}

	/**
	 * Whether beam search can stop. `true` stops as soon as there are n hypotheses; `false` once the best contender,
	 * were it complete now, would not beat the worst of them; `never` once it could not at any length.
	 * @param bestSum the contender's sum of log-probabilities.
	 * @param length its number of tokens.
	 */
	isDone(bestSum: number, length: number): boolean {
		if (this.#best.length < this.#size) return false;
		const {earlyStopping, lengthPenalty} = this.#config;
		if (earlyStopping === true) return true;
		const attainedAt = earlyStopping === 'never' && lengthPenalty > 0 ? this.#budget : length;
		return this.#best[this.#size - 1].score >= normalised(bestSum, attainedAt, lengthPenalty);
	}
}
