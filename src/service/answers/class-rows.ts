import type {SamplingDistribution} from '../../engine/generation/distribution.ts';
import {entropy, logSumExp, rankClasses, topClasses} from '../../engine/math/math.ts';
import type {Token, Tokenizer} from '../../engine/tokenizer/tokenizer.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';

/** What a row tells besides; each is left out where there is none. */
interface Beside {
	/** Whether a class can lead to the form that the text is held to. */
	readonly fits?: (id: number) => boolean;
	/** Guidance: the logits after the other prompt, [V]. */
	readonly against?: Float32Array;
	/** What biases add to logits here, by token id, and the scores, [V], that the settings make without them. */
	readonly pushes?: {readonly added: ReadonlyMap<number, number>; readonly before: Float32Array};
}

/** The classes at one position, in the model's own distribution and in the one that is sampled from. */
export class ClassTable {
	readonly #logSumExp: number;
	readonly #samplingLogSumExp: number;
	readonly #againstTotal: number;
	readonly #unpushedTotal: number;
	/** The model's logits of the classes that the sampling settings cut alone. */
	readonly #cut: Float32Array;

	constructor(
		private readonly tokenizer: Tokenizer,
		private readonly logits: Float32Array,
		private readonly sampling: SamplingDistribution,
		private readonly eosTokenIds: readonly number[],
		private readonly beside: Beside = {},
	) {
		this.#againstTotal = beside.against ? logSumExp(beside.against) : 0;
		this.#unpushedTotal = beside.pushes ? logSumExp(beside.pushes.before) : 0;
		this.#logSumExp = logSumExp(logits);
		this.#samplingLogSumExp = logSumExp(sampling.scores);
		this.#cut = logits.map((logit, id) => (sampling.scores[id] === -Infinity ? logit : -Infinity));
	}

	get entropyBits(): number {
		return entropy(this.logits, this.#logSumExp) / Math.LN2;
	}

	get samplingEntropyBits(): number {
		return entropy(this.sampling.scores, this.#samplingLogSumExp) / Math.LN2;
	}

	/** The most probable classes of the model's own distribution. */
	top(limit: number): ClassRow[] {
		return this.rows(topClasses(this.logits, limit));
	}

	/** The most probable kept classes after the sampling settings, then the most probable `cut` ones that they removed. */
	topSampling(limit: number, cut: number): ClassRow[] {
		return this.rows([...topClasses(this.sampling.scores, limit), ...topClasses(this.#cut, cut)]);
	}

	/** How much probability is in each band of ranks. */
	get bands(): ClassesAnswer['bands'] {
		const share = (id: number) => Math.exp(this.logits[id] - this.#logSumExp);
		const keptShare = (id: number) => (this.sampling.scores[id] === -Infinity ? 0 : share(id));
		const samplingShare = (id: number) => Math.exp(this.sampling.scores[id] - this.#samplingLogSumExp);
		const ranked = rankClasses(this.logits);
		return {
			model: bandShares(ranked, share),
			kept: bandShares(ranked, keptShare),
			sampling: bandShares(rankClasses(this.sampling.scores), samplingShare),
		};
	}

	/** Rows of these classes, in the order given. One pass over the classes finds all ranks. */
	rows(ids: ArrayLike<number>): ClassRow[] {
		const wanted = Array.from(ids);
		const ranks = ranksOf(this.logits, wanted);
		const samplingRanks = this.#samplingRanks(wanted);
		const {against, fits, pushes} = this.beside;
		return wanted.map((id, i) => ({
			...this.tokenizer.token(id),
			rank: ranks[i],
			logit: this.logits[id],
			probability: Math.exp(this.logits[id] - this.#logSumExp),
			samplingRank: samplingRanks[i],
			samplingProbability: Math.exp(this.sampling.scores[id] - this.#samplingLogSumExp),
			kept: this.sampling.scores[id] !== -Infinity,
			end: this.eosTokenIds.includes(id),
			...(against ? {against: Math.exp(against[id] - this.#againstTotal)} : {}),
			...(fits?.(id) === false ? {fits: false as const} : {}),
			...(pushes?.added.has(id) ? {push: this.#pushOf(id, pushes)} : {}),
		}));
	}

	/** Rows of the classes that biases act on here; null where there is none. */
	get pushed(): ClassRow[] | null {
		const added = this.beside.pushes?.added;
		return added ? this.rows([...added.keys()]) : null;
	}

	#pushOf(id: number, {added, before}: NonNullable<Beside['pushes']>): ClassRow['push'] {
		return {bias: added.get(id)!, before: Math.exp(before[id] - this.#unpushedTotal)};
	}

	/** Kept classes come in the order of their scores; the cut ones follow in the model's own order. */
	#samplingRanks(ids: readonly number[]): number[] {
		const {scores, keptCount} = this.sampling;
		const [kept, cut] = [ranksOf(scores, ids), ranksOf(this.#cut, ids)];
		return ids.map((id, i) => (scores[id] === -Infinity ? keptCount + cut[i] : kept[i]));
	}
}

/** The first ranks of the bands after the first; the colours of the interface have the same limits. */
const BAND_STARTS = [10, 100, 1000] as const;

/** Sum of the shares of all ranked classes, by band. */
function bandShares(ranked: Uint32Array, share: (id: number) => number): [number, number, number, number] {
	const sum = (from: number, to: number) => {
		let total = 0;
		for (let i = from; i < Math.min(to, ranked.length); i++) total += share(ranked[i]);
		return Math.min(1, total);
	};
	const [ten, hundred, thousand] = BAND_STARTS;
	return [sum(0, ten), sum(ten, hundred), sum(hundred, thousand), sum(thousand, ranked.length)];
}

/** Rank of each of a few classes; 1 is the largest logit, ties go to the lower id. */
function ranksOf(logits: Float32Array, ids: readonly number[]): number[] {
	const order = ids.map((_, i) => i).sort((a, b) => logits[ids[b]] - logits[ids[a]] || ids[a] - ids[b]);
	// Count, for every class, the first of the wanted ones that it ranks before; sums of these counts are the ranks.
	const before = new Uint32Array(order.length + 1);
	for (let id = 0; id < logits.length; id++) before[firstAfter(order, ids, logits, id)]++;
	const ranks = new Array<number>(ids.length);
	let rank = 0;
	for (const [at, i] of order.entries()) {
		rank += before[at];
		ranks[i] = rank + 1;
	}

	return ranks;
}

/** Binary search: how many of the wanted classes, best first, rank at or before class `id`. */
function firstAfter(order: readonly number[], ids: readonly number[], logits: Float32Array, id: number): number {
	let [low, high] = [0, order.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const other = ids[order[middle]];
		const precedes = logits[id] > logits[other] || (logits[id] === logits[other] && id < other);
		if (precedes) high = middle;
		else low = middle + 1;
	}

	return low;
}

/** A class with its probability, as lists of alternatives show it. */
export const withProbability = (
	tokenizer: Tokenizer,
	{id, probability}: {id: number; probability: number},
): Token & {probability: number} => ({
	...tokenizer.token(id),
	probability,
});
