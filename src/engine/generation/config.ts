import type {Generation} from '../../parameters/registry.ts';

/** The parameters of generation as the engine takes them: words that are banned are token ids. */
export interface GenerationConfig extends Readonly<Omit<Generation, 'badWords'>> {
	/** Token-id sequences that may not be completed. */
	readonly badWordsIds: readonly (readonly number[])[];
}
