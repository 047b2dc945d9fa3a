import type {GenerationConfig} from '../config.ts';
import type {Continuation, Decoding} from '../continuation.ts';
import type {Trace} from '../trace.ts';

/** The continuations of a prompt. */
export interface Generated {
	/** `numReturnSequences` of them, beams best first; fewer only where a tiny vocabulary allows no more. */
	continuations: Continuation[];
	/** How the strategy came to them; null for greedy search and sampling, which have no more to show. */
	trace: Trace | null;
}

/** One way of decoding. When it applies and what does not go with it is in `engine/parameters/strategies.ts`. */
export interface Strategy {
	/** The parameter that says how many rows are decoded at once. */
	readonly rowsFrom: 'numReturnSequences' | 'numBeams';
	/** Whether it needs a model that drafts. */
	needsAssistant?(config: GenerationConfig): boolean;
	/** Decode, and report every token and the end of every continuation to the hooks. */
	decode(decoding: Decoding): Promise<Generated>;
}
