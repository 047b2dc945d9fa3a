import type {Parameter} from '../parameter.ts';

/** Processors that forbid classes by themselves, after all others. A class is written as its text, or as # and its token id. */
export const SUPPRESSION = {
	suppressTokens: {
		kind: 'texts',
		huggingFace: 'suppress_tokens',
		group: 'penalties',
		stage: 'processor',
		rare: true,
		cuts: true,
		form: 'class',
		flag: 'suppress-token',
		neutral: [],
		keptByPresets: true,
	},
	/** At the first step alone. */
	beginSuppressTokens: {
		kind: 'texts',
		huggingFace: 'begin_suppress_tokens',
		group: 'penalties',
		stage: 'processor',
		rare: true,
		cuts: true,
		form: 'class',
		flag: 'begin-suppress-token',
		neutral: [],
		keptByPresets: true,
	},
} as const satisfies Record<string, Parameter>;
