import {exercise} from '../service/exercise.ts';
import {EngineService} from '../service/service.ts';
import {openActiveModel} from './active-model.ts';
import {serveRequests} from './serve-requests.ts';
import {WarmUp} from './warm-up.ts';

/** The worker that computes: one engine service, its requests and their cancellation. */

const service = new EngineService(openActiveModel);
const warmUp = new WarmUp(signal => exercise(service, signal));
serveRequests(({method, params, asker}, signal, emit) =>
	warmUp.answer(() => service.answer(method, params, signal, emit, asker)),
);
