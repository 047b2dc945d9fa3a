import {endOf} from '../../client/text-end.ts';
import type {CutWord, Source} from '../../protocol/messages/inbox.ts';
import {MAX_TEXT_LENGTH, type Token} from '../../protocol/values/prompt.ts';
import {spell} from '../../protocol/values/spell.ts';
import {type Chosen, type GrowingPrompt, withoutLast} from '../loop/prompt.ts';
import type {Hand} from './biases.ts';
import {fingerprint} from './fingerprint.ts';

/** The prompt as the popup keeps it: pure values and functions. */

/** A prompt, and how much of it the editor shows. */
export interface PromptState extends GrowingPrompt {
	/** The whole text, as it goes to the engine: at most MAX_TEXT_LENGTH characters. */
	text: string;
	/** How many characters at the start of `text` the editor leaves out, because the text is long. */
	head: number;
	/** How many characters at the start of `text` it began with; what follows them was written or chosen here. */
	given: number;
	appended: Chosen[];
	/** What its selection left of the words that it cut, until the text is edited. */
	cut?: CutWord;
	/** What was done to its distributions by hand; nothing when left out. */
	hand?: Hand;
	/** What a user's turn was made of; left out for text as it is. */
	turn?: Turn;
}

/** A text that the model's chat template has written as a user's turn. */
interface Turn {
	of: string;
	/** The fingerprint of what the template made of it. */
	written: string;
	/** What the template puts before and after a person's words; left out where it does more to them than to trim them. */
	around?: {before: string; after: string};
}

/** The editor shows at most this much of a long text; a context of 1,024 tokens is about 4,500 characters of English. */
export const SHOWN_CHARACTERS = 8000;
const SHOW_MORE_BELOW = SHOWN_CHARACTERS / 4;
const CUT_ABOVE = SHOWN_CHARACTERS * 1.5;

/** A prompt of this text; of a text longer than a request may carry, its end. Lone surrogates become U+FFFD. */
export function promptOf(text: string): PromptState {
	const wellFormed = text.replace(/\p{Cs}/gu, '\ufffd');
	const end = endOf(wellFormed, MAX_TEXT_LENGTH);
	const head = end.length - endOf(end, SHOWN_CHARACTERS).length;
	return {text: end, head, given: end.length, appended: [], generated: 0};
}

/** A prompt of another text in this one's place: what was done to its distributions by hand stays. */
export const inPlaceOf = ({hand}: PromptState, text: string): PromptState => ({
	...promptOf(text),
	...(hand && {hand}),
});

/** The empty prompt: the model starts from `<|endoftext|>`. */
export const EMPTY_PROMPT = promptOf('');

/** The text in the editor: the end of the prompt's text, and the text of the chosen classes. */
export const shownText = (prompt: PromptState) => prompt.text.slice(prompt.head) + spell(prompt.appended);

/** The text with everything that was appended. */
export const wholeText = (prompt: PromptState) => prompt.text + spell(prompt.appended);

/** What was written or chosen after the text that the prompt began with. */
export const addedText = (prompt: PromptState) => wholeText(prompt).slice(prompt.given);

/** The prompt after the editor's text was changed: everything in it is then text. */
export function editPrompt(prompt: PromptState, shown: string): PromptState {
	const {addSpecialTokens, hand, turn} = prompt;
	const edited = prompt.text.slice(0, prompt.head) + shown;
	const whole = promptOf(edited);
	const given = givenAfter(prompt.given, wholeText(prompt), edited) - (edited.length - whole.text.length);
	const next = {
		...whole,
		given: Math.max(0, given),
		...(addSpecialTokens === false && {addSpecialTokens}),
		...(hand && {hand}),
		...(turn && {turn}),
	};
	const tooLong = shown.length > CUT_ABOVE;
	const tooShort = prompt.head > 0 && shown.length < SHOW_MORE_BELOW;
	// Otherwise the cut stays where it is, or the editor's text would move under the caret with every key.
	return tooLong || tooShort || next.text.length < prompt.head ? next : {...next, head: prompt.head};
}

/** The prompt with its chosen classes as text. */
export const allText = (prompt: PromptState) => editPrompt(prompt, shownText(prompt));

