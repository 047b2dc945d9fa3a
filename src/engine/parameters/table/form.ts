import type {Parameter} from '../parameter.ts';

/** The form that a continuation must have: a mask over classes, after all other processors. */
export const FORM = {
	formKind: {
		kind: 'choice',
		huggingFace: null,
		group: 'form',
		stage: 'processor',
		cuts: true,
		choices: ['none', 'choices', 'regex', 'json_schema', 'grammar'],
		neutral: 'none',
		keptByPresets: true,
	},
	form: {kind: 'text', huggingFace: null, group: 'form', readWith: ['formKind'], neutral: '', keptByPresets: true},
} as const satisfies Record<string, Parameter>;
