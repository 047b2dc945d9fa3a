import {type ReadonlySignal, signal} from '@preact/signals';
import type {LibraryState} from '../protocol/values/models.ts';
import {type EngineRequestError, isCancelled} from './engine-client.ts';
import type {Engine} from './query.ts';

/** The models that are here and the downloads, as they change. */
export interface LibraryWatch {
	/** null until the library has sent it. */
	readonly state: ReadonlySignal<LibraryState | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	dispose(): void;
}

const AGAIN_AFTER = 1000;

/** Watch the library until it is disposed of. An engine that closed for idleness is asked again. */
export function watchLibrary(client: Engine): LibraryWatch {
	const state = signal<LibraryState | null>(null);
	const error = signal<EngineRequestError | null>(null);
	const controller = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;

	async function watch(): Promise<void> {
		try {
			await client.request(
				'library',
				{},
				{
					signal: controller.signal,
					onEvent(event) {
						if (event.kind !== 'library') return;
						error.value = null;
						state.value = event;
					},
				},
			);
		} catch (cause) {
			if (isCancelled(cause)) return;
			error.value = cause as EngineRequestError;
			timer = setTimeout(watch, AGAIN_AFTER);
		}
	}

	void watch();
	return {
		state,
		error,
		dispose() {
			clearTimeout(timer);
			controller.abort();
		},
	};
}
