import * as v from 'valibot';
import {Text} from '../values/prompt.ts';

/** A text as a user's turn, by the model's own chat template. */
export const TurnParams = v.object({text: Text});

/** A text as a user's turn, and the beginning of the answer. The template writes its own special tokens: none is added before it. */
export interface TurnAnswer {
	text: string;
	/** What of it is before and after the words that were given; null for a template that does more to them than to trim them. */
	around: {before: string; after: string} | null;
}
