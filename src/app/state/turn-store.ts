import {computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import type {ModelInfo} from '../../protocol/engine.ts';
import {repoOf} from '../../protocol/library.ts';
import type {EngineRequestError} from '../../ui/client/engine-client.ts';
import {createQuery, type Engine} from '../../ui/client/query.ts';
import {wholeText} from './prompt.ts';
import type {PromptStore} from './prompt-store.ts';

/** Whether the prompt is a user's turn, written by the model's chat template, or text as it is. */
export interface TurnStore {
	/** Whether it can be switched: the model has a template, or the prompt is a turn already. */
	readonly available: ReadonlySignal<boolean>;
	readonly on: ReadonlySignal<boolean>;
	/** Why the template could not be filled; the prompt is then as it was. */
	readonly error: ReadonlySignal<EngineRequestError | null>;
	set(on: boolean): void;
	/** A new text has come from a page: a model that was trained to answer gets it as a turn. */
	offer(): void;
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
	model: ReadonlySignal<ModelInfo | null>;
}

export function createTurnStore({engine, prompt, model}: Parts): TurnStore {
	const query = createQuery(engine, 'turn');
	const on = computed(() => prompt.prompt.value.turn !== undefined);
	/** The prompt that was offered, until the model is known. */
	const offered = signal<string | null>(null);

	const write = () => {
		const asked = prompt.key.peek();
		void query.ask(
			{text: wholeText(prompt.prompt.peek())},
			// A prompt that has changed since stays as it is.
			{onAnswer: ({text}) => asked === prompt.key.peek() && prompt.setTurn(text)},
		);
	};
	const dispose = effect(() => {
		const info = model.value;
		if (!info || offered.value === null) return;
		const isOffered = offered.value === prompt.key.peek() && !on.peek();
		offered.value = null;
		if (isOffered && info.hasChat && answersTurns(info.id)) write();
	});

	return {
		available: computed(() => on.value || model.value?.hasChat === true),
		on,
		error: query.error,
		set(wanted) {
			query.reset();
			if (wanted === on.peek()) return;
			if (wanted) write();
			else prompt.setTurn(null);
		},
		offer() {
			offered.value = prompt.key.peek();
		},
		dispose() {
			dispose();
			query.cancel();
		},
	};
}
