import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import type {EngineRequestError} from '../../../client/engine-client.ts';
import {createQuery, type Engine} from '../../../client/query.ts';
import type {Answer, EventOf, Method, Params} from '../../../protocol/questions.ts';
import type {Progress} from '../../../protocol/values/prompt.ts';

/** A question whose answer comes in parts. */
export interface Streamed<M extends Method> {
	/** What has come of this question so far, progress left out. */
	events: readonly Exclude<EventOf<M>, Progress>[];
	/** Null until all of it is there. */
	answer: Answer<M> | null;
	running: boolean;
	progress: Progress | null;
	error: EngineRequestError | null;
	retry(): void;
	cancel(): void;
}

/** Milliseconds to wait for further typing. */
const DELAY = 350;

/** Ask for as long as the component is shown, and keep what is streamed. Another question, or none, cancels the last. */
export function useStream<M extends Method>(engine: Engine, method: M, params: Params<M> | null): Streamed<M> {
	const query = useMemo(() => createQuery(engine, method), [engine, method]);
	const events = useSignal<Exclude<EventOf<M>, Progress>[]>([]);
	// Ten thousand lines are written out once, not at every event.
	const key = useMemo(() => JSON.stringify(params), [params]);
	const question = useMemo(() => params, [key]);
	useEffect(() => {
		events.value = [];
		if (question === null) return;
		void query.ask(question, {
			delay: DELAY,
			onEvent: event => {
				events.value = [...events.peek(), event];
			},
		});
		return query.cancel;
	}, [query, question]);
	const result = query.result.value;
	return {
		events: events.value,
		answer: result !== null && result.params === question ? result.answer : null,
		running: query.running.value,
		progress: query.progress.value,
		error: query.error.value,
		retry() {
			events.value = [];
			query.retry();
		},
		cancel: query.cancel,
	};
}
