import type {Signal} from '@preact/signals';
import type {FindAnswer} from '../../protocol/engine.ts';
import {type EngineRequestError, isCancelled} from '../../ui/client/engine-client.ts';
import type {App} from '../app.ts';
import {asRequestError} from './classes-store.ts';
import {requestOf} from './prompt.ts';

/** Where a query ranks, or why that is not known. */
export interface Found {
	query: string;
	answer: FindAnswer | null;
	error: EngineRequestError | null;
	retry(): void;
}

const ROWS = 8;
const PAUSE = 150;

/**
 * Ask where `query` ranks for the prompt as it is. Called inside an effect: it runs again when prompt or settings
 * change, and what it returns cancels the question. The last answer stays until the next is there.
 */
export function createFind(app: App, query: string, found: Signal<Found | null>): () => void {
	const {generation} = app.settings.settings.value;
	void app.prompt.key.value;
	const abort = new AbortController();
	if (!app.ready.value || query === '') {
		found.value = null;
		return () => {};
	}
	const ask = async () => {
		const retry = () => {
			found.value = null;
			void ask();
		};
		try {
			const params = {
				prompt: requestOf(app.prompt.prompt.peek()),
				generation: {...generation, seed: 0},
				query,
				limit: ROWS,
			};
			const answer = await app.engine.request('find', params, {signal: abort.signal});
			found.value = {query, answer, error: null, retry};
		} catch (cause) {
			if (!isCancelled(cause)) found.value = {query, answer: null, error: asRequestError(cause), retry};
		}
	};
	const timer = setTimeout(ask, PAUSE);
	return () => {
		clearTimeout(timer);
		abort.abort();
	};
}
