/** How a strategy came to its continuations, step by step. */
export type Trace = BeamTrace | ContrastiveTrace | SpeculativeTrace;

/** A hypothesis extended by a class, and its status. */
export interface BeamCandidate {
	id: number;
	/** Index into the previous step's kept candidates, in order; 0 at the first step. */
	parent: number;
	group: number;
	/** Natural-log probability of the class under the model's own distribution. */
	logProb: number;
	/** Sum of the hypothesis's processed log-probabilities, which candidates are ranked by. */
	score: number;
	/** Still a beam, dropped, or complete and among the results so far. */
	status: 'kept' | 'pruned' | 'finished';
}

/** Beam search, step by step. */
export interface BeamTrace {
	kind: 'beam';
	/** Per step the candidates, 2 x beams of each group, best first. */
	steps: BeamCandidate[][];
}

/** A candidate of contrastive search and the two terms of its score. */
export interface ContrastiveCandidate {
	id: number;
	/** Probability after the processors. */
	probability: number;
	/** Largest cosine similarity of its hidden state with those of the context. */
	degenerationPenalty: number;
	/** (1 - alpha) * probability - alpha * degenerationPenalty. */
	score: number;
	chosen: boolean;
}

/** Contrastive search: per step its candidates, most probable first. */
export interface ContrastiveTrace {
	kind: 'contrastive';
	steps: ContrastiveCandidate[][];
}

/** A draft of several tokens, and how much of it the model accepted. */
export interface SpeculativeRound {
	drafted: number[];
	/** How many of the drafted tokens were taken, from the first. */
	accepted: number;
	/** The model's token in place of the first rejected one; null when none was rejected. */
	correction: number | null;
	/** The model's token after a draft that was accepted whole; null when one was rejected or the text ended. */
	bonus: number | null;
}

/** Speculative decoding, round by round. */
export interface SpeculativeTrace {
	kind: 'speculative';
	rounds: SpeculativeRound[];
	/** Accepted tokens of all that were drafted, 0 to 1. */
	acceptanceRate: number;
	/** How often the model ran after it had read the prompt; without a draft, once for every token but the last. */
	modelCalls: number;
	/** How often the draft model ran; 0 where the text itself drafts. */
	draftCalls: number;
}
