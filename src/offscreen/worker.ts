import {EngineError} from '../engine/errors.ts';
import {RequestError} from '../service/request-error.ts';
import {EngineService} from '../service/service.ts';
import {openBundledModel} from './bundled-model.ts';
import {aliveLock, type FromWorker, type ToWorker} from './worker-messages.ts';

/** The worker that computes: one engine service, its requests and their cancellation. */

const send = (message: FromWorker) => self.postMessage(message);
void navigator.locks.request(aliveLock(self.name), () => {
	send({type: 'alive'});
	return new Promise(() => {});
});

const service = new EngineService(openBundledModel);
const running = new Map<string, AbortController>();

self.onmessage = ({data}: MessageEvent<ToWorker>) => {
	if (data.type === 'cancel') running.get(data.key)?.abort();
	else void answer(data);
};

async function answer({key, asker, method, params}: ToWorker & {type: 'request'}): Promise<void> {
	const controller = new AbortController();
	running.set(key, controller);
	const emit = (event: unknown) => {
		if (!controller.signal.aborted) send({type: 'event', key, event});
	};

	try {
		send({type: 'answer', key, answer: await service.answer(method, params, controller.signal, emit, asker)});
	} catch (error) {
		send({type: 'error', key, ...describe(error, controller.signal)});
		if (isBeyondRepair(error)) send({type: 'fatal'});
	} finally {
		running.delete(key);
	}
}

/** A trap or a failed allocation leaves the WASM instance in an unknown state; a refusal beforehand (no cause) does not. */
const isBeyondRepair = (error: unknown) =>
	error instanceof WebAssembly.RuntimeError ||
	(error instanceof EngineError && error.code === 'out-of-memory' && error.cause !== undefined);

function describe(error: unknown, signal: AbortSignal): Pick<FromWorker & {type: 'error'}, 'code' | 'message'> {
	if (signal.aborted) return {code: 'cancelled', message: 'Cancelled.'};
	if (error instanceof EngineError || error instanceof RequestError) return {code: error.code, message: error.message};
	return {code: 'internal', message: error instanceof Error ? error.message : String(error)};
}
