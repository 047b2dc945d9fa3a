import {batch, computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';
import {ClassesAnswer, type Progress} from '../../protocol/engine.ts';
import {Generation} from '../../protocol/generation.ts';
import type {Settings} from '../../settings/settings.ts';
import {EngineRequestError, isCancelled} from '../../ui/client/engine-client.ts';
import type {StoreParts} from './parts.ts';
import {requestOf} from './prompt.ts';

/** The next-token classes of the prompt: asked again whenever prompt or settings change, the older question cancelled. */
export interface ClassesStore {
	/** The last answer; while `running` it belongs to an earlier question. */
	readonly answer: ReadonlySignal<ClassesAnswer | null>;
	/** The prompt the answer is of: a `PromptStore` key. */
	readonly answerFor: ReadonlySignal<string | null>;
	/** The settings the answer is of, which may have changed since. */
	readonly answerWith: ReadonlySignal<Generation | null>;
	readonly running: ReadonlySignal<boolean>;
	readonly progress: ReadonlySignal<Progress | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	retry(): void;
	dispose(): void;
}

const Saved = v.object({
	/** Names prompt, settings and limit. */
	question: v.nullable(v.string()),
	prompt: v.nullable(v.string()),
	generation: v.nullable(Generation),
	answer: v.nullable(ClassesAnswer),
});

/** How long typing must pause before the engine is asked. */
export const TYPING_PAUSE = 180;

/** Starts with the answer that an earlier page left; asks once `ready`. */
export function createClassesStore({engine, session, prompt, settings, ready}: StoreParts): ClassesStore {
	const saved = session.slot('classes', Saved, {question: null, prompt: null, generation: null, answer: null});
	const answer = signal(saved.value.answer);
	const answerFor = signal(saved.value.prompt);
	const answerWith = signal(saved.value.generation);
	const running = signal(false);
	const progress = signal<Progress | null>(null);
	const error = signal<EngineRequestError | null>(null);
	const attempt = signal(0);

	/** All that the answer depends on. The seed and what is merely shown are no part of it. */
	const question = computed(() => {
		const {generation, classesListed} = settings.value;
		return `${prompt.key.value} ${JSON.stringify({...generation, seed: 0})} ${classesListed}`;
	});

	async function ask(question: string, key: string, current: Settings, signal: AbortSignal) {
		const params = {
			prompt: requestOf(prompt.prompt.peek()),
			// The seed changes nothing here; leaving it out keeps the question the same.
			generation: {...current.generation, seed: 0},
			limit: current.classesListed,
		};
		const onEvent = (event: Progress) => {
			progress.value = event;
		};
		try {
			const found = await engine.request('classes', params, {signal, onEvent});
			batch(() => {
				answer.value = found;
				answerFor.value = key;
				answerWith.value = current.generation;
				running.value = false;
				progress.value = null;
				saved.value = {question, prompt: key, generation: current.generation, answer: found};
			});
		} catch (cause) {
			if (isCancelled(cause)) return;
			batch(() => {
				error.value = asRequestError(cause);
				running.value = false;
				progress.value = null;
			});
		}
	}

	const dispose = effect(() => {
		if (!ready.value) return;
		const asked = question.value;
		void attempt.value;
		error.value = null;
		progress.value = null;
		if (saved.peek().question === asked) {
			running.value = false;
			return;
		}
		running.value = true;
		const abort = new AbortController();
		const pause = prompt.change.peek() === 'typed' ? TYPING_PAUSE : 0;
		const timer = setTimeout(() => void ask(asked, prompt.key.peek(), settings.peek(), abort.signal), pause);
		return () => {
			clearTimeout(timer);
			abort.abort();
		};
	});

	return {
		answer,
		answerFor,
		answerWith,
		running,
		progress,
		error,
		retry: () => {
			attempt.value++;
		},
		dispose,
	};
}

/** Any failure as the kind the views show. */
export const asRequestError = (cause: unknown) =>
	cause instanceof EngineRequestError
		? cause
		: new EngineRequestError('internal', cause instanceof Error ? cause.message : String(cause), {cause});
