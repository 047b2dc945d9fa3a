import {EngineError} from '../../engine/errors/engine-error.ts';
import {type Refusal, refuse, sentenceOf, technical} from '../../engine/errors/refusal.ts';
import type {ErrorCode} from '../../protocol/port.ts';
import {LibraryError} from '../library/errors.ts';
import {RequestError} from '../request-error.ts';
import {aliveLock, type FromWorker, type ToWorker} from './worker-messages.ts';

type Request = Extract<ToWorker, {type: 'request'}>;

export const send = (message: FromWorker) => self.postMessage(message);

/** Serve a worker's requests and their cancellation, and hold the lock by which its end is noticed. */
export function serveRequests(
	answer: (request: Request, signal: AbortSignal, emit: (event: unknown) => void) => Promise<unknown>,
): void {
	void navigator.locks.request(aliveLock(self.name), () => {
		send({type: 'alive'});
		return new Promise(() => {});
	});
	const running = new Map<string, AbortController>();

	async function serve(request: Request): Promise<void> {
		const {key} = request;
		const controller = new AbortController();
		running.set(key, controller);
		const emit = (event: unknown) => {
			if (!controller.signal.aborted) send({type: 'event', key, event});
		};

		try {
			send({type: 'answer', key, answer: await answer(request, controller.signal, emit)});
		} catch (error) {
			const {code, refusals} = describe(error, controller.signal);
			send({type: 'error', key, code, refusals, message: sentenceOf(refusals)});
			if (isBeyondRepair(error)) send({type: 'fatal'});
		} finally {
			running.delete(key);
		}
	}

	self.addEventListener('message', ({data}: MessageEvent<ToWorker>) => {
		if (data.type === 'cancel') running.get(data.key)?.abort();
		else if (data.type === 'request') void serve(data);
	});
}

/** A trap, a failed allocation or a lost thread leaves the WASM instance in an unknown state; a refusal beforehand (no cause) does not. */
const isBeyondRepair = (error: unknown) =>
	error instanceof WebAssembly.RuntimeError ||
	(error instanceof EngineError && error.code === 'worker-lost') ||
	(error instanceof EngineError && error.code === 'out-of-memory' && error.cause !== undefined);

const LIBRARY_CODES = {
	offline: 'network',
	network: 'network',
	hub: 'network',
	'no-room': 'no-room',
	'bad-request': 'bad-request',
} as const satisfies Record<LibraryError['code'], ErrorCode>;

function describe(error: unknown, signal: AbortSignal): {code: ErrorCode; refusals: readonly Refusal[]} {
	if (signal.aborted) return {code: 'cancelled', refusals: [refuse('cancelled')]};
	if (error instanceof LibraryError) return {code: LIBRARY_CODES[error.code], refusals: error.refusals};
	if (error instanceof EngineError || error instanceof RequestError)
		return {code: error.code, refusals: error.refusals};
	return {code: 'internal', refusals: [technical(error)]};
}
