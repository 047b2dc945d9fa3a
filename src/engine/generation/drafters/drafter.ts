import type {Memory} from '../logits-processor.ts';

/** Tokens that may come next. */
export interface Draft {
	readonly ids: readonly number[];
	/** The scores that each was drawn from, [V] each; null for a guess, of which nothing was drawn. */
	readonly scores: readonly Float32Array[] | null;
}

/** Proposes tokens for speculative decoding. */
export interface Drafter {
	/** How many tokens it is asked for in a round. */
	readonly perRound: number;
	/** How often a model that drafts has run so far. */
	readonly calls: number;
	/**
	 * @param most tokens there is room for.
	 * @param memory of the steps that have one, after `generated`.
	 */
	draft(generated: readonly number[], most: number, memory?: Memory): Promise<Draft>;
	/** Hears how many tokens of its last draft were accepted. */
	learn?(drafted: number, accepted: number): void;
}
