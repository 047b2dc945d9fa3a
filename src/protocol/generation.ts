import * as v from 'valibot';

/**
 * The parameters of generation as people and pages give them: Hugging Face's names in camel case, texts where the
 * engine takes token ids. One schema for messages, stored settings and the command line; every message it gives names
 * the parameter, the value and what to do.
 */

const shown = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));

function number(name: string, min: number, max: number, note = '') {
	const message = (issue: {input: unknown}) =>
		`${name} must be a number from ${min} to ${max}, but is ${shown(issue.input)}.${note && ` ${note}`}`;
	return v.pipe(v.number(message), v.finite(message), v.minValue(min, message), v.maxValue(max, message));
}

/** A whole number in a range; its message names the parameter, the value and what to do. */
export function integer(name: string, min: number, max: number, note = '') {
	const message = (issue: {input: unknown}) =>
		`${name} must be a whole number from ${min} to ${max}, but is ${shown(issue.input)}.${note && ` ${note}`}`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

const texts = (name: string) =>
	v.pipe(
		v.array(
			v.pipe(
				v.string(),
				v.minLength(1, `${name} has an empty text. Remove it, or write what it should be.`),
				v.maxLength(200, `A text in ${name} is longer than 200 characters.`),
			),
		),
		v.maxLength(100, `${name} takes at most 100 texts.`),
	);

const boolean = (name: string) => v.boolean(issue => `${name} must be true or false, but is ${shown(issue.input)}.`);

/** Every parameter alone; `Generation` adds what does not go together. */
export const GenerationFields = v.object({
	maxNewTokens: integer('maxNewTokens', 1, 1023),
	minNewTokens: integer('minNewTokens', 0, 1023, '0 turns it off.'),
	maxTime: number('maxTime', 0, 3600, 'Seconds; 0 turns it off.'),
	stopStrings: texts('stopStrings'),
	doSample: boolean('doSample'),
	numReturnSequences: integer('numReturnSequences', 1, 16),
	numBeams: integer('numBeams', 1, 16, '1 turns beam search off.'),
	numBeamGroups: integer('numBeamGroups', 1, 16),
	diversityPenalty: number('diversityPenalty', 0, 100),
	lengthPenalty: number('lengthPenalty', -10, 10),
	earlyStopping: v.union(
		[v.boolean(), v.literal('never')],
		issue => `earlyStopping must be true, false or "never", but is ${shown(issue.input)}.`,
	),
	penaltyAlpha: number('penaltyAlpha', 0, 1, '0 turns contrastive search off.'),
	numAssistantTokens: integer('numAssistantTokens', 0, 16, '0 turns speculative decoding off.'),
	repetitionPenalty: number('repetitionPenalty', 0.01, 10, '1 turns it off.'),
	frequencyPenalty: number('frequencyPenalty', -2, 2, '0 turns it off.'),
	presencePenalty: number('presencePenalty', -2, 2, '0 turns it off.'),
	noRepeatNgramSize: integer('noRepeatNgramSize', 0, 100, '0 turns it off.'),
	badWords: texts('badWords'),
	temperature: number('temperature', 0.01, 100, 'For the most probable class every time, turn sampling off instead.'),
	topK: integer('topK', 0, 1_000_000, '0 turns it off.'),
	topP: number('topP', 0, 1, '1 turns it off; 0 keeps only the most probable class.'),
	minP: number('minP', 0, 1, '0 turns it off.'),
	typicalP: number('typicalP', 0.001, 1, '1 turns it off.'),
	epsilonCutoff: number('epsilonCutoff', 0, 0.999, '0 turns it off.'),
	etaCutoff: number('etaCutoff', 0, 0.999, '0 turns it off.'),
	seed: integer('seed', 0, 0xffff_ffff),
});

export type Generation = v.InferOutput<typeof GenerationFields>;

/** Which decoding strategy the parameters ask for, as Hugging Face's `generate` derives it. */
export type Strategy =
	| 'greedy'
	| 'sampling'
	| 'beam'
	| 'beam-sampling'
	| 'diverse-beam'
	| 'contrastive'
	| 'speculative';

/** The strategy, in the order in which parameters decide it. */
export function strategyOf(generation: Generation): Strategy {
	if (generation.numAssistantTokens > 0) return 'speculative';
	if (generation.penaltyAlpha > 0) return 'contrastive';
	if (generation.numBeamGroups > 1) return 'diverse-beam';
	if (generation.numBeams > 1) return generation.doSample ? 'beam-sampling' : 'beam';
	return generation.doSample ? 'sampling' : 'greedy';
}

interface Conflict {
	/** The parameter to look at first. */
	parameter: keyof Generation;
	message: string;
	holds(g: Generation): boolean;
}

/** Combinations that mean nothing; each is refused with its reason, none is ignored. */
const CONFLICTS: readonly Conflict[] = [
	{
		parameter: 'minNewTokens',
		message: 'minNewTokens is larger than maxNewTokens. Lower it, or allow more tokens.',
		holds: g => g.minNewTokens > g.maxNewTokens,
	},
	{
		parameter: 'numReturnSequences',
		message:
			'Greedy search gives one continuation: every further one would be the same. Set numReturnSequences to 1, turn sampling on, or use more beams.',
		holds: g => strategyOf(g) === 'greedy' && g.numReturnSequences > 1,
	},
	{
		parameter: 'numReturnSequences',
		message:
			'Beam search can return at most as many continuations as it has beams. Lower numReturnSequences, or raise numBeams.',
		holds: g => g.numBeams > 1 && g.numReturnSequences > g.numBeams,
	},
	{
		parameter: 'numReturnSequences',
		message: 'Contrastive search and speculative decoding give one continuation. Set numReturnSequences to 1.',
		holds: g => ['contrastive', 'speculative'].includes(strategyOf(g)) && g.numReturnSequences > 1,
	},
	{
		parameter: 'penaltyAlpha',
		message:
			'Contrastive search chooses without sampling, beams or a draft model. Turn those off, or set penaltyAlpha to 0.',
		holds: g => g.penaltyAlpha > 0 && (g.doSample || g.numBeams > 1 || g.numAssistantTokens > 0),
	},
	{
		parameter: 'topK',
		message: 'Contrastive search compares topK candidates: set topK to at least 2 (4 is usual), at most 64.',
		holds: g => g.penaltyAlpha > 0 && (g.topK < 2 || g.topK > 64),
	},
	{
		parameter: 'numAssistantTokens',
		message: 'Speculative decoding works on one sequence, not on beams. Set numBeams to 1, or numAssistantTokens to 0.',
		holds: g => g.numAssistantTokens > 0 && g.numBeams > 1,
	},
	{
		parameter: 'numBeamGroups',
		message: 'numBeamGroups must divide numBeams, so that every group has the same number of beams.',
		holds: g => g.numBeamGroups > 1 && g.numBeams % g.numBeamGroups !== 0,
	},
	{
		parameter: 'doSample',
		message: 'Diverse beam search chooses without sampling. Turn sampling off, or set numBeamGroups to 1.',
		holds: g => g.numBeamGroups > 1 && g.doSample,
	},
	{
		parameter: 'diversityPenalty',
		message: 'diversityPenalty compares groups of beams: set numBeamGroups to at least 2, or diversityPenalty to 0.',
		holds: g => g.diversityPenalty > 0 && g.numBeamGroups === 1,
	},
	{
		parameter: 'diversityPenalty',
		message:
			'Groups of beams without a diversityPenalty would all find the same texts. Set it above 0, or numBeamGroups to 1.',
		holds: g => g.numBeamGroups > 1 && g.diversityPenalty === 0,
	},
];

/** What does not go together in parameters that are each in range. */
export const conflictsOf = (generation: Generation) => CONFLICTS.filter(conflict => conflict.holds(generation));

/** Parameters that shape the distribution only when a class is drawn from it. */
const WARPERS: ReadonlySet<string> = new Set<keyof Generation>([
	'temperature',
	'topK',
	'topP',
	'minP',
	'typicalP',
	'epsilonCutoff',
	'etaCutoff',
]);

const FOR_BEAMS: ReadonlySet<string> = new Set(['numBeamGroups', 'diversityPenalty', 'lengthPenalty', 'earlyStopping']);

/** What would have to be on for a parameter to have an effect; null when it has one. */
export function idleWithout(name: string, generation: Generation): 'doSample' | 'numBeams' | null {
	const comparesTopK = name === 'topK' && generation.penaltyAlpha > 0;
	if (WARPERS.has(name) && !generation.doSample && !comparesTopK) return 'doSample';
	return FOR_BEAMS.has(name) && generation.numBeams === 1 ? 'numBeams' : null;
}

/** Parameters that are each in range and go together. */
export const Generation = v.pipe(
	GenerationFields,
	v.rawCheck(({dataset, addIssue}) => {
		if (!dataset.typed) return;
		for (const {message} of conflictsOf(dataset.value)) addIssue({message});
	}),
);

/** Greedy search for 32 tokens; everything else off. */
export const NEUTRAL_GENERATION: Generation = {
	maxNewTokens: 32,
	minNewTokens: 0,
	maxTime: 0,
	stopStrings: [],
	doSample: false,
	numReturnSequences: 1,
	numBeams: 1,
	numBeamGroups: 1,
	diversityPenalty: 0,
	lengthPenalty: 1,
	earlyStopping: false,
	penaltyAlpha: 0,
	numAssistantTokens: 0,
	repetitionPenalty: 1,
	frequencyPenalty: 0,
	presencePenalty: 0,
	noRepeatNgramSize: 0,
	badWords: [],
	temperature: 1,
	topK: 0,
	topP: 1,
	minP: 0,
	typicalP: 1,
	epsilonCutoff: 0,
	etaCutoff: 0,
	seed: 0,
};

/** Sampling that reads well on a small model; what a new user meets. */
export const DEFAULT_GENERATION: Generation = {
	...NEUTRAL_GENERATION,
	doSample: true,
	numReturnSequences: 4,
	temperature: 0.8,
	topK: 50,
	topP: 0.95,
};
