import type {Token} from '../values/prompt.ts';

/** The model that answers. */
export interface ModelInfo {
	/** The folder's name: `gpt2-mini`. */
	id: string;
	/** The commit of the Hub that its files are of; left out for other models. */
	revision?: string;
	/** How the weights are kept: `int8` or `fp32`; of an ONNX export also `q8`, `fp16`, `q4`. */
	dtype: string;
	/** Null where an ONNX export does not tell. */
	parameters: number | null;
	vocabSize: number;
	contextLength: number;
	layers: number;
	heads: number;
	hiddenSize: number;
	/** Bytes that each token leaves in the key/value cache. */
	cacheBytesPerToken: number;
	/** Bytes the weights take in memory. */
	weightBytes: number;
	/** WASM threads; 1 where the document is not cross-origin isolated. */
	threads: number;
	/** The model card, as Markdown text; shown as text. */
	card: string;
	/** Whether continuations share their prompt's cache; an ONNX export's carry a copy each, and take longer. */
	sharesPrefix: boolean;
	/** Whether the model gives hidden states, which the walk shows; ONNX exports do not. */
	hiddenStates: boolean;
	/** Whether it has a chat template, so that a text can be read as a user's turn. */
	hasChat: boolean;
	/** The tokens that its tokenizer puts before a text; often none. */
	beginning: Token[];
}
