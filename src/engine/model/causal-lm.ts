/** The interface of every language model. Decoding and passage analysis are written once, over this interface. */

/** The shape of a model, in the names of Hugging Face's `config.json` for GPT-2. */
export interface ModelConfig {
	/** How many classes the LM head chooses among (`vocab_size`). */
	vocabSize: number;
	/** How many positions the model can look at (`n_positions`). */
	contextLength: number;
	layers: number;
	heads: number;
	/** Width of the residual stream (`n_embd`). */
	hiddenSize: number;
	/** Width of a position's keys in one layer, and of its values, where their heads are fewer than those of queries. */
	cacheWidth?: number;
	/** Bytes that a position takes in the cache's pages on our kernels; missing where there are no pages, and all is float32. */
	cacheBytes?: number;
	layerNormEpsilon: number;
	/** The token that a text begins with where the model is asked about its very first token: `<|endoftext|>`; null for none. */
	bosTokenId: number | null;
	/** The tokens of which any ends a text, the first one named first; none where the model knows no end. */
	eosTokenIds: readonly number[];
}

/** A cancellable computation that reports how far it is. */
export interface RunOptions {
	/** Checked before every run; rejects with `signal.reason`. */
	signal?: AbortSignal;
	/** Positions computed so far, of all that must be. */
	onProgress?(done: number, total: number): void;
	/** Awaited before every run while a passage is scored, so that something more urgent can go first. */
	beforeRun?(): Promise<void>;
}

/** A prompt that has been read; all branches that grow from it share it. Immutable. */
export interface Prefix {
	readonly ids: readonly number[];
	/** Logits of the class after the last position, [V]. Read, never written. */
	readonly logits: Float32Array;
	/** Their log-sum-exp, where the model has computed it. */
	readonly logSumExp?: number;
	/** Guidance: the logits after the other prompt, [V]. */
	readonly against?: Float32Array;
	/** Hidden states after the final layer norm, [T, D], row-major; only when they were asked for. */
	readonly hidden: Float32Array | null;
}

/** The tokens that B branches have added to their prefix. Immutable. */
export interface Branches {
	/** How many branches there are: B. */
	readonly size: number;
	/** How many tokens each has: n. */
	readonly length: number;
}

/** How to extend branches. */
export interface ExtendOptions extends RunOptions {
	/** Which logits are wanted: those of the last token alone, or of all. */
	rows?: 'last' | 'all';
	hidden?: boolean;
	/** Logits of an earlier step that nothing reads any more: the new ones may take their memory. */
	into?: Float32Array;
}

/** The results of one extension of B branches by s tokens. */
export interface Step {
	readonly branches: Branches;
	/** Logits, [B, rows, V] row-major: `rows` is 1 (the last position), or s when all rows were asked for. */
	readonly logits: Float32Array;
	/** The log-sum-exp of each row, [B, rows], where the model has computed it. */
	readonly logSumExps?: Float64Array;
	/** Guidance: the same logits after the other prompt. */
	readonly against?: Float32Array;
	readonly rows: number;
	/** Hidden states after the final layer norm, [B, rows, D]; only when they were asked for. */
	readonly hidden: Float32Array | null;
}

/** Scores of r consecutive positions; arrays of length r, `top*` of r x k. */
export interface WindowScores {
	/** Rank of the target among all classes; 1 is the most probable. Ties go to the lower token id. */
	rank: Int32Array;
	/** Natural-log probability of the target. */
	logProb: Float32Array;
	/** Log-sum-exp of the logits. */
	logSumExp: Float32Array;
	/** Entropy of the distribution, in nats. */
	entropy: Float32Array;
	/** Probability of the classes that were asked about in `ScoreOptions`, 0 to 1; null where none were. */
	mass: Float32Array | null;
	/** Most probable classes first, [r, k]. */
	topIds: Int32Array;
	/** Their natural-log probabilities, [r, k]. */
	topLogProbs: Float32Array;
	k: number;
}

/** What a window is scored for. */
export interface ScoreOptions extends RunOptions {
	/** 1 for every class whose probability is added up at every position, else 0: [V]. The same array each time, which is not changed. */
	mask?: Float32Array;
	/** Whether what comes after the last id is scored too: one more row, whose rank and log-probability are of no class. */
	beyond?: boolean;
}

/** How many of the most probable classes are told for every scored position. */
export const SCORED_TOP_CLASSES = 10;

/** What the size of a key/value cache depends on. */
export type CacheShape = Pick<ModelConfig, 'layers' | 'hiddenSize' | 'cacheWidth' | 'cacheBytes'>;

/** Bytes that a position leaves in the key/value cache, all layers together. */
export const cacheBytesPerToken = ({layers, hiddenSize, cacheWidth = hiddenSize, cacheBytes}: CacheShape): number =>
	cacheBytes ?? 2 * layers * cacheWidth * 4;

/** Abilities that not every model has; the user interface names those that are missing. */
interface Abilities {
	/** Whether branches share their prompt's cache. Where not, each carries a copy: every number is right, and a step slower. */
	readonly sharesPrefix: boolean;
	/** Whether hidden states can be asked for, which the walk shows. */
	readonly hiddenStates: boolean;
}

/** A causal language model that has been opened. The part that opened it disposes of it. */
export interface CausalLM {
	readonly config: ModelConfig;
	readonly abilities: Abilities;

	/**
	 * Read a prompt of 1 to `contextLength` tokens. Whole chunks that an earlier prompt began with are reused; the
	 * result depends on the ids alone, bit for bit, never on what was read before.
	 */
	prefill(ids: readonly number[], options?: RunOptions & {hidden?: boolean}): Promise<Prefix>;

	/**
	 * Append tokens to B branches that share a prefix (`branches: null` starts them). On our kernels the result is the same, bit for
	 * bit, whether tokens are appended one by one or together or are read as a prompt, and whatever other branches there are.
	 * @throws EngineError `not-supported` for hidden states where there are none.
	 * @param tokens B arrays of the same length s >= 1.
	 * @throws EngineError `too-long` if prefix + branch would exceed the context.
	 */
	extend(
		prefix: Prefix,
		branches: Branches | null,
		tokens: readonly (readonly number[])[],
		options?: ExtendOptions,
	): Promise<Step>;

	/** The branches at these rows, in this order; a row may be taken several times (beam search) or not at all. */
	select(branches: Branches, rows: readonly number[]): Branches;

	/** The branches without their tokens from `length` on (speculative decoding takes drafts back). */
	truncate(branches: Branches, length: number): Branches;

	/**
	 * Classify every position of a window in one pass: position i predicts token i + 1. At most `contextLength` ids.
	 * @param from first position whose prediction is scored (0 scores ids[1..]).
	 * @param options.mask classes whose probability together is told as `mass`.
	 * @returns scores of ids[from + 1 ..] in parts, as they are computed, in order.
	 */
	scoreWindow(ids: readonly number[], from: number, options?: ScoreOptions): AsyncIterable<WindowScores>;

	/**
	 * Rows of the LM head's weights for these classes, [n, D] row-major.
	 * @throws EngineError `not-supported` where the head cannot be read.
	 */
	headRows(ids: readonly number[], options?: Pick<RunOptions, 'signal'>): Promise<Float32Array>;

	/** Give the memory back. */
	dispose(): Promise<void>;
}
