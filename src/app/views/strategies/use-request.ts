import {useEffect, useState} from 'preact/hooks';
import type {Answer, EventOf, Method, Params, Progress} from '../../../protocol/engine.ts';
import {type EngineClient, isCancelled} from '../../../ui/client/engine-client.ts';

/** A question and what has come of it. */
export interface Asked<M extends Method> {
	/** Null until the engine answered; an older answer never stands in for a newer question. */
	answer: Answer<M> | null;
	progress: Progress | null;
	error: string | null;
	retry(): void;
}

/** Ask the engine for as long as the component shows; another question, or none (`null`), cancels the last. */
export function useRequest<M extends Method>(
	engine: Pick<EngineClient, 'request'>,
	method: M,
	params: Params<M> | null,
): Asked<M> {
	const question = JSON.stringify(params);
	const [attempt, setAttempt] = useState(0);
	const [state, setState] = useState<Omit<Asked<M>, 'retry'> & {of: string}>(NOTHING);
	useEffect(() => {
		if (!params) return;
		const abort = new AbortController();
		const set = (change: Partial<Omit<Asked<M>, 'retry'>>) => {
			if (!abort.signal.aborted) setState({answer: null, progress: null, error: null, ...change, of: question});
		};
		const onEvent = (event: EventOf<M>) => {
			if (event.kind === 'progress') set({progress: event});
		};
		engine.request(method, params, {signal: abort.signal, onEvent}).then(
			answer => set({answer}),
			cause => {
				if (!isCancelled(cause)) set({error: cause instanceof Error ? cause.message : String(cause)});
			},
		);
		return () => abort.abort();
	}, [engine, method, question, attempt]);
	const {of, ...current} = state.of === question ? state : NOTHING;
	return {
		...current,
		retry: () => {
			setState(NOTHING);
			setAttempt(attempt + 1);
		},
	};
}

const NOTHING = {answer: null, progress: null, error: null, of: ''};
