import type {Parameter} from '../parameter.ts';

/** Processors: logits changed for classes that have occurred, or that are banned. In the order in which they are applied. */
export const PENALTIES = {
	repetitionPenalty: {
		kind: 'number',
		huggingFace: 'repetition_penalty',
		group: 'penalties',
		stage: 'processor',
		min: 0.01,
		max: 10,
		slider: [0.5, 2, 0.01],
		neutral: 1,
		advice: 'advice-off-1',
	},
	/** Subtracted once per earlier occurrence among the generated tokens (OpenAI's definition). */
	frequencyPenalty: {
		kind: 'number',
		huggingFace: null,
		group: 'penalties',
		stage: 'processor',
		min: -2,
		max: 2,
		slider: [-2, 2, 0.05],
		neutral: 0,
		advice: 'advice-off-0',
	},
	/** Subtracted once from every class already generated (OpenAI's definition). */
	presencePenalty: {
		kind: 'number',
		huggingFace: null,
		group: 'penalties',
		stage: 'processor',
		min: -2,
		max: 2,
		slider: [-2, 2, 0.05],
		neutral: 0,
		advice: 'advice-off-0',
	},
	noRepeatNgramSize: {
		kind: 'number',
		huggingFace: 'no_repeat_ngram_size',
		group: 'penalties',
		stage: 'processor',
		cuts: true,
		min: 0,
		max: 100,
		whole: true,
		slider: [0, 10, 1],
		neutral: 0,
		advice: 'advice-off-0',
	},
	/** Each is banned as it is written and after a space. */
	badWords: {
		kind: 'texts',
		huggingFace: 'bad_words_ids',
		group: 'penalties',
		stage: 'processor',
		cuts: true,
		flag: 'bad-word',
		neutral: [],
		keptByPresets: true,
	},
} as const satisfies Record<string, Parameter>;
