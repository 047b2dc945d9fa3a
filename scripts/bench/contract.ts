/** What both engines must do to be measured, and how the page asks for it. */

export type EngineName = 'ours' | 'stock';
export const ENGINES: readonly EngineName[] = ['ours', 'stock'];

/** A piece of work; token ids are the same for both engines. */
export type Task =
	/** Read a prompt: the logits after its last token. */
	| {kind: 'prefill'; ids: number[]}
	/** Read `prompt` (not timed), then append the next token of every branch, as often as `tokens` has columns. */
	| {kind: 'decode'; prompt: number[]; tokens: number[][]}
	/** Classify every token given the tokens before it. */
	| {kind: 'score'; ids: number[]; rows: RowScoring};

/**
 * How transformers.js's logits are made into scores, in JavaScript: with its own `log_softmax`, as one would with the
 * library, or with loops written for this alone, the least work that JavaScript can do.
 */
type RowScoring = 'library' | 'loops';

export interface Measured {
	/** Of the whole task; for `decode` the median step. */
	ms: number;
	/** Bytes of tensors that the runtime copied from its memory to JavaScript; for `decode` in a step, on average. */
	bytesOut: number;
	/** Bytes of tensors that JavaScript copied into the runtime's memory. */
	bytesIn: number;
	/** Size that the runtime's memory has grown to; it never shrinks. */
	heapBytes: number;
	/** What was computed, to see that both engines did the same: the class put first, or the perplexity. */
	answer: number;
}

/** Scores of a passage as the passage view needs them, in the order of its tokens. */
export interface PassageScores {
	rank: ArrayLike<number>;
	/** Natural-log probability of each token. */
	logProb: ArrayLike<number>;
	/** In nats. */
	entropy: ArrayLike<number>;
	/** The ten classes put first for each token. */
	topIds: ArrayLike<number>;
}

/** Bytes that cross between JavaScript and the runtime. */
export interface Traffic {
	out: number;
	in: number;
}

export interface BenchEngine {
	/** Counts up while the engine works. */
	readonly traffic: Traffic;
	/** Logits after the last token, [V]. */
	prefill(ids: readonly number[]): Promise<Float32Array>;
	/** Read a prompt for `branches` continuations; the function returned appends one token to each: logits [B, V]. */
	branches(prompt: readonly number[], branches: number): Promise<(tokens: readonly number[]) => Promise<Float32Array>>;
	score(ids: readonly number[], rows: RowScoring): Promise<PassageScores>;
}

/** Where the server has what the engines open. */
export const PATHS = {
	checkpoint: '/checkpoint/',
	stockModels: '/stock/',
	stockModel: 'stock',
	ort: '/ort/',
	stockOrt: '/stock-ort/',
} as const;
