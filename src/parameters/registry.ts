/**
 * Every parameter of generation, once: its name here and in Hugging Face's `generate`, its values, the control that suits
 * it, the group a person finds it in, what reads it. Schema, neutral settings, options page, command line, `--help`, "has
 * no effect now" and the engine's validation all derive from this table. What does not go together is in `strategies.ts`.
 *
 * Labels and explanations are `_locales` messages named after the parameter: `options_topP` and `options_topP_help`.
 */

/** The fields of every entry. */
interface Common<T> {
	/** Hugging Face's name; null where `generate` has no such parameter. */
	readonly huggingFace: string | null;
	/** With this value it does nothing; where it always does something, the plainest value. */
	readonly neutral: T;
	/** What a new user meets, where that is not neutral. */
	readonly initial?: T;
	/** Hugging Face's default, where that is not neutral. */
	readonly huggingFaceDefault?: T;
	readonly group: ParameterGroup;
	/** The parameters of which one must be away from neutral for this one to be read; none when it is always read. */
	readonly readWith?: readonly string[];
	/** The step of the pipeline that it makes, applied in the order of this table: processors, then warpers. */
	readonly stage?: 'processor' | 'warper';
	/** Left as it is by presets, which decide how a class is chosen and nothing else. */
	readonly keptByPresets?: true;
	/** What to do about a refused value. */
	readonly advice?: string;
}

interface NumberParameter extends Common<number> {
	readonly kind: 'number';
	readonly min: number;
	readonly max: number;
	readonly whole?: true;
	readonly unit?: 'tokens' | 'seconds';
	/** The useful part of the range, for a slider: from, to, step. */
	readonly slider?: readonly [from: number, to: number, step: number];
}

interface SwitchParameter extends Common<boolean> {
	readonly kind: 'switch';
}

interface ChoiceParameter extends Common<string | boolean> {
	readonly kind: 'choice';
	/** The message of each is the parameter's, `_`, and the choice. */
	readonly choices: readonly (string | boolean)[];
}

interface TextsParameter extends Common<readonly string[]> {
	readonly kind: 'texts';
	/** The command line's name for one of them. */
	readonly flag: string;
}

export type Parameter = NumberParameter | SwitchParameter | ChoiceParameter | TextsParameter;
/** The groups of the options page. */
export type ParameterGroup = 'truncation' | 'penalties' | 'length' | 'strategy' | 'seed';

/** More tokens or classes than any model has: the open model sets the real limit. */
const ANY_MODEL = 1_000_000;
/** Rows decoded at once; what they may take of memory is checked against the model. */
const MOST_ROWS = 64;