/** Where the given text ends after an edit: an edit before its end moves it, one across it ends it where the edit begins. */
function givenAfter(given: number, before: string, after: string): number {
	const {start, end} = keptOf(before, after);
	if (start >= given) return given;
	return before.length - end < given ? given + after.length - before.length : start;
}

/** How many characters an edit kept at the start of a text, and how many at its end. */
export function keptOf(before: string, after: string): {start: number; end: number} {
	const shorter = Math.min(before.length, after.length);
	let start = 0;
	while (start < shorter && before[start] === after[start]) start++;
	let end = 0;
	while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
	return {start, end};
}

/** Names a prompt: equal for prompts that ask the engine the same. */
export const promptKey = ({text, appended, generated, addSpecialTokens}: PromptState) =>
	`${fingerprint(text)}${addSpecialTokens === false ? '!' : ''}+${appended.map(token => token.id).join(',')}` +
	`+${fingerprint(spell(appended))}${generated > 0 ? `~${generated}` : ''}`;

/** Whether a prompt is the one named `before` with one more class. */
export const isOneMore = (prompt: PromptState, before: string) =>
	prompt.appended.length > 0 &&
	before.split('~')[0] === promptKey({...prompt, appended: prompt.appended.slice(0, -1), generated: 0});

/**
 * The tokens of a prompt, from those that came with the answer to an earlier one (named `answered`): the same while
 * classes are only appended or taken back. Null once the text itself has changed.
 */
export function tokensSince(prompt: PromptState, answered: string, tokens: readonly Token[]): readonly Token[] | null {
	const [text, ids] = answered.split('~')[0].split('+');
	if (text.replace('!', '') !== fingerprint(prompt.text)) return null;
	const before = ids === '' ? [] : ids.split(',');
	const shared = before.findIndex((id, i) => id !== String(prompt.appended[i]?.id));
	const common = shared < 0 ? before.length : shared;
	const removed = before.length - common;
	return removed > tokens.length
		? null
		: [...tokens.slice(0, tokens.length - removed), ...prompt.appended.slice(common)];
}

/** Whether tokens that the model has read end with the chosen ones of a prompt, as far as it has read them. */
export function endsWithChosen(tokens: readonly Token[], {appended}: PromptState): boolean {
	const read = Math.min(tokens.length, appended.length);
	const [last, chosen] = [tokens.slice(tokens.length - read), appended.slice(appended.length - read)];
	return last.every(({id}, i) => id === chosen[i].id) && spell(last) === spell(chosen);
}

/**
 * A step that can be taken back: an appended class, a prompt that another took the place of, with where on a page it was from
 * (left out by earlier versions), or the hand before a class was pushed or forbidden (`about` names it, so that a drag is one
 * step; null for all of them).
 */
export type UndoEntry =
	| {kind: 'append'}
	| {kind: 'replace'; prompt: PromptState; source?: Source | null}
	| {kind: 'hand'; hand: Hand; about: string | null};

const MAX_UNDO = 200;
const MAX_REPLACED = 5;

/** The undo stack with one more entry; of replaced prompts, which may be long, only the newest few are kept. */
export function pushUndo(stack: readonly UndoEntry[], entry: UndoEntry): UndoEntry[] {
	const next = [...stack, entry].slice(-MAX_UNDO);
	const replaced = next.filter(({kind}) => kind === 'replace').length;
	if (replaced <= MAX_REPLACED) return next;
	// The entries below a forgotten prompt belong to a prompt before it, and can't be taken back any more.
	const oldest = next.findIndex(({kind}) => kind === 'replace');
	return next.slice(oldest + 1);
}

/**
 * The prompt before the last step, with its source where another prompt had taken its place, and the stack without it; null
 * when there is nothing to take back.
 */
export function undoStep(
	prompt: PromptState,
	stack: readonly UndoEntry[],
): {prompt: PromptState; stack: UndoEntry[]; source?: Source | null} | null {
	const entry = stack.at(-1);
	if (!entry) return null;
	const rest = stack.slice(0, -1);
	// Taking back ends a run of draws.
	if (entry.kind === 'replace') return {prompt: {...entry.prompt, generated: 0}, stack: rest, source: entry.source};
	if (entry.kind === 'hand') return {prompt: {...prompt, hand: entry.hand}, stack: rest};
	return {prompt: withoutLast(prompt), stack: rest};
}
