import type {TurnAnswer} from '../../protocol/questions/chat.ts';
import {fingerprint} from './fingerprint.ts';
import {inPlaceOf, keptOf, type PromptState, shownText, wholeText} from './prompt.ts';

/** A prompt that is a user's turn, and the person's words in it: pure functions. */

/** A prompt's text as a user's turn, as the model's template has written it; its special tokens are in it. */
export const asTurn = (prompt: PromptState, {text, around}: TurnAnswer): PromptState => ({
	...inPlaceOf(prompt, text),
	addSpecialTokens: false,
	turn: {of: wholeText(prompt), written: fingerprint(text), ...(around && {around})},
});

/** Where a person's words stand in the text of a turn; null where that cannot be said, and for text as it is. */
function placeOf({text, turn}: PromptState): {start: number; end: number} | null {
	if (!turn?.around) return null;
	const {before, after} = turn.around;
	const end = text.startsWith(before) ? text.indexOf(after, before.length) : -1;
	return end < 0 ? null : {start: before.length, end};
}

/** What a person wrote: the words of a turn as they have been edited in it, or all of a text as it is. */
export function wordsOf(prompt: PromptState): string {
	const {turn, text} = prompt;
	if (!turn) return wholeText(prompt);
	const place = turnOf(prompt) === null ? placeOf(prompt) : null;
	return place ? text.slice(place.start, place.end) : turn.of;
}

/** A person's words without the turn that was made of them; the prompt itself where it is none. */
export const withoutTurn = (prompt: PromptState): PromptState =>
	prompt.turn ? inPlaceOf(prompt, wordsOf(prompt)) : prompt;

/** The words that the model's template is known to make the prompt's text of; null for text as it is, or a turn that was edited. */
export const turnOf = ({text, turn}: Pick<PromptState, 'text' | 'turn'>): string | null =>
	turn && fingerprint(text) === turn.written ? turn.of : null;

/** A turn whose text is known to be what the template makes of these words. */
export const knownTurn = (prompt: PromptState, words: string): PromptState =>
	prompt.turn ? {...prompt, turn: {...prompt.turn, of: words, written: fingerprint(prompt.text)}} : prompt;

/**
 * Whether the editor's text has become another one: written where there was none, or over all of it. In a turn that is an edit
 * from before the person's words to after them.
 */
export function isNewText(prompt: PromptState, shown: string): boolean {
	const old = shownText(prompt);
	// What the editor doesn't show is still there.
	if (prompt.head > 0) return false;
	if (shown === '') return prompt.turn !== undefined;
	if (old.trim() === '') return true;
	const kept = keptOf(old, shown);
	// What is left after something was deleted was there before.
	if (kept.start + kept.end === shown.length) return false;
	const place = placeOf(prompt);
	const [before, after] = place ? [place.start, old.length - place.end] : [0, 0];
	return kept.start < Math.max(1, before) && kept.end < Math.max(1, after);
}

/**
 * Where a caret stands in the editor after the words around it have become a turn.
 * @param fromEnd how many characters of the words were after it.
 */
export function caretInTurn(prompt: PromptState, fromEnd: number): number {
	const place = placeOf(prompt);
	const shown = shownText(prompt).length;
	if (!place || !prompt.turn) return shown;
	const {of} = prompt.turn;
	// A template may trim.
	const trimmed = place.end - place.start === of.length ? 0 : of.length - of.trimEnd().length;
	return Math.max(place.start, place.end - Math.max(0, fromEnd - trimmed)) - prompt.head;
}