const TABLE = {
	// Which strategy
	doSample: {kind: 'switch', huggingFace: 'do_sample', group: 'strategy', neutral: false, initial: true},
	numReturnSequences: {
		kind: 'number',
		huggingFace: 'num_return_sequences',
		group: 'strategy',
		min: 1,
		max: MOST_ROWS,
		whole: true,
		slider: [1, 16, 1],
		neutral: 1,
		initial: 4,
	},
	numBeams: {
		kind: 'number',
		huggingFace: 'num_beams',
		group: 'strategy',
		min: 1,
		max: MOST_ROWS,
		whole: true,
		slider: [1, 16, 1],
		neutral: 1,
		advice: '1 turns beam search off.',
	},
	numBeamGroups: {
		kind: 'number',
		huggingFace: 'num_beam_groups',
		group: 'strategy',
		readWith: ['numBeams'],
		min: 1,
		max: MOST_ROWS,
		whole: true,
		slider: [1, 16, 1],
		neutral: 1,
	},
	diversityPenalty: {
		kind: 'number',
		huggingFace: 'diversity_penalty',
		group: 'strategy',
		readWith: ['numBeamGroups'],
		stage: 'processor',
		min: 0,
		max: 100,
		slider: [0, 5, 0.1],
		neutral: 0,
	},
	/** Scores of beams are sum / length ** lengthPenalty: above 0 it favours long texts. */
	lengthPenalty: {
		kind: 'number',
		huggingFace: 'length_penalty',
		group: 'strategy',
		readWith: ['numBeams'],
		min: -10,
		max: 10,
		slider: [-2, 2, 0.1],
		neutral: 1,
	},
	earlyStopping: {
		kind: 'choice',
		huggingFace: 'early_stopping',
		group: 'strategy',
		readWith: ['numBeams'],
		choices: [false, true, 'never'],
		neutral: false,
	},
	/** Contrastive search when above 0, with `topK` candidates. */
	penaltyAlpha: {
		kind: 'number',
		huggingFace: 'penalty_alpha',
		group: 'strategy',
		min: 0,
		max: 1,
		slider: [0, 1, 0.05],
		neutral: 0,
		advice: '0 turns contrastive search off.',
	},
	/** Speculative decoding when above 0: tokens drafted a round, as they followed the same words earlier in the text. */
	promptLookupNumTokens: {
		kind: 'number',
		huggingFace: 'prompt_lookup_num_tokens',
		group: 'strategy',
		min: 0,
		max: 16,
		whole: true,
		slider: [0, 16, 1],
		unit: 'tokens',
		neutral: 0,
		advice: '0 turns it off.',
	},
	/** How many of the last tokens are looked up, at most. */
	maxMatchingNgramSize: {
		kind: 'number',
		huggingFace: 'max_matching_ngram_size',
		group: 'strategy',
		readWith: ['promptLookupNumTokens'],
		min: 1,
		max: 16,
		whole: true,
		slider: [1, 8, 1],
		unit: 'tokens',
		neutral: 2,
	},
	/** Speculative decoding when above 0: tokens drafted a round by a smaller model. */
	numAssistantTokens: {
		kind: 'number',
		huggingFace: 'num_assistant_tokens',
		group: 'strategy',
		min: 0,
		max: 16,
		whole: true,
		slider: [0, 16, 1],
		unit: 'tokens',
		neutral: 0,
		advice: '0 turns speculative decoding off.',
	},

	// Processors
	repetitionPenalty: {
		kind: 'number',
		huggingFace: 'repetition_penalty',
		group: 'penalties',
		stage: 'processor',
		min: 0.01,
		max: 10,
		slider: [0.5, 2, 0.01],
		neutral: 1,
		advice: '1 turns it off.',
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
		advice: '0 turns it off.',
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
		advice: '0 turns it off.',
	},
	noRepeatNgramSize: {
		kind: 'number',
		huggingFace: 'no_repeat_ngram_size',
		group: 'penalties',
		stage: 'processor',
		min: 0,
		max: 100,
		whole: true,
		slider: [0, 10, 1],
		neutral: 0,
		advice: '0 turns it off.',
	},
	/** Each is banned as it is written and after a space. */
	badWords: {
		kind: 'texts',
		huggingFace: 'bad_words_ids',
		group: 'penalties',
		stage: 'processor',
		flag: 'bad-word',
		neutral: [],
		keptByPresets: true,
	},

	// Length
	maxNewTokens: {
		kind: 'number',
		huggingFace: 'max_new_tokens',
		group: 'length',
		min: 1,
		max: ANY_MODEL,
		whole: true,
		slider: [1, 256, 1],
		unit: 'tokens',
		neutral: 32,
		keptByPresets: true,
	},
	minNewTokens: {
		kind: 'number',
		huggingFace: 'min_new_tokens',
		group: 'length',
		stage: 'processor',
		min: 0,
		max: ANY_MODEL,
		whole: true,
		slider: [0, 256, 1],
		unit: 'tokens',
		neutral: 0,
		keptByPresets: true,
		advice: '0 turns it off.',
	},
	maxTime: {
		kind: 'number',
		huggingFace: 'max_time',
		group: 'length',
		min: 0,
		max: 3600,
		unit: 'seconds',
		neutral: 0,
		keptByPresets: true,
		advice: 'Seconds; 0 turns it off.',
	},
	stopStrings: {
		kind: 'texts',
		huggingFace: 'stop_strings',
		group: 'length',
		flag: 'stop',
		neutral: [],
		keptByPresets: true,
	},

	// Warpers
	temperature: {
		kind: 'number',
		huggingFace: 'temperature',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0.01,
		max: 100,
		slider: [0.05, 2.5, 0.05],
		neutral: 1,
		initial: 0.8,
		advice: 'For the most probable class every time, turn sampling off instead.',
	},
	topK: {
		kind: 'number',
		huggingFace: 'top_k',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample', 'penaltyAlpha'],
		min: 0,
		max: ANY_MODEL,
		whole: true,
		slider: [0, 200, 1],
		neutral: 0,
		initial: 50,
		huggingFaceDefault: 50,
		advice: '0 turns it off.',
	},
	topP: {
		kind: 'number',
		huggingFace: 'top_p',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0,
		max: 1,
		slider: [0, 1, 0.01],
		neutral: 1,
		initial: 0.95,
		advice: '1 turns it off; 0 keeps only the most probable class.',
	},
	minP: {
		kind: 'number',
		huggingFace: 'min_p',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0,
		max: 1,
		slider: [0, 0.5, 0.005],
		neutral: 0,
		advice: '0 turns it off.',
	},
	typicalP: {
		kind: 'number',
		huggingFace: 'typical_p',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0.001,
		max: 1,
		slider: [0.05, 1, 0.01],
		neutral: 1,
		advice: '1 turns it off.',
	},
	epsilonCutoff: {
		kind: 'number',
		huggingFace: 'epsilon_cutoff',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0,
		max: 0.999,
		slider: [0, 0.05, 0.0005],
		neutral: 0,
		advice: '0 turns it off.',
	},
	etaCutoff: {
		kind: 'number',
		huggingFace: 'eta_cutoff',
		group: 'truncation',
		stage: 'warper',
		readWith: ['doSample'],
		min: 0,
		max: 0.999,
		slider: [0, 0.05, 0.0005],
		neutral: 0,
		advice: '0 turns it off.',
	},

	/** The same seed gives the same tokens; continuation i has a stream of its own. */
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
			: string[];

/** A value for every parameter, as people and pages give them. */
export type Generation = {[N in ParameterName]: ValueOf<Table[N]>};

/** Those that make a step of the pipeline. */
export type StageName = {[N in ParameterName]: Table[N] extends {stage: string} ? N : never}[ParameterName];
/** Those that a preset decides. */
export type ChoiceName = {[N in ParameterName]: Table[N] extends {keptByPresets: true} ? never : N}[ParameterName];

export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = TABLE;
/** In the order of the table. */
export const PARAMETER_NAMES = Object.keys(TABLE) as ParameterName[];
export const STAGE_NAMES = PARAMETER_NAMES.filter(name => PARAMETERS[name].stage) as StageName[];
export const CHOICE_NAMES = PARAMETER_NAMES.filter(name => !PARAMETERS[name].keptByPresets) as ChoiceName[];

const valuesBy = (value: (parameter: Parameter) => unknown) =>
	Object.fromEntries(PARAMETER_NAMES.map(name => [name, value(PARAMETERS[name])])) as Generation;

/** Greedy search for 32 tokens; everything else off. */
export const NEUTRAL_GENERATION: Generation = valuesBy(({neutral}) => neutral);
/** Sampling that reads well on a small model; what a new user meets. */
export const DEFAULT_GENERATION: Generation = valuesBy(({neutral, initial}) => initial ?? neutral);
/** Hugging Face's defaults for `generate`; only `maxNewTokens` is ours. */
export const HUGGING_FACE_GENERATION: Generation = valuesBy(
	({neutral, huggingFaceDefault}) => huggingFaceDefault ?? neutral,
);

/** Whether a value leaves everything as it would be without it. */
export function isNeutral(name: ParameterName, value: unknown): boolean {
	return Array.isArray(value) ? value.length === 0 : value === PARAMETERS[name].neutral;
}

/** What would have to be away from neutral, one of them, for a parameter to be read; null when it is read. */
export function unreadWithout(name: ParameterName, generation: Readonly<Generation>): readonly ParameterName[] | null {
	const {readWith} = PARAMETERS[name] as {readWith?: readonly ParameterName[]};
	return readWith?.every(other => isNeutral(other, generation[other])) ? readWith : null;
}
