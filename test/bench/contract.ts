/** Who is measured, at what, and what comes out: the words that the script, the page and the workers share. */

/** Where an engine runs: in a browser of its own, or, natively, in a process of its own. */
export const HOSTS = ['ours', 'transformers', 'wllama', 'native'] as const;
export type HostName = (typeof HOSTS)[number];
export type BrowserHost = Exclude<HostName, 'native'>;

/**
 * How an engine is used. `generate` is how its users continue a text: logits, processors, sampling and all. `pipeline` is
 * transformers.js's `pipeline('text-generation')` on top of it. `forward` is the forward pass alone. `library` and `loops` are
 * the ways of making transformers.js's logits into scores: with its own `log_softmax`, as one would with the library, or with
 * loops written for this alone, the least work that JavaScript can do.
 */
export type Mode = 'generate' | 'pipeline' | 'forward' | 'library' | 'loops';

/** An engine, used in one way. */
export interface Contender {
	host: HostName;
	mode: Mode;
	title: string;
}

export const CONTENDERS = {
	ours: {host: 'ours', mode: 'generate', title: 'ours'},
	generate: {host: 'transformers', mode: 'generate', title: 'transformers.js `generate`'},
	pipeline: {host: 'transformers', mode: 'pipeline', title: 'transformers.js `pipeline`'},
	wllama: {host: 'wllama', mode: 'generate', title: 'wllama'},
	native: {host: 'native', mode: 'generate', title: 'native ONNX Runtime'},
	'ours-forward': {host: 'ours', mode: 'forward', title: 'ours, forward pass'},
	forward: {host: 'transformers', mode: 'forward', title: 'transformers.js, forward pass'},
	library: {host: 'transformers', mode: 'library', title: 'transformers.js, its `log_softmax`'},
	loops: {host: 'transformers', mode: 'loops', title: 'transformers.js, loops'},
} as const satisfies Record<string, Contender>;
export type ContenderName = keyof typeof CONTENDERS;

/** Token ids and the text that encodes to them. */
export interface Prompt {
	ids: number[];
	text: string;
}

/** A piece of work; the tokens are the same for everyone. */
export type Task =
	/**
	 * Read a prompt and continue it `count` times by `steps` tokens. `following` is what the text goes on with: `forward`, which
	 * chooses nothing, appends it.
	 */
	| {kind: 'continue'; mode: Mode; prompt: Prompt; count: number; steps: number; following: number[]}
	/** Beam search; the engines that have none are not asked. */
	| {kind: 'beams'; prompt: Prompt; beams: number; steps: number}
	/** Read a prompt (not timed), then append these tokens one by one, wanting the classes after each, as a person clicks them. */
	| {kind: 'append'; prompt: Prompt; longer: Prompt[]}
	/** Classify every token given the tokens before it. */
	| {kind: 'score'; mode: Mode; ids: number[]}
	/** Go on generating, 64 tokens at a time, until this time has passed since the engine began to open. */
	| {kind: 'seconds'; prompt: Prompt; milliseconds: number}
	/** Continue greedily, for the sake of the tokens. */
	| {kind: 'greedy'; prompt: Prompt; steps: number}
	/** Read a text whose last tokens are appended one by one, and hand over the logits after it (ours alone). */
	| {kind: 'logits'; ids: number[]; appended: number};

export interface Opening {
	threads: number;
	/** Whether to open the float checkpoint instead of the form that this engine stores (ours alone). */
	float: boolean;
	/** Whether these are the weights that the extension carries, whose numbers it does not check again. */
	bundled: boolean;
	/** Tokens that are no text by themselves, but a part of a character. */
	textless: readonly number[];
	prompt: Prompt;
}

/** Times in milliseconds. */
export interface Times {
	/** Of everything. */
	whole: number;
	/** Until the first token was there. */
	first?: number;
	/** Of one more token for every continuation: the median of the steps after the first. */
	step?: number;
	/** When every token was there, since the engine began to open. */
	tokens?: number[];
}

/** What a host gives for a task. */
export interface Measured {
	times: Times;
	/** What the memory of WebAssembly has grown to; it never shrinks. Null where there is none, or it cannot be seen. */
	heapBytes: number | null;
	/** What was computed, to see that all did the same: the first class, or the perplexity. */
	answer: number | null;
	/** The tokens of `greedy`, as text. */
	text?: string;
	/** Of `logits`. */
	logits?: number[];
}

/** What a task gave inside a host. */
export interface Done {
	times: Times;
	answer?: number;
	text?: string;
	logits?: number[];
}

/** An engine that has been opened. */
export interface BenchEngine {
	run(task: Task): Promise<Done>;
	/** Whether its WASM memory is made in the worker that opened it, which can see it then. */
	readonly ownsMemory: boolean;
}

/** Where the server has what the engines open. */
export const PATHS = {
	checkpoint: '/checkpoint/',
	stored: '/stored/',
	models: '/models/',
	/** In `/models/`. */
	stock: 'stock',
	gguf: '/gguf/model.gguf',
	ort: '/ort/',
	stockOrt: '/stock-ort/',
	wllama: '/wllama/wllama.wasm',
} as const;
