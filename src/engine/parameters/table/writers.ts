import {ANY_MODEL, type Parameter} from '../parameter.ts';

/** What writers ask for and Hugging Face lacks: as llama.cpp and its authors define it. */

/** Against repetition: a processor, after the penalties. */
export const WRITERS_PENALTIES = {
	/** Off at 0; what a class loses that would repeat `dryAllowedLength` tokens. */
	dryMultiplier: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		stage: 'processor',
		min: 0,
		max: 10,
		slider: [0, 2, 0.05],
		neutral: 0,
		advice: 'advice-off-0',
	},
	/** By this factor the loss grows with every further token that is repeated. */
	dryBase: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['dryMultiplier'],
		min: 1,
		max: 10,
		slider: [1, 4, 0.05],
		neutral: 1.75,
	},
	dryAllowedLength: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['dryMultiplier'],
		min: 1,
		max: 100,
		whole: true,
		slider: [1, 20, 1],
		unit: 'tokens',
		neutral: 2,
	},
	/** How many of the last tokens are looked through; 0 for all. */
	dryPenaltyLastN: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['dryMultiplier'],
		min: 0,
		max: ANY_MODEL,
		whole: true,
		slider: [0, 1024, 1],
		unit: 'tokens',
		neutral: 0,
	},
	/** A repetition ends at these: at the last token of each. */
	drySequenceBreakers: {
		kind: 'texts',
		huggingFace: null,
		group: 'writers',
		readWith: ['dryMultiplier'],
		flag: 'dry-sequence-breaker',
		neutral: ['\n', ':', '"', '*'],
	},
} as const satisfies Record<string, Parameter>;

/** Before Hugging Face's warpers: it looks at the logits of all classes. */
export const WRITERS_FIRST = {
	/** Off at 0; how many standard deviations below the largest logit a class may be. */
	topNSigma: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		stage: 'warper',
		cuts: true,
		readWith: ['doSample'],
		min: 0,
		max: 20,
		slider: [0, 5, 0.1],
		neutral: 0,
		advice: 'advice-off-0',
	},
} as const satisfies Record<string, Parameter>;

/** After Hugging Face's warpers, as in llama.cpp. */
export const WRITERS_LAST = {
	/** Off at 0; how often, of all steps, the most probable classes are left out. */
	xtcProbability: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		stage: 'warper',
		cuts: true,
		readWith: ['doSample'],
		min: 0,
		max: 1,
		slider: [0, 1, 0.05],
		neutral: 0,
		advice: 'advice-off-0',
	},
	/** Of the classes with this probability, all but the last are left out. */
	xtcThreshold: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['xtcProbability'],
		min: 0.001,
		max: 0.5,
		slider: [0.01, 0.5, 0.01],
		neutral: 0.1,
	},
	/** Off at 0; the temperature is as far below or above its own as the entropy is low or high. */
	dynatempRange: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0,
		max: 10,
		slider: [0, 2, 0.05],
		neutral: 0,
		advice: 'advice-off-0',
	},
	dynatempExponent: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['dynatempRange'],
		min: 0.01,
		max: 10,
		slider: [0.1, 3, 0.1],
		neutral: 1,
	},
	/** Off at 0; the surprisal, in bits, that the chosen classes have on the average. */
	mirostatTau: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		stage: 'warper',
		cuts: true,
		readWith: ['doSample'],
		min: 0,
		max: 20,
		slider: [0, 10, 0.1],
		neutral: 0,
		advice: 'advice-off-0',
	},
	/** How quickly it learns from a class that was more or less surprising. */
	mirostatEta: {
		kind: 'number',
		huggingFace: null,
		group: 'writers',
		readWith: ['mirostatTau'],
		min: 0.001,
		max: 1,
		slider: [0.01, 1, 0.01],
		neutral: 0.1,
	},
} as const satisfies Record<string, Parameter>;
