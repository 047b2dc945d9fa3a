import {computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery, type Engine} from '../../client/query.ts';
import {type Generation, generationOf} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import {type Chosen, type GrowingPrompt, requestOf, withClass, withoutLast} from './prompt.ts';

/** A text that grows, with the classes of what it is now: what a page without a prompt of its own runs the loop on. */
export interface GrowingText {
	readonly prompt: ReadonlySignal<GrowingPrompt>;
	/** Equal for prompts that ask the engine the same. */
	readonly key: ReadonlySignal<string>;
	append(token: Chosen, drawn?: 'drawn'): void;
	/** Take the last class back. */
	back(): void;
	startRun(): void;
	/** Begin with a text, and with what was appended to it before. */
	begin(text: string, appended?: readonly Chosen[], generated?: number): void;
	readonly classes: {
		/** The last answer; while it is not for the prompt's key, it belongs to an earlier prompt. */
		readonly answer: ReadonlySignal<ClassesAnswer | null>;
		readonly answerFor: ReadonlySignal<string | null>;
		readonly running: ReadonlySignal<boolean>;
		readonly error: ReadonlySignal<EngineRequestError | null>;
		retry(): void;
	};
	dispose(): void;
}

interface Parts {
	engine: Engine;
	text: string;
	settings: ReadonlySignal<Generation>;
	/** How many classes are listed. */
	limit: number;
}

/** Asks for the classes of the text at once, and whenever it or the settings change. */
export function createGrowingText({engine, text, settings, limit}: Parts): GrowingText {
	const prompt = signal<GrowingPrompt>({text, appended: [], generated: 0});
	const key = computed(() => JSON.stringify(requestOf(prompt.value)));
	const query = createQuery(engine, 'classes');
	const answerFor = signal<string | null>(null);
	/** The settings without the seed, which changes no class: a fresh one asks nothing again. */
	const generation = computed(() => JSON.stringify({...generationOf(settings.value), seed: 0}));
	const stop = effect(() => {
		const asked = key.value;
		const params = {prompt: requestOf(prompt.peek()), generation: JSON.parse(generation.value), limit};
		answerFor.value = null;
		void query.ask(params, {
			onAnswer() {
				answerFor.value = asked;
			},
		});
	});
	return {
		prompt,
		key,
		append(token, drawn) {
			prompt.value = withClass(prompt.peek(), token, drawn === 'drawn');
		},
		back() {
			if (prompt.peek().appended.length > 0) prompt.value = withoutLast(prompt.peek());
		},
		startRun() {
			prompt.value = {...prompt.peek(), generated: 0};
		},
		begin(next, appended = [], generated = 0) {
			prompt.value = {text: next, appended, generated};
		},
		classes: {
			answer: computed(() => query.result.value?.answer ?? null),
			answerFor,
			running: query.running,
			error: query.error,
			retry: query.retry,
		},
		dispose() {
			stop();
			query.cancel();
		},
	};
}
