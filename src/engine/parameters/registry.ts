import type {ChoiceParameter, Parameter} from './parameter.ts';
import {BY_HAND} from './table/by-hand.ts';
import {FORM} from './table/form.ts';
import {LENGTH} from './table/length.ts';
import {PENALTIES} from './table/penalties.ts';
import {STRATEGY} from './table/strategy.ts';
import {SUPPRESSION} from './table/suppression.ts';
import {TRUNCATION} from './table/truncation.ts';
import {WATERMARK} from './table/watermark.ts';
import {WRITERS_FIRST, WRITERS_LAST, WRITERS_PENALTIES} from './table/writers.ts';

/**
 * Every parameter of generation, once: its name here and in Hugging Face's `generate`, its values, the control that suits
 * it, its group on the options page, and when it is read. Schema, neutral settings, options page, command line, `--help`, "has
 * no effect now" and the engine's validation all derive from this table. What does not go together is in `strategies.ts`.
 *
 * Labels and explanations are `locales` messages named after the parameter: `options_topP` and `options_topP_help`.
 */

const TABLE = {
	...BY_HAND,
	...STRATEGY,
	...PENALTIES,
	...WRITERS_PENALTIES,
	...LENGTH,
	...SUPPRESSION,
	...FORM,
	...WRITERS_FIRST,
	...TRUNCATION,
	...WRITERS_LAST,
	...WATERMARK,
	/** Log-probabilities in place of scores, after all other steps: what beams add up. */
	renormalizeLogits: {
		kind: 'switch',
		huggingFace: 'renormalize_logits',
		group: 'strategy',
		stage: 'processor',
		rare: true,
		readWith: ['numBeams'],
		neutral: false,
	},
	/** The same seed gives the same tokens; continuation i has its own stream of random numbers. */
	seed: {
		kind: 'number',
		huggingFace: null,
		group: 'seed',
		readWith: ['doSample'],
		min: 0,
		max: 0xffff_ffff,
		whole: true,
		neutral: 0,
		keptByPresets: true,
	},
} as const satisfies Record<string, Parameter>;

type Table = typeof TABLE;
/** The name of a parameter: Hugging Face's in camel case, where it has one. */
export type ParameterName = keyof Table;

type ValueOf<P extends Parameter> = P extends {kind: 'number'}
	? number
	: P extends {kind: 'switch'}
		? boolean
		: P extends ChoiceParameter
			? P['choices'][number]
			: P extends {kind: 'text'}
				? string
				: P extends {kind: 'numbers'}
					? number[]
					: string[];

/** A value for every parameter, as people and pages give them. */
export type Generation = {[N in ParameterName]: ValueOf<Table[N]>};

/** Those that make a step of the pipeline. */
export type StageName = {[N in ParameterName]: Table[N] extends {stage: string} ? N : never}[ParameterName];
/** Those whose step removes classes. */
export type CuttingName = {[N in ParameterName]: Table[N] extends {cuts: true} ? N : never}[ParameterName];
/** Those that a preset decides. */
export type ChoiceName = {[N in ParameterName]: Table[N] extends {keptByPresets: true} ? never : N}[ParameterName];

export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = TABLE;
/** In the order of the table. */
export const PARAMETER_NAMES = Object.keys(TABLE) as ParameterName[];
export const STAGE_NAMES = PARAMETER_NAMES.filter(name => PARAMETERS[name].stage) as StageName[];
export const CUTTING_NAMES = PARAMETER_NAMES.filter(name => PARAMETERS[name].cuts) as CuttingName[];
export const CHOICE_NAMES = PARAMETER_NAMES.filter(name => !PARAMETERS[name].keptByPresets) as ChoiceName[];

const valuesBy = (value: (parameter: Parameter, name: ParameterName) => unknown) =>
	Object.fromEntries(PARAMETER_NAMES.map(name => [name, value(PARAMETERS[name], name)])) as Generation;

/** Greedy search for 32 tokens; everything else off. */
export const NEUTRAL_GENERATION: Generation = valuesBy(({neutral}) => neutral);
/** A new user's settings: sampling that reads well on a small model. */
export const DEFAULT_GENERATION: Generation = valuesBy(({neutral, initial}) => initial ?? neutral);
/** Hugging Face's defaults for `generate`; only `maxNewTokens` is ours. */
export const HUGGING_FACE_GENERATION: Generation = valuesBy(
	({neutral, huggingFaceDefault}) => huggingFaceDefault ?? neutral,
);

/** The parameters of generation among settings: what the engine is asked with. */
export const generationOf = (settings: Generation): Generation => valuesBy((_, name) => settings[name]);

/** Whether a value leaves everything as it would be without it. */
export function isNeutral(name: ParameterName, value: unknown): boolean {
	const {neutral} = PARAMETERS[name];
	return Array.isArray(value) ? JSON.stringify(value) === JSON.stringify(neutral) : value === neutral;
}

/** Parameters of which one must be away from neutral for this one to be read; null when it is read as things are. */
export function unreadWithout(name: ParameterName, generation: Readonly<Generation>): readonly ParameterName[] | null {
	const {readWith} = PARAMETERS[name] as {readWith?: readonly ParameterName[]};
	return readWith?.every(other => isNeutral(other, generation[other])) ? readWith : null;
}
