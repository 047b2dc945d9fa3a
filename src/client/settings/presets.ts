import {CHOICE_NAMES, type ChoiceName, type Generation, NEUTRAL_GENERATION} from '../../engine/parameters/registry.ts';

/**
 * Named ways to choose a class. A preset decides everything about the choice (strategy, penalties, temperature and
 * truncation) and nothing about length, stop strings, banned words or seed.
 */

/** The parameters a preset decides. */
export type Choice = Pick<Generation, ChoiceName>;

/** Greedy search with everything else off: every preset starts from this. */
export const NEUTRAL_CHOICE = Object.fromEntries(CHOICE_NAMES.map(name => [name, NEUTRAL_GENERATION[name]])) as Choice;

/** The parameters that each preset sets away from NEUTRAL_CHOICE; the sources are the papers that proposed the values. */
const SETS = {
	greedy: {},
	balanced: {doSample: true, numReturnSequences: 4, temperature: 0.8, topK: 50, topP: 0.95},
	// High temperature made safe by min-p, https://arxiv.org/abs/2407.01082
	creative: {doSample: true, numReturnSequences: 4, temperature: 1.3, minP: 0.05},
	// https://arxiv.org/abs/1904.09751
	nucleus: {doSample: true, numReturnSequences: 4, topP: 0.9},
	beam: {numBeams: 4, earlyStopping: true},
	ancestral: {doSample: true},
	// The k of GPT-2's own samples.
	topK: {doSample: true, topK: 40},
	// The value for stories of https://arxiv.org/abs/2202.00666
	typical: {doSample: true, typicalP: 0.2},
	// Drafts from the text itself, which need no second model: https://github.com/apoorvumang/prompt-lookup-decoding
	speculative: {promptLookupNumTokens: 4},
} as const satisfies Record<string, Partial<Choice>>;

/** The name of a preset. */
export type PresetId = keyof typeof SETS;

/** Presets by name, each with the parameters it sets away from neutral. */
export const PRESETS: Readonly<Record<PresetId, Partial<Choice>>> = SETS;

/** Those the options page offers, in order. */
export const OPTION_PRESETS = ['greedy', 'balanced', 'creative', 'nucleus', 'beam'] as const satisfies PresetId[];

/** Those the strategies view offers, in order: the classic comparison. */
export const STRATEGY_PRESETS = [
	'greedy',
	'ancestral',
	'topK',
	'nucleus',
	'typical',
	'beam',
	'speculative',
] as const satisfies PresetId[];

/** The parameters with the preset's choosing, keeping length, stop strings, banned words and seed. */
export const applyPreset = <T extends Generation>(settings: T, preset: PresetId): T => ({
	...settings,
	...NEUTRAL_CHOICE,
	...PRESETS[preset],
});

/** Whether the parameters choose exactly as the preset does. */
export function isPreset(generation: Generation, preset: PresetId): boolean {
	const choice: Choice = {...NEUTRAL_CHOICE, ...PRESETS[preset]};
	return (Object.keys(choice) as (keyof Choice)[]).every(name => generation[name] === choice[name]);
}

/** A preset's parameters where strategies are compared: each gives one text. */
export const comparedChoice = (preset: PresetId): Choice => ({
	...NEUTRAL_CHOICE,
	...PRESETS[preset],
	numReturnSequences: 1,
});
