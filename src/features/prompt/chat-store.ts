import {batch, computed, effect, type ReadonlySignal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery, type Engine} from '../../client/query.ts';
import type {ModelInfo} from '../../protocol/questions/model.ts';
import {repoOf} from '../../protocol/values/models.ts';
import {isNewText, turnOf, wordsOf} from './chat.ts';
import {TYPING_PAUSE} from './classes-store.ts';
import {wholeText} from './prompt.ts';
import type {PromptStore} from './prompt-store.ts';
import type {Session} from './session.ts';

/**
 * Whether the prompt is a user's turn, written by the model's chat template, or text as it is. Until a person has switched it, it is
 * on for a model that was trained to answer.
 */
export interface TurnStore {
	/** Whether it can be switched: the model has a template, or the prompt is a turn already. */
	readonly available: ReadonlySignal<boolean>;
	/** Whether the prompt is a turn, or the text that is written next will be one. */
	readonly on: ReadonlySignal<boolean>;
	/** Why the template could not be filled; the prompt is then as it was. */
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** The person has switched it: the prompt follows, and every new text after it. */
	set(on: boolean): void;
	/** A new text has come whole: from a page, or a menu. */
	offer(): void;
	/** The person has changed the editor's text: what is typed where there was nothing, or over all of it, is a new text. */
	type(shown: string): void;
	/** Another model than the one before answers: its template writes the person's words, or none does. */
	beginWithModel(): void;
	dispose(): void;
}

/** Families that mark their base models by `-Base`, so that a name without it is of one that answers. */
const MARKS_BASE = /(?:^|\/)(?:Qwen3(?:\.\d+)?|SmolLM3)-[\w.]+$/i;

/** Whether a model was trained to answer a person's turns, by its name: `SmolLM2-135M-Instruct`, `gemma-3-270m-it`, `Qwen3-0.6B`. */
export function answersTurns(name: string): boolean {
	const repo = repoOf(name);
	const says = (word: string) => new RegExp(`(?:^|[-_. ])(?:${word})(?:$|[-_. ])`, 'i').test(repo);
	return says('instruct|it|chat') || (!says('base') && MARKS_BASE.test(repo));
}

interface Parts {
	engine: Engine;
	prompt: PromptStore;
	session: Session;
	model: ReadonlySignal<ModelInfo | null>;
}

/** A prompt that is to become a turn as soon as the model is known, be the page closed until then; `typed` while a person types it. */
interface Offered {
	key: string;
	typed: boolean;
}

export function createTurnStore({engine, prompt, session, model}: Parts): TurnStore {
	const query = createQuery(engine, 'turn');
	const check = createQuery(engine, 'turn');
	/** What the person chose for this model; null until then. */
	const chosen = session.slot<boolean | null>('turn', null);
	const wanted = computed(() => {
		const info = model.value;
		return info?.hasChat === true && (chosen.value ?? answersTurns(info.id));
	});
	const isTurn = computed(() => prompt.prompt.value.turn !== undefined);
	const isBlank = computed(() => wholeText(prompt.prompt.value).trim() === '');
	const offered = session.slot<Offered | null>('turn-offered', null);

	const write = (typed: boolean) => {
		const asked = prompt.key.peek();
		void query.ask(
			{text: wholeText(prompt.prompt.peek())},
			{
				onAnswer(answer) {
					// It is asked again when the input method has ended.
					if (prompt.composing.peek()) return;
					if (offered.peek()?.key === asked) offered.value = null;
					// A prompt that has changed since stays as it is, and while it is typed the caret must find its place again.
					if (asked === prompt.key.peek() && (!typed || answer.around)) prompt.setTurn(answer, typed);
				},
				onError() {
					offered.value = null;
				},
			},
		);
	};
	const writeOffered = effect(() => {
		if (!model.value || prompt.composing.value || !offered.value) return;
		const {key, typed} = offered.value;
		if (wanted.value && key === prompt.key.peek() && !isTurn.peek() && !isBlank.peek()) write(typed);
		else if (!typed || !wanted.value) offered.value = null;
	});
	/** A turn that was edited where the person's words are may still be what the template makes of them. */
	const checkEdited = effect(() => {
		const now = prompt.prompt.value;
		const words = wordsOf(now);
		if (!now.turn || turnOf(now) !== null || words === now.turn.of) return check.cancel();
		const options = {
			delay: TYPING_PAUSE,
			onAnswer: ({text}: {text: string}) => text === prompt.prompt.peek().text && prompt.knowTurn(words),
		};
		void check.ask({text: words}, options);
	});
	const offer = (typed: boolean) => {
		offered.value = {key: prompt.key.peek(), typed};
	};

	return {
		available: computed(() => isTurn.value || model.value?.hasChat === true),
		on: computed(() => isTurn.value || (wanted.value && (isBlank.value || offered.value?.key === prompt.key.value))),
		error: query.error,
		set(on) {
			batch(() => {
				query.reset();
				offered.value = null;
				chosen.value = on;
				if (on === isTurn.peek()) return;
				if (!on) prompt.setTurn(null);
				else if (!isBlank.peek()) write(false);
			});
		},
		offer: () => offer(false),
		type(shown) {
			batch(() => {
				const isNew = isNewText(prompt.prompt.peek(), shown);
				prompt.edit(shown, wanted.peek());
				if (isNew || offered.peek()?.typed) offer(true);
			});
		},
		beginWithModel() {
			batch(() => {
				chosen.value = null;
				if (isTurn.peek()) prompt.setTurn(null);
				offer(false);
			});
		},
		dispose() {
			writeOffered();
			checkEdited();
			query.cancel();
			check.cancel();
		},
	};
}
