import type {Parameter} from '../parameter.ts';

/** Processors that come first: another prompt to keep away from, and logits moved by hand. In the order in which they are applied. */
export const BY_HAND = {
	/** Above 1: away from what the model would write after another prompt. Below 1: towards it. */
	guidanceScale: {
		kind: 'number',
		huggingFace: 'guidance_scale',
		group: 'penalties',
		stage: 'processor',
		rare: true,
		min: 0,
		max: 20,
		slider: [0, 5, 0.1],
		neutral: 1,
		keptByPresets: true,
		advice: 'advice-off-1',
	},
	/** The other prompt. Where it is empty, the last token of the prompt, as in Hugging Face. */
	negativePrompt: {
		kind: 'text',
		huggingFace: 'negative_prompt_ids',
		group: 'penalties',
		readWith: ['guidanceScale'],
		rare: true,
		neutral: '',
		keptByPresets: true,
	},
	/** Each is a class, or a text of several, `=` and what is added to the logit of the class that completes it. */
	sequenceBias: {
		kind: 'texts',
		huggingFace: 'sequence_bias',
		group: 'penalties',
		stage: 'processor',
		rare: true,
		form: 'bias',
		flag: 'bias',
		neutral: [],
		keptByPresets: true,
	},
} as const satisfies Record<string, Parameter>;
