import type {Generation, ParameterName} from './registry.ts';

/**
 * Every strategy of decoding: which parameters ask for it, and what does not go with it. How one runs is in
 * `engine/generation/strategies`, under the same name.
 */

type Values = Readonly<Generation>;

/** A combination that means nothing; refused with its reason, never ignored. */
export interface Conflict {
	/** The parameter to look at first. */
	readonly parameter: ParameterName;
	readonly message: string;
	holds(values: Values): boolean;
}

interface Rules {
	/** The name in the field. */
	readonly name: string;
	applies(values: Values): boolean;
	readonly conflicts: readonly Conflict[];
}

const oneContinuation = (strategy: string): Conflict => ({
	parameter: 'numReturnSequences',
	message: `${strategy} gives one continuation. Set numReturnSequences to 1.`,
	holds: ({numReturnSequences}) => numReturnSequences > 1,
});

const BEAM_CONFLICTS: readonly Conflict[] = [
	{
		parameter: 'numReturnSequences',
		message:
			'Beam search can return at most as many continuations as it has beams. Lower numReturnSequences, or raise numBeams.',
		holds: ({numReturnSequences, numBeams}) => numReturnSequences > numBeams,
	},
];

/** The most classes that contrastive search compares: each is a row of the batch. */
const MOST_CANDIDATES = 64;

/** In the order in which they are asked: the first that applies is taken, as in Hugging Face's `generate`. */
const RULES = [
	{
		name: 'speculative',
		applies: ({promptLookupNumTokens, numAssistantTokens}) => promptLookupNumTokens > 0 || numAssistantTokens > 0,
		conflicts: [
			oneContinuation('Speculative decoding'),
			{
				parameter: 'numAssistantTokens',
				message:
					'The text so far drafts, or a smaller model does. Set numAssistantTokens or promptLookupNumTokens to 0.',
				holds: ({promptLookupNumTokens, numAssistantTokens}) => promptLookupNumTokens > 0 && numAssistantTokens > 0,
			},
			{
				parameter: 'numBeams',
				message: 'Speculative decoding works on one sequence, not on beams. Set numBeams to 1, or draft no tokens.',
				holds: ({numBeams}) => numBeams > 1,
			},
			{
				parameter: 'penaltyAlpha',
				message: 'Contrastive search chooses without a draft. Set penaltyAlpha to 0, or draft no tokens.',
				holds: ({penaltyAlpha}) => penaltyAlpha > 0,
			},
		],
	},
	{
		name: 'contrastive',
		applies: ({penaltyAlpha}) => penaltyAlpha > 0,
		conflicts: [
			oneContinuation('Contrastive search'),
			{
				parameter: 'penaltyAlpha',
				message: 'Contrastive search chooses without sampling or beams. Turn those off, or set penaltyAlpha to 0.',
				holds: ({doSample, numBeams}) => doSample || numBeams > 1,
			},
			{
				parameter: 'topK',
				message: `Contrastive search compares topK candidates: set topK to at least 2 (4 is usual), at most ${MOST_CANDIDATES}.`,
				holds: ({topK}) => topK < 2 || topK > MOST_CANDIDATES,
			},
		],
	},
	{
		name: 'diverse-beam',
		applies: ({numBeamGroups}) => numBeamGroups > 1,
		conflicts: [
			...BEAM_CONFLICTS,
			{
				parameter: 'doSample',
				message: 'Diverse beam search chooses without sampling. Turn sampling off, or set numBeamGroups to 1.',
				holds: ({doSample}) => doSample,
			},
			{
				parameter: 'diversityPenalty',
				message:
					'Groups of beams without a diversityPenalty would all find the same texts. Set it above 0, or numBeamGroups to 1.',
				holds: ({diversityPenalty}) => diversityPenalty === 0,
			},
		],
	},
	{
		name: 'beam-sampling',
		applies: ({numBeams, doSample}) => numBeams > 1 && doSample,
		conflicts: BEAM_CONFLICTS,
	},
	{
		name: 'beam',
		applies: ({numBeams}) => numBeams > 1,
		conflicts: BEAM_CONFLICTS,
	},
	{
		name: 'sampling',
		applies: ({doSample}) => doSample,
		conflicts: [],
	},
	{
		name: 'greedy',
		applies: () => true,
		conflicts: [
			{
				parameter: 'numReturnSequences',
				message:
					'Greedy search gives one continuation: every further one would be the same. Set numReturnSequences to 1, turn sampling on, or use more beams.',
				holds: ({numReturnSequences}) => numReturnSequences > 1,
			},
		],
	},
] as const satisfies readonly Rules[];

/** The ways of choosing, in the field's names. */
export type StrategyName = (typeof RULES)[number]['name'];

/** What goes together with no strategy. */
const ALWAYS: readonly Conflict[] = [
	{
		parameter: 'minNewTokens',
		message: 'minNewTokens is larger than maxNewTokens. Lower it, or allow more tokens.',
		holds: ({minNewTokens, maxNewTokens}) => minNewTokens > maxNewTokens,
	},
	{
		parameter: 'numBeamGroups',
		message: 'numBeamGroups must divide numBeams, so that every group has the same number of beams.',
		holds: ({numBeams, numBeamGroups}) => numBeams % numBeamGroups !== 0,
	},
	{
		parameter: 'diversityPenalty',
		message: 'diversityPenalty compares groups of beams: set numBeamGroups to at least 2, or diversityPenalty to 0.',
		holds: ({diversityPenalty, numBeamGroups}) => diversityPenalty > 0 && numBeamGroups === 1,
	},
];

const rulesFor = (values: Values) => RULES.find(({applies}) => applies(values))!;

/** Which strategy the parameters ask for. */
export const strategyOf = (values: Values): StrategyName => rulesFor(values).name;

/** What does not go together in parameters that are each allowed. */
export const conflictsOf = (values: Values): readonly Conflict[] =>
	[...ALWAYS, ...(rulesFor(values).conflicts as readonly Conflict[])].filter(({holds}) => holds(values));
