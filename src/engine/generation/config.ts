import type {Generation, ParameterName} from '../parameters/registry.ts';
import type {HeldForm} from './form/held.ts';

/** Added to the logit of the class that would complete these classes. */
export interface SequenceBias {
	readonly ids: readonly number[];
	readonly bias: number;
}

/** What the engine takes in place of parameters that people write as text. */
interface Ids {
	/** Token-id sequences that may not be completed. */
	readonly badWordsIds: readonly (readonly number[])[];
	/** Another prompt, from which `guidanceScale` leads away; null for the last token of the prompt. */
	readonly negativePromptIds: readonly number[] | null;
	readonly sequenceBiases: readonly SequenceBias[];
	readonly suppressTokensIds: readonly number[];
	readonly beginSuppressTokensIds: readonly number[];
	/** Tokens at which a repetition ends. */
	readonly drySequenceBreakersIds: readonly number[];
	/** The form that a continuation must have; null where it may have any. */
	readonly heldTo: HeldForm | null;
}

/** The parameters that people write as text, by the names of what the engine takes in their place. */
export const WRITTEN_AS_TEXT = {
	badWords: 'badWordsIds',
	negativePrompt: 'negativePromptIds',
	sequenceBias: 'sequenceBiases',
	suppressTokens: 'suppressTokensIds',
	beginSuppressTokens: 'beginSuppressTokensIds',
	drySequenceBreakers: 'drySequenceBreakersIds',
	form: 'heldTo',
} as const satisfies Partial<Record<ParameterName, keyof Ids>>;
export type WrittenAsText = keyof typeof WRITTEN_AS_TEXT;

/** Whether people write this parameter as text, and the engine takes token ids. */
export const isWrittenAsText = (name: ParameterName): name is WrittenAsText => name in WRITTEN_AS_TEXT;

/** The parameters of generation as the engine takes them. */
export interface GenerationConfig extends Readonly<Omit<Generation, WrittenAsText>>, Ids {}

/** Nothing banned, biased or suppressed, and no other prompt. */
const NO_IDS: Ids = {
	badWordsIds: [],
	negativePromptIds: null,
	sequenceBiases: [],
	suppressTokensIds: [],
	beginSuppressTokensIds: [],
	drySequenceBreakersIds: [],
	heldTo: null,
};

/** The engine's parameters from a person's, with token ids for what is written as text; none where they are left out. */
export function configWith(generation: Generation, ids: Partial<Ids> = {}): GenerationConfig {
	const numbers: Partial<Generation> = {...generation};
	for (const name of Object.keys(WRITTEN_AS_TEXT) as WrittenAsText[]) delete numbers[name];
	return {...(numbers as Omit<Generation, WrittenAsText>), ...NO_IDS, ...ids};
}

/** The classes that end a text: those that were asked for, or the model's own. */
export const endsOf = (
	{eosTokenId}: Pick<GenerationConfig, 'eosTokenId'>,
	model: {eosTokenIds: readonly number[]},
): readonly number[] => (eosTokenId.length > 0 ? eosTokenId : model.eosTokenIds);

/** Classes that each beam needs: it may end in as many ways as there are ends, and one besides must be left. */
export const classesOfBeam = (ends: readonly number[]): number => Math.max(1, ends.length) + 1;
