import {type Refusal, refuse} from '../errors/refusal.ts';
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
	readonly refusal: Refusal;
	holds(values: Values): boolean;
}

interface Rules {
	/** The name in the field. */
	readonly name: string;
	applies(values: Values): boolean;
	readonly conflicts: readonly Conflict[];
}

const oneContinuation = (refusal: Refusal): Conflict => ({
	parameter: 'numReturnSequences',
	refusal,
	holds: ({numReturnSequences}) => numReturnSequences > 1,
});

const BEAM_CONFLICTS: readonly Conflict[] = [
	{
		parameter: 'numReturnSequences',
		refusal: refuse('beams-return'),
		holds: ({numReturnSequences, numBeams}) => numReturnSequences > numBeams,
	},
];

/** In the order in which they are asked: the first that applies is taken, as in Hugging Face's `generate`. */
const RULES = [
	{
		name: 'speculative',
		applies: ({promptLookupNumTokens, numAssistantTokens}) => promptLookupNumTokens > 0 || numAssistantTokens > 0,
		conflicts: [
			oneContinuation(refuse('speculative-one')),
			{
				parameter: 'numAssistantTokens',
				refusal: refuse('two-drafts'),
				holds: ({promptLookupNumTokens, numAssistantTokens}) => promptLookupNumTokens > 0 && numAssistantTokens > 0,
			},
			{
				parameter: 'numBeams',
				refusal: refuse('speculative-beams'),
				holds: ({numBeams}) => numBeams > 1,
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
				refusal: refuse('greedy-one'),
				holds: ({numReturnSequences}) => numReturnSequences > 1,
			},
		],
	},
] as const satisfies readonly Rules[];

/** The ways of choosing, in the field's names. */
export type StrategyName = (typeof RULES)[number]['name'];

/** Conflicts under every strategy. */
const ALWAYS: readonly Conflict[] = [
	{
		parameter: 'minNewTokens',
		refusal: refuse('length-order'),
		holds: ({minNewTokens, maxNewTokens}) => minNewTokens > maxNewTokens,
	},
	{
		parameter: 'minLength',
		refusal: refuse('two-minimums'),
		holds: ({minLength, minNewTokens}) => minLength > 0 && minNewTokens > 0,
	},
	{
		parameter: 'form',
		refusal: refuse('form-empty'),
		holds: ({formKind, form}) => formKind !== 'none' && form.trim() === '',
	},
];

const rulesFor = (values: Values) => RULES.find(({applies}) => applies(values))!;

/** Which strategy the parameters ask for. */
export const strategyOf = (values: Values): StrategyName => rulesFor(values).name;

/** The conflicts among parameters that are each allowed. */
export const conflictsOf = (values: Values): readonly Conflict[] =>
	[...ALWAYS, ...(rulesFor(values).conflicts as readonly Conflict[])].filter(({holds}) => holds(values));
