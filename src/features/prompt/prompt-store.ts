import {computed, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import type {CutWord, Source} from '../../protocol/messages/inbox.ts';
import type {TurnAnswer} from '../../protocol/questions/chat.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {type Chosen, withClass} from '../loop/prompt.ts';
import {EMPTY_HAND, type Hand} from './biases.ts';
import {asTurn, isNewText, knownTurn, withoutTurn} from './chat.ts';
import {
	allText,
	EMPTY_PROMPT,
	editPrompt,
	endsWithChosen,
	inPlaceOf,
	type PromptState,
	promptKey,
	promptOf,
	pushUndo,
	type UndoEntry,
	undoStep,
	wholeText,
} from './prompt.ts';
import type {Session} from './session.ts';

/** Where the prompt's text came from. */
type Origin = 'page' | 'typed' | 'example' | 'link';

interface Saved {
	prompt: PromptState;
	origin: Origin;
	/** Where on a page a continuation can be put. */
	source: Source | null;
	undo: UndoEntry[];
	/** How the prompt last changed: typing waits for the next key, a choice doesn't. */
	change: 'typed' | 'chosen' | 'replaced';
}

/** The prompt and its changes. Saved with the session. */
export interface PromptStore {
	readonly prompt: ReadonlySignal<PromptState>;
	/** Equal for prompts that ask the engine the same. */
	readonly key: ReadonlySignal<string>;
	readonly origin: ReadonlySignal<Origin>;
	readonly source: ReadonlySignal<Source | null>;
	readonly change: ReadonlySignal<'typed' | 'chosen' | 'replaced'>;
	readonly canUndo: ReadonlySignal<boolean>;
	/** Whether an input method composes a text in the editor, which nothing else may change meanwhile. */
	readonly composing: Signal<boolean>;
	/**
	 * The editor's text was changed.
	 * @param becomesTurn whether a new text becomes a turn: the editor cannot take that back by itself.
	 */
	edit(shown: string, becomesTurn?: boolean): void;
	/** Append a class, chosen by hand or drawn: one decode step for the engine. */
	append(token: Chosen, drawn?: 'drawn'): void;
	/** Count the next draw as the first of a run. */
	startRun(): void;
	/**
	 * Start from another text; the one before can be brought back with `undo`.
	 * @param cut what the selection that it comes from left of the words that it cut.
	 */
	replace(text: string, origin: Origin, source?: Source | null, cut?: CutWord): void;
	/** Put the tokenizer's beginning before the text, or leave it out. */
	addSpecialTokens(added: boolean): void;
	/**
	 * Write the text as a user's turn, as the model's template has written it, or, with null, the person's words alone.
	 * @param typed whether the person is typing it: then it is no step of its own.
	 */
	setTurn(written: TurnAnswer | null, typed?: boolean): void;
	/** The text of the turn is what the template makes of these words. */
	knowTurn(words: string): void;
	/** A model has read the prompt as these tokens. Chosen classes that are others for it are text from now on. */
	wasRead(tokens: readonly Token[]): void;
	undo(): void;
	/** What was done to the distributions by hand. */
	readonly hand: ReadonlySignal<Hand>;
	/**
	 * Push or forbid by hand.
	 * @param about the class or word that it is about, by `keyOf`, or another name: steps about one, one after the other, are taken
	 * back together.
	 */
	setHand(hand: Hand, about: string | null): void;
}

/** Starts with the prompt that an earlier page left. */
export function createPromptStore(session: Session): PromptStore {
	const saved = session.slot<Saved>('prompt', {
		prompt: EMPTY_PROMPT,
		origin: 'typed',
		source: null,
		undo: [],
		change: 'replaced',
	});
	// Each part changes alone: who shows the prompt is not drawn again for an undo entry.
	const prompt = computed(() => saved.value.prompt);
	const replaced = () => {
		const {undo, prompt: now, source} = saved.value;
		return pushUndo(undo, {kind: 'replace', prompt: now, source});
	};
	return {
		prompt,
		key: computed(() => promptKey(prompt.value)),
		origin: computed(() => saved.value.origin),
		source: computed(() => saved.value.source),
		change: computed(() => saved.value.change),
		canUndo: computed(() => saved.value.undo.length > 0),
		composing: signal(false),
		edit(shown, becomesTurn = false) {
			const {prompt: now, origin} = saved.value;
			const isNew = isNewText(now, shown);
			const endsTurn = isNew && now.turn !== undefined;
			const next = endsTurn ? inPlaceOf(now, shown) : editPrompt(now, shown);
			// A paste that was cut can't be taken back in the editor, and chosen classes are text from now on.
			const lost = endsTurn || next.head !== now.head || now.appended.length > 0;
			const overwritten = isNew && becomesTurn && wholeText(now).trim() !== '';
			const undo = lost || overwritten ? replaced() : saved.value.undo;
			saved.value = {...saved.value, prompt: next, origin: originAfterEdit(origin), undo, change: 'typed'};
		},
		append(token, drawn) {
			const undo = pushUndo(saved.value.undo, {kind: 'append'});
			const next = withClass(saved.value.prompt, token, drawn === 'drawn');
			saved.value = {...saved.value, prompt: next, undo, change: 'chosen'};
		},
		startRun() {
			if (saved.value.prompt.generated === 0) return;
			saved.value = {...saved.value, prompt: {...saved.value.prompt, generated: 0}, change: 'chosen'};
		},
		replace(text, origin, source = null, cut) {
			const same = promptKey(promptOf(text)) === promptKey(saved.value.prompt);
			const undo = same || saved.value.prompt === EMPTY_PROMPT ? saved.value.undo : replaced();
			saved.value = {prompt: {...promptOf(text), ...(cut && {cut})}, origin, source, undo, change: 'replaced'};
		},
		addSpecialTokens(added) {
			const {addSpecialTokens: _, ...before} = saved.value.prompt;
			const next = {...before, generated: 0, ...(added ? {} : {addSpecialTokens: false})};
			saved.value = {...saved.value, prompt: next, change: 'chosen'};
		},
		setTurn(written, typed = false) {
			const {prompt: now, undo} = saved.value;
			const next = written === null ? withoutTurn(now) : asTurn(now, written);
			const step = typed ? ({undo, change: 'typed'} as const) : ({undo: replaced(), change: 'replaced'} as const);
			saved.value = {...saved.value, prompt: next, ...step};
		},
		knowTurn(words) {
			saved.value = {...saved.value, prompt: knownTurn(saved.value.prompt, words)};
		},
		wasRead(tokens) {
			if (endsWithChosen(tokens, saved.value.prompt)) return;
			// None of them can be taken back alone any more.
			const undo = saved.value.undo.slice(0, saved.value.undo.findLastIndex(({kind}) => kind !== 'append') + 1);
			saved.value = {...saved.value, prompt: allText(saved.value.prompt), undo, change: 'replaced'};
		},
		hand: computed(() => prompt.value.hand ?? EMPTY_HAND),
		setHand(hand, about) {
			const {undo, prompt: now} = saved.value;
			const last = undo.at(-1);
			const goesOn = last?.kind === 'hand' && last.about === about && about !== null;
			const before = {kind: 'hand' as const, hand: now.hand ?? EMPTY_HAND, about};
			saved.value = {
				...saved.value,
				prompt: {...now, hand},
				undo: goesOn ? undo : pushUndo(undo, before),
				change: 'chosen',
			};
		},
		undo() {
			const back = undoStep(saved.value.prompt, saved.value.undo);
			if (!back) return;
			const source = back.source === undefined ? saved.value.source : back.source;
			saved.value = {...saved.value, prompt: back.prompt, source, undo: back.stack, change: 'chosen'};
		},
	};
}

const originAfterEdit = (origin: Origin): Origin => (origin === 'example' ? 'typed' : origin);
