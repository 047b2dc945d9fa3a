import type {Prompt, Token} from '../../protocol/values/prompt.ts';
import {spelledToken} from '../../protocol/values/spell.ts';

/** A prompt that grows class by class: pure values and functions, the same on every page. */

/** A class that was appended, with the rank it had then, where that is known. */
export type Chosen = Token & {rank?: number};

/** A text and what was appended to it. */
export interface GrowingPrompt {
	text: string;
	/** Classes that were chosen one at a time, after the text. */
	appended: readonly Chosen[];
	/** How many of the last of them were drawn in one run, with nothing else done between. */
	generated: number;
	/** Whether the tokenizer's beginning comes before the text; it does when left out. */
	addSpecialTokens?: boolean;
}

/** The prompt with one more class: chosen by hand, which ends a run of draws, or drawn. */
export const withClass = <P extends GrowingPrompt>(prompt: P, {id, text, bytes, rank}: Chosen, drawn = false): P => ({
	...prompt,
	appended: [...prompt.appended, {id, text, bytes, rank}],
	generated: drawn ? prompt.generated + 1 : 0,
});

/** The prompt without its last class; taking back ends a run of draws. */
export const withoutLast = <P extends GrowingPrompt>(prompt: P): P => ({
	...prompt,
	appended: prompt.appended.slice(0, -1),
	generated: 0,
});

/** The prompt as the engine is asked. */
export const requestOf = ({text, appended, generated, addSpecialTokens}: GrowingPrompt): Prompt => ({
	text,
	appended: appended.map(spelledToken),
	...(generated > 0 ? {generated} : {}),
	...(addSpecialTokens === false ? {addSpecialTokens} : {}),
});
