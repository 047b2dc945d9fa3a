/** How a strategy came to its continuations. */
export interface Trace {
	/** For every place of the text the classes that were weighed there, in the order in which the strategy saw them. */
	steps: Candidate[][];
	/** Speculative decoding: what drafting saved. */
	drafting?: Drafting;
}

/** A class that a strategy weighed as the next one, what became of it, and why. */
export interface Candidate {
	id: number;
	/** Index, among the candidates of the step before, of the one that it continues; 0 at the first step. */
	parent: number;
	/**
	 * Natural-log probability that it was weighed with: the model's own; null for a drafted class that the model was not asked about.
	 */
	logProb: number | null;
	/**
	 * What decided. Beam search: sum of the hypothesis's processed log-probabilities. A draft that was drawn: p / q, the model's probability of it over
	 * the draft's. Null where no number did.
	 */
	score: number | null;
	/** A text goes on with it, it was dropped, or a text that is among the results so far ends with it. */
	status: 'kept' | 'pruned' | 'finished';
	why: Why;
}

type Why =
	/** Beam search: the score. */
	| {by: 'sum'}
	/** Speculative decoding: it was drafted in this round (from 0), and accepted (`kept`) or not. */
	| {by: 'draft'; round: number}
	/** The model's own class in place of the first rejected one. */
	| {by: 'correction'; round: number}
	/** The model's own class after a draft that was accepted whole. */
	| {by: 'bonus'; round: number};

/** Sums over a run of speculative decoding. */
export interface Drafting {
	drafted: number;
	accepted: number;
	/** How often the model ran after it had read the prompt; without a draft, once for every token but the last. */
	modelCalls: number;
	/** How often the draft model ran; 0 where the text itself drafts. */
	draftCalls: number;
}
