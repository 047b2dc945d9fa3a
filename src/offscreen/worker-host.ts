import {aliveLock, type FromWorker, type ToWorker} from './worker-messages.ts';

type Request = Extract<ToWorker, {type: 'request'}>;
type Reply = Exclude<FromWorker, {type: 'alive' | 'fatal'}>;

/** Owns the one worker: starts it when it is first needed, notices when it dies, and then tells whoever waited. */
export class WorkerHost {
	#worker: Worker | null = null;
	#started = 0;
	readonly #waiting = new Map<string, (reply: Reply) => void>();

	constructor(private readonly start: (name: string) => Worker) {}

	get busy(): boolean {
		return this.#waiting.size > 0;
	}

	/** @param onReply told of events, and then of one answer or error. */
	request(request: Omit<Request, 'type'>, onReply: (reply: Reply) => void): void {
		this.#waiting.set(request.key, onReply);
		this.#running().postMessage({type: 'request', ...request} satisfies ToWorker);
	}

	cancel(key: string): void {
		if (this.#waiting.has(key)) this.#worker?.postMessage({type: 'cancel', key});
	}

	/** End the worker, which gives its memory back. A later request starts another. */
	stop(): void {
		this.#worker?.terminate();
		this.#worker = null;
	}

	#running(): Worker {
		if (this.#worker) return this.#worker;
		const name = String(++this.#started);
		const worker = this.start(name);
		this.#worker = worker;
		worker.onmessage = ({data}: MessageEvent<FromWorker>) => {
			if (data.type === 'fatal') this.#lose(worker, 'The engine ran into an error that it cannot recover from.');
			else if (data.type === 'alive') void this.#watch(worker, name);
			else this.#deliver(data);
		};
		worker.onerror = event => {
			event.preventDefault();
			this.#lose(worker, event.message || 'The engine could not be started.');
		};
		worker.onmessageerror = () => this.#lose(worker, 'A message of the engine could not be read.');
		return worker;
	}

	/** A worker that ends without a word releases the lock that it holds by now. */
	async #watch(worker: Worker, name: string): Promise<void> {
		await navigator.locks.request(aliveLock(name), () => this.#lose(worker, 'The engine stopped.'));
	}

	#deliver(reply: Reply): void {
		const onReply = this.#waiting.get(reply.key);
		if (reply.type !== 'event') this.#waiting.delete(reply.key);
		onReply?.(reply);
	}

	#lose(worker: Worker, why: string): void {
		if (this.#worker !== worker) return;
		worker.terminate();
		this.#worker = null;
		const message = `${why} It starts anew when it is asked again.`;
		for (const key of [...this.#waiting.keys()]) this.#deliver({type: 'error', key, code: 'worker-lost', message});
	}
}
