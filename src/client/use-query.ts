import {useEffect, useMemo} from 'preact/hooks';
import type {Answer, Method, Params} from '../protocol/questions.ts';
import type {Progress} from '../protocol/values/prompt.ts';
import type {EngineRequestError} from './engine-client.ts';
import {createQuery, type Engine} from './query.ts';

/** The state of a component's question. */
export interface QueryState<M extends Method> {
	/** Null until the engine has answered this question; the answer to an earlier one is never given for it. */
	answer: Answer<M> | null;
	progress: Progress | null;
	error: EngineRequestError | null;
	retry(): void;
}

/** Ask the engine for as long as the component is shown; another question, or none (`null`), cancels the last. */
export function useQuery<M extends Method>(engine: Engine, method: M, params: Params<M> | null): QueryState<M> {
	const query = useMemo(() => createQuery(engine, method), [engine, method]);
	const key = JSON.stringify(params);
	const question = useMemo(() => params, [key]);
	useEffect(() => {
		if (question === null) return;
		void query.ask(question);
		return query.cancel;
	}, [query, question]);
	const result = query.result.value;
	return {
		answer: result !== null && result.params === question ? result.answer : null,
		progress: query.progress.value,
		error: query.error.value,
		retry: query.retry,
	};
}
