import {type Refusal, refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {aliveLock, type FromLibrary, type FromWorker, type Reply, type ToWorker} from '../worker/worker-messages.ts';

type Request = Extract<ToWorker, {type: 'request'}>;

/**
 * How long the engine's worker may be silent once it was retired, or one of its requests was taken back. A run takes a few
 * seconds at most; a graph that never ends takes half a processor for ever.
 */
const PATIENCE_MILLISECONDS = 10_000;

interface Waiting {
	worker: Worker;
	request: Omit<Request, 'type'>;
	cancelled?: boolean;
	/** Something of its answer has been told, which nothing can take back. */
	begun?: boolean;
	onReply(reply: Reply): void;
}

/** Owns a worker: starts it when it is first needed, notices when it dies, and then rejects the requests that waited. */
export class WorkerHost {
	#worker: Worker | null = null;
	#started = 0;
	/** Workers that finish what they were asked, and are asked nothing more. */
	readonly #retired = new Set<Worker>();
	readonly #waiting = new Map<string, Waiting>();
	readonly #patience = new WeakMap<Worker, ReturnType<typeof setTimeout>>();

	/**
	 * @param kind prefix of the workers' names.
	 * @param onMessage called with messages that answer no request.
	 * @param onLost called when the worker has died and the requests that waited for it have been told.
	 */
	constructor(
		private readonly kind: 'engine' | 'library',
		private readonly start: (name: string) => Worker,
		private readonly onMessage: (message: FromLibrary) => void = () => {},
		private readonly onLost: () => void = () => {},
	) {}

	/** Whether it works for somebody. The library streams until it is cancelled: waiting for it is no work. */
	get busy(): boolean {
		return [...this.#waiting.values()].some(({request}) => request.method !== 'library');
	}

	/** @param onReply called with events, and then with one answer or error. */
	request(request: Omit<Request, 'type'>, onReply: (reply: Reply) => void): void {
		const worker = this.#running();
		this.#waiting.set(request.key, {worker, request, onReply});
		worker.postMessage({type: 'request', ...request} satisfies ToWorker);
	}

	cancel(key: string): void {
		const waiting = this.#waiting.get(key);
		if (!waiting) return;
		waiting.cancelled = true;
		waiting.worker.postMessage({type: 'cancel', key} satisfies ToWorker);
		this.#expectWord(waiting.worker);
	}

	/** Send a message that needs no reply. */
	tell(message: Extract<ToWorker, {type: 'hub-settings'}>): void {
		this.#worker?.postMessage(message);
	}

	/** Start the worker, if it is not there. */
	wake(): void {
		this.#running();
	}

	/** End the worker, which gives its memory back. A later request starts another. */
	stop(): void {
		this.#worker?.terminate();
		this.#worker = null;
	}

	/** From now on another worker answers; this one first finishes what it was asked. */
	retire(): void {
		if (!this.#worker) return;
		this.#retired.add(this.#worker);
		this.#endIfDone(this.#worker);
		this.#expectWord(this.#worker);
		this.#worker = null;
	}

	/** End the worker where it owes an end and says nothing for too long. A library's worker may take its time. */
	#expectWord(worker: Worker): void {
		clearTimeout(this.#patience.get(worker));
		this.#patience.delete(worker);
		const cancelled = [...this.#waiting.values()].some(waiting => waiting.worker === worker && waiting.cancelled);
		if (this.kind !== 'engine' || !(cancelled || this.#retired.has(worker))) return;
		const end = () => this.#replace(worker);
		this.#patience.set(worker, setTimeout(end, PATIENCE_MILLISECONDS));
	}

	/** End a worker that is silent for too long. What waited behind the request that holds it up is asked again, of another. */
	#replace(worker: Worker): void {
		const innocent = [...this.#waiting].filter(
			([, waiting]) => waiting.worker === worker && !waiting.cancelled && !waiting.begun,
		);
		for (const [key] of innocent) this.#waiting.delete(key);
		this.#lose(worker, refuse('worker-stopped'));
		for (const [, {request, onReply}] of innocent) this.request(request, onReply);
	}

	#running(): Worker {
		if (this.#worker) return this.#worker;
		const name = `${this.kind}-${++this.#started}`;
		const worker = this.start(name);
		this.#worker = worker;
		worker.onmessage = ({data}: MessageEvent<FromWorker>) => {
			switch (data.type) {
				case 'fatal':
					return this.#lose(worker, refuse('worker-failed'));
				case 'alive':
					return void this.#watch(worker, name);
				case 'event':
				case 'answer':
				case 'error':
					return this.#deliver(data);
				default:
					return this.onMessage(data);
			}
		};
		worker.onerror = event => {
			event.preventDefault();
			this.#lose(
				worker,
				event.message ? refuse('worker-error', {detail: event.message}) : refuse('worker-not-started'),
			);
		};
		worker.onmessageerror = () => this.#lose(worker, refuse('worker-unreadable'));
		return worker;
	}

	/** A worker that ends without a word releases the lock that it holds by now. */
	async #watch(worker: Worker, name: string): Promise<void> {
		await navigator.locks.request(aliveLock(name), () => this.#lose(worker, refuse('worker-stopped')));
	}

	#deliver(reply: Reply): void {
		const waiting = this.#waiting.get(reply.key);
		if (!waiting) return;
		if (reply.type !== 'event') this.#waiting.delete(reply.key);
		waiting.begun = true;
		waiting.onReply(reply);
		this.#endIfDone(waiting.worker);
		this.#expectWord(waiting.worker);
	}

	#endIfDone(worker: Worker): void {
		if (!this.#retired.has(worker) || [...this.#waiting.values()].some(waiting => waiting.worker === worker)) return;
		this.#retired.delete(worker);
		worker.terminate();
	}

	#lose(worker: Worker, why: Refusal): void {
		if (this.#worker !== worker && !this.#retired.delete(worker)) return;
		worker.terminate();
		if (this.#worker === worker) this.#worker = null;
		for (const [key, waiting] of [...this.#waiting]) {
			if (waiting.worker !== worker) continue;
			const [code, refusals] = waiting.cancelled
				? (['cancelled', [refuse('cancelled')]] as const)
				: (['worker-lost', [why]] as const);
			this.#deliver({type: 'error', key, code, message: sentenceOf(refusals), refusals});
		}
		this.onLost();
	}
}
