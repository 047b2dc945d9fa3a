import {expect, vi} from 'vitest';
import type {Runtime} from 'webextension-polyfill';
import {createEngineClient, type EngineClient} from '../../../src/client/engine-client.ts';
import type {FromEngine, ToEngine} from '../../../src/protocol/port.ts';
import type {Method} from '../../../src/protocol/questions.ts';

const page = new EventTarget();
vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
/** The page was kept by the browser, and a person has come back to it. */
export const shownAgain = () => page.dispatchEvent(Object.assign(new Event('pageshow'), {persisted: true}));

/** How work is ended before its own end. */
export const ENDINGS = ['throws', 'is cancelled', 'loses its port', 'is hidden with its page and shown again'] as const;
export type Ending = (typeof ENDINGS)[number];

/** One kind of long work. */
export interface Work {
	/** Starts it, or starts it again, as a person does. */
	begin(): void;
	isUnderWay(): boolean;
	/** Ends it, once it is under way. */
	end(how: Ending): Promise<void>;
	/** Lets it come to its own end. */
	finish(): Promise<void>;
	isDone(): boolean;
}

/** Waits until an assertion holds. Timers run meanwhile as if no time went by. */
export async function until(assertion: () => void): Promise<void> {
	for (const end = Date.now() + 60_000; Date.now() < end; ) {
		try {
			return assertion();
		} catch {
			await vi.advanceTimersByTimeAsync(50);
			await new Promise(resolve => setImmediate(resolve));
		}
	}
	assertion();
}

type Request = Extract<ToEngine, {type: 'request'}>;

/** The engine's side of a client's ports. */
export class FakeEnd {
	/** What waits for an answer of the test, by its id. */
	readonly #open = new Map<number, Request>();
	#port: {say(message: FromEngine): void; drop(): void} | null = null;

	/** @param answer what is answered by itself; true where it was. */
	constructor(
		private readonly answer: (request: Request, say: (message: FromEngine) => void, onDrop: AbortSignal) => boolean,
	) {}

	readonly connect = (): Runtime.Port => {
		const heard = new Set<(message: unknown) => void>();
		const dropped = new Set<() => void>();
		const closed = new AbortController();
		const say = (message: FromEngine) => {
			if (!closed.signal.aborted) for (const listener of heard) listener(message);
		};
		this.#port = {
			say,
			drop: () => {
				this.#open.clear();
				closed.abort();
				for (const listener of dropped) listener();
			},
		};
		return {
			postMessage: (message: ToEngine) => {
				if (message.type === 'hold') queueMicrotask(() => say({type: 'model', choice: 'the only one'}));
				if (message.type === 'cancel') this.#open.delete(message.id);
				if (message.type === 'request' && !this.answer(message, say, closed.signal))
					this.#open.set(message.id, message);
			},
			onMessage: {addListener: (listener: (message: unknown) => void) => heard.add(listener)},
			onDisconnect: {addListener: (listener: () => void) => dropped.add(listener)},
			disconnect: () => closed.abort(),
		} as unknown as Runtime.Port;
	};

	say(message: Extract<FromEngine, {id: number}>): void {
		if (message.type !== 'event') this.#open.delete(message.id);
		this.#port!.say(message);
	}

	drop(): void {
		this.#port!.drop();
	}

	/** The one question that waits for an answer, which has this method; as soon as there is one. */
	async asked(method: Method): Promise<Request> {
		await until(() => expect([...this.#open.values()].map(({method}) => method)).toEqual([method]));
		return [...this.#open.values()][0];
	}
}

let clients: EngineClient[] = [];

/** A client of the real kind; closed by `closeClients`. */
export function clientOf(end: FakeEnd): EngineClient {
	const client = createEngineClient({ensure: async () => true, connect: end.connect});
	clients.push(client);
	return client;
}

export function closeClients(): void {
	for (const client of clients) client.dispose();
	clients = [];
}
