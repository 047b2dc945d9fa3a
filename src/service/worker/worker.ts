import {whileAnswering} from '../../protocol/messages/answering.ts';
import {EngineService} from '../service.ts';
import {openActiveModel} from './active-model.ts';
import {serveRequests} from './serve-requests.ts';

/** The worker that computes: one engine service, its requests and their cancellation. */

const service = new EngineService(openActiveModel);
serveRequests(({method, params, asker}, signal, emit) =>
	whileAnswering(navigator.locks, () => service.answer(method, params, signal, emit, asker)),
);
