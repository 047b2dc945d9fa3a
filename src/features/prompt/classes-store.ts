import {computed, effect, type ReadonlySignal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery} from '../../client/query.ts';
import {isSameJson} from '../../client/same-json.ts';
import {classesQuestion} from '../../client/settings/classes-question.ts';
import {type Generation, generationOf} from '../../engine/parameters/registry.ts';
import type {Ahead} from '../../protocol/messages/inbox.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {Progress} from '../../protocol/values/prompt.ts';
import {requestOf} from '../loop/prompt.ts';
import type {StoreParts} from './parts.ts';

/** The next-token classes of the prompt: asked again whenever prompt or settings change. */
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

interface Saved {
	/** Names prompt, settings and limit. */
	question: string;
	/** Key of the prompt. */
	prompt: string;
	generation: Generation;
	answer: ClassesAnswer;
}

/** How long typing must pause before the engine is asked. */
export const TYPING_PAUSE = 180;

interface Parts extends StoreParts {
	/** A question that was asked before the page opened, and its answer. */
	ahead?: Pick<Ahead, 'params' | 'answer'> | null;
}

const EMPTY = {text: '', appended: []};

/** Starts with the answer that an earlier page left; asks once `ready`. */
export function createClassesStore({engine, session, prompt, settings, ready, ahead}: Parts): ClassesStore {
	const saved = session.slot<Saved | null>('classes', null);
	const query = createQuery(engine, 'classes');

	/** Everything the answer depends on; not the seed, nor settings of the display. */
	const question = computed(() => {
		const {generation, limit} = classesQuestion(EMPTY, settings.value);
		return `${prompt.key.value} ${JSON.stringify(generation)} ${limit}`;
	});

	const dispose = effect(() => {
		if (!ready.value) return;
		const asked = question.value;
		if (saved.peek()?.question === asked) return query.cancel();
		const generation = generationOf(settings.peek());
		const key = prompt.key.peek();
		const params = classesQuestion(requestOf(prompt.prompt.peek()), settings.peek());
		if (ahead && isSameJson(ahead.params, params)) {
			saved.value = {question: asked, prompt: key, generation, answer: ahead.answer};
			return query.cancel();
		}
		void query.ask(params, {
			delay: prompt.change.peek() === 'typed' ? TYPING_PAUSE : 0,
			onAnswer(answer) {
				saved.value = {question: asked, prompt: key, generation, answer};
				prompt.wasRead(answer.tokens);
			},
		});
	});

	return {
		answer: computed(() => saved.value?.answer ?? null),
		answerFor: computed(() => saved.value?.prompt ?? null),
		answerWith: computed(() => saved.value?.generation ?? null),
		running: query.running,
		progress: query.progress,
		error: query.error,
		retry: query.retry,
		dispose() {
			dispose();
			query.cancel();
		},
	};
}
