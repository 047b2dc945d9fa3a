import type {Answer, EventOf, Method, Params} from '../../src/protocol/questions.ts';
import type {EngineService} from '../../src/service/service.ts';
import {carried} from './carried.ts';

/** A way to ask a service as a page does: events and answer are what a message can carry. */
export const askService =
	(service: () => EngineService) =>
	async <M extends Method>(
		method: M,
		params: Params<M>,
		options: {signal?: AbortSignal; onEvent?(event: EventOf<M>): void} = {},
	): Promise<Answer<M>> => {
		const emit = (event: unknown) => options.onEvent?.(carried(event as EventOf<M>));
		const answer = await service().answer(method, params, options.signal ?? new AbortController().signal, emit);
		return carried(answer as Answer<M>);
	};
