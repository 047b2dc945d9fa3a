import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Runtime} from 'webextension-polyfill';
import {refuse} from '../../../../src/engine/errors/refusal.ts';
import type {FromEngine} from '../../../../src/protocol/port.ts';
import {IdleTimer} from '../../../../src/service/host/idle.ts';
import {PortServer, refusalOf, refusePort} from '../../../../src/service/host/ports.ts';
import {WorkerHost} from '../../../../src/service/host/worker-host.ts';
import type {FromWorker, ToWorker} from '../../../../src/service/worker/worker-messages.ts';

/** A worker that only records what it is told; the test speaks for it. */
class FakeWorker extends EventTarget {
	onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
	onerror: ((event: ErrorEvent) => void) | null = null;
	onmessageerror: (() => void) | null = null;
	readonly told: Keyed[] = [];
	terminated = false;

	postMessage(message: ToWorker) {
		this.told.push(message as Keyed);
	}

	terminate() {
		this.terminated = true;
	}

	say(data: FromWorker) {
		const event = new MessageEvent('message', {data});
		this.onmessage?.(event);
		this.dispatchEvent(event);
	}
}

/** What a worker is told about requests. */
type Keyed = Exclude<ToWorker, {type: 'hub-settings'}>;

class FakePort {
	readonly received: FromEngine[] = [];
	readonly #onMessage: ((message: unknown) => void)[] = [];
	readonly #onDisconnect: (() => void)[] = [];
	readonly onMessage = {addListener: (listener: (message: unknown) => void) => this.#onMessage.push(listener)};
	readonly onDisconnect = {addListener: (listener: () => void) => this.#onDisconnect.push(listener)};
	/** The browser refuses messages above 64 MiB. */
	limit = Number.POSITIVE_INFINITY;
	#closed = false;

	constructor(
		readonly name: string,
		readonly sender?: Runtime.MessageSender,
	) {}

	disconnect() {
		this.#closed = true;
	}

	get closed() {
		return this.#closed;
	}

	postMessage(message: FromEngine) {
		if (this.#closed) throw new Error('Attempting to use a disconnected port object');
		if (JSON.stringify(message).length > this.limit) throw new Error('Message length exceeded maximum allowed length.');
		this.received.push(message);
	}

	ask(message: unknown) {
		for (const listener of this.#onMessage) listener(message);
	}

	close() {
		this.#closed = true;
		for (const listener of this.#onDisconnect) listener();
	}
}

let workers: FakeWorker[];
let libraryWorkers: FakeWorker[];
let host: WorkerHost;
let library: WorkerHost;
let server: PortServer;
/** Held by a worker; releasing one is the worker's end. */
let locks: Map<string, () => void>;

beforeEach(() => {
	workers = [];
	libraryWorkers = [];
	locks = new Map();
	vi.stubGlobal('chrome', {runtime: {id: 'us', getURL: (path: string) => `chrome-extension://us/${path}`}});
	vi.stubGlobal('navigator', {
		locks: {
			request: (name: string, granted: () => void) =>
				new Promise<void>(resolve => locks.set(name, () => resolve(granted()))),
		},
	});
	host = new WorkerHost('engine', () => {
		const worker = new FakeWorker();
		workers.push(worker);
		return worker as unknown as Worker;
	});
	library = new WorkerHost('library', () => {
		const worker = new FakeWorker();
		libraryWorkers.push(worker);
		return worker as unknown as Worker;
	});
	server = new PortServer(host, library, () => {});
});

const open = (name = 'engine', documentId?: string) => {
	const port = new FakePort(name, {documentId});
	server.serve(port as unknown as Runtime.Port);
	return port;
};

const request = (id: number, method = 'model', params: unknown = {}) => ({type: 'request', id, method, params});

describe('a port', () => {
	test('gets the answers to its own requests, under its own ids', () => {
		const [a, b] = [open(), open()];
		a.ask(request(1));
		b.ask(request(1));
		const [first, second] = workers[0].told as (ToWorker & {type: 'request'})[];
		workers[0].say({type: 'event', key: second.key, event: 'half'});
		workers[0].say({type: 'answer', key: second.key, answer: 'for b'});
		workers[0].say({type: 'answer', key: first.key, answer: 'for a'});
		expect(a.received).toEqual([{type: 'answer', id: 1, answer: 'for a'}]);
		expect(b.received).toEqual([
			{type: 'event', id: 1, event: 'half'},
			{type: 'answer', id: 1, answer: 'for b'},
		]);
	});

	test('that closes cancels its requests and no others', () => {
		const [a, b] = [open(), open()];
		a.ask(request(1));
		a.ask(request(2));
		b.ask(request(1));
		a.close();
		const keys = workers[0].told.filter(message => message.type === 'request').map(message => message.key);
		const cancelled = workers[0].told.filter(message => message.type === 'cancel').map(message => message.key);
		expect(cancelled).toEqual(keys.slice(0, 2));
		expect(() => workers[0].say({type: 'error', key: keys[0], code: 'cancelled', message: ''})).not.toThrow();
	});

	test('can take a request back', () => {
		const port = open();
		port.ask(request(5));
		port.ask({type: 'cancel', id: 5});
		expect(workers[0].told.at(-1)).toMatchObject({type: 'cancel', key: workers[0].told[0].key});
	});

	test.each([
		['no protocol at all', 'hello', 0],
		['an unknown method', request(3, 'eval'), 1],
		['a method of the prototype', request(3, 'constructor'), 1],
		['an id that is no number', {...request(3), id: 'x'}, 0],
	])('that speaks %s is refused and reaches no worker', (_, message, replies) => {
		const port = open();
		port.ask(message);
		expect(workers).toHaveLength(0);
		expect(port.received.map(reply => reply.type === 'error' && reply.code)).toEqual(
			Array(replies).fill('bad-request'),
		);
	});

	test('cannot use a running id twice', () => {
		const port = open();
		port.ask(request(1));
		port.ask(request(1));
		expect(port.received).toMatchObject([{type: 'error', code: 'bad-request', message: /already running/}]);
	});

	test('that cannot carry an answer is told so, and is not left waiting', () => {
		const port = open();
		port.ask(request(1));
		port.limit = 500;
		workers[0].say({type: 'answer', key: workers[0].told[0].key, answer: 'x'.repeat(1000)});
		expect(port.received).toMatchObject([{type: 'error', id: 1, code: 'internal'}]);
	});

	test('of a page may only ask to score', () => {
		const port = open('passage');
		port.ask(request(1, 'generate'));
		expect(port.received).toMatchObject([{type: 'error', id: 1, code: 'bad-request'}]);
		port.ask(request(2, 'score'));
		expect(workers[0].told).toHaveLength(1);
	});

	test('of a page may ask the model as it is alone: no other one, and none with parts off', () => {
		const port = open('passage');
		for (const [id, params] of [{model: 'draft'}, {changes: {off: []}}].entries())
			port.ask(request(id, 'score', {text: 'A', ...params}));
		expect(port.received).toMatchObject([0, 1].map(id => ({id, type: 'error', refusals: [{code: 'page-model'}]})));
		expect(workers).toHaveLength(0);
	});
});

describe('a page', () => {
	const requests = () =>
		workers[0].told.filter((message): message is ToWorker & {type: 'request'} => message.type === 'request');

	test('may have only so many requests under way, over however many ports, and may ask again once one has ended', () => {
		const ports = Array.from({length: 4}, () => open('passage', 'a page'));
		for (const port of ports) for (let id = 0; id < 10; id++) port.ask(request(id, 'score'));
		expect(requests()).toHaveLength(16);
		expect(ports.flatMap(port => port.received)).toHaveLength(24);
		expect(ports[3].received[0]).toMatchObject({type: 'error', code: 'bad-request', message: /^16 requests of this/});
		open('passage', 'another page').ask(request(0, 'score'));
		expect(requests()).toHaveLength(17);

		workers[0].say({type: 'answer', key: requests()[0].key, answer: null});
		ports[3].ask(request(9, 'score'));
		expect(requests()).toHaveLength(18);
		ports[3].ask(request(8, 'score'));
		expect(requests()).toHaveLength(18);
	});

	test('that closes leaves room again once its requests have ended', () => {
		const port = open('passage', 'a page');
		for (let id = 0; id < 16; id++) port.ask(request(id, 'score'));
		port.close();
		for (const {key} of requests()) workers[0].say({type: 'error', key, code: 'cancelled', message: 'Cancelled.'});
		open('passage', 'a page').ask(request(0, 'score'));
		expect(requests()).toHaveLength(17);
	});

	test('is one asker to the worker, whichever port it asks on', () => {
		const ports = [open('passage', 'a'), open('passage', 'a'), open('passage', 'b'), open(), open()];
		for (const port of ports) port.ask(request(1, 'score'));
		const [a, again, b, own, other] = requests().map(({asker}) => asker);
		expect(again).toBe(a);
		expect(new Set([a, b, own, other]).size).toBe(4);
	});
});

describe('who may ask', () => {
	const port = (name: string, sender?: object) => ({name, sender}) as Runtime.Port;
	const mayAsk = (port: Runtime.Port) => refusalOf(port) === null;

	test('a page without the right is told why, and its port is closed', () => {
		const refused = new FakePort('engine', {id: 'us', url: 'https://example.org/'});
		const reason = refusalOf(refused as unknown as Runtime.Port)!;
		refusePort(refused as unknown as Runtime.Port, reason);
		expect(refused.received).toEqual([
			{
				type: 'refused',
				message: expect.stringContaining('"passage"'),
				refusals: [refuse('port-page', {port: '"passage"'})],
			},
		]);
		expect(refused.closed).toBe(true);
	});

	test("our own pages on the engine's port, content scripts on the passage port alone", () => {
		expect(mayAsk(port('engine', {id: 'us', url: 'chrome-extension://us/src/entrypoints/popup/index.html'}))).toBe(
			true,
		);
		expect(mayAsk(port('engine', {id: 'us', url: 'https://example.org/'}))).toBe(false);
		expect(mayAsk(port('passage', {id: 'us', url: 'https://example.org/'}))).toBe(true);
		expect(mayAsk(port('passage', {id: 'another', url: 'chrome-extension://another/x'}))).toBe(false);
		expect(mayAsk(port('engine'))).toBe(false);
		expect(mayAsk(port('other', {id: 'us', url: 'chrome-extension://us/'}))).toBe(false);
	});
});

describe('a worker that dies', () => {
	const lost = (port: FakePort) =>
		port.received.filter(message => message.type === 'error' && message.code === 'worker-lost');

	test.each([
		['by an error', (worker: FakeWorker) => worker.onerror?.({preventDefault() {}, message: 'boom'} as ErrorEvent)],
		['by its own word', (worker: FakeWorker) => worker.say({type: 'fatal'})],
	])('%s is replaced, and whoever waited is told', (_, die) => {
		const port = open();
		port.ask(request(1));
		port.ask(request(2));
		die(workers[0]);
		expect(lost(port)).toMatchObject([{id: 1}, {id: 2}]);
		expect(workers[0].terminated).toBe(true);
		port.ask(request(1));
		expect(workers).toHaveLength(2);
		expect(workers[1].told).toHaveLength(1);
	});

	test.each([
		[
			'an error without words',
			(worker: FakeWorker) => worker.onerror?.({preventDefault() {}, message: ''} as ErrorEvent),
			/could not be started/,
		],
		[
			'an error in words',
			(worker: FakeWorker) => worker.onerror?.({preventDefault() {}, message: 'boom'} as ErrorEvent),
			/boom/,
		],
		['a message that cannot be read', (worker: FakeWorker) => worker.onmessageerror?.(), /could not be read/],
		['its own last word', (worker: FakeWorker) => worker.say({type: 'fatal'}), /cannot recover/],
	])('by %s says so, and what to do', (_, die, said) => {
		const port = open();
		port.ask(request(1));
		die(workers[0]);
		expect(lost(port)).toMatchObject([{message: expect.stringMatching(said)}]);
		expect(lost(port)).toMatchObject([{message: expect.stringMatching(/with the next request\.$/)}]);
	});

	test('keeps the browser from reporting an error that was handled', () => {
		const preventDefault = vi.fn();
		open().ask(request(1));
		workers[0].onerror?.({preventDefault, message: 'boom'} as unknown as ErrorEvent);
		expect(preventDefault).toHaveBeenCalledOnce();
	});

	test('and was replaced does no harm to its successor when its end is noticed at last', async () => {
		const port = open();
		port.ask(request(1));
		workers[0].say({type: 'alive'});
		await vi.waitFor(() => expect(locks.size).toBe(1));
		workers[0].say({type: 'fatal'});
		port.ask(request(1));
		expect(workers).toHaveLength(2);
		for (const release of locks.values()) release();
		workers[0].onmessageerror?.();
		expect(workers[1].terminated).toBe(false);
		expect(lost(port)).toHaveLength(1);
		expect(host.busy).toBe(true);
	});

	test('has its own lock: no two workers share a name', async () => {
		const port = open();
		port.ask(request(1));
		workers[0].say({type: 'alive'});
		workers[0].say({type: 'fatal'});
		port.ask(request(1));
		workers[1].say({type: 'alive'});
		await vi.waitFor(() => expect(locks.size).toBe(2));
	});

	test('hears of no cancellation of a request that has ended or was never made', () => {
		const port = open();
		port.ask({type: 'cancel', id: 9});
		expect(workers).toHaveLength(0);
		port.ask(request(1));
		workers[0].say({type: 'answer', key: workers[0].told[0].key, answer: null});
		port.ask({type: 'cancel', id: 1});
		expect(workers[0].told).toHaveLength(1);
	});

	test('without a word is noticed', async () => {
		const port = open();
		port.ask(request(1));
		workers[0].say({type: 'alive'});
		await vi.waitFor(() => expect(locks.size).toBe(1));
		for (const release of locks.values()) release();
		expect(lost(port)).toMatchObject([{message: expect.stringMatching(/^The engine stopped\./)}]);
		expect(host.busy).toBe(false);
	});

	test('is not looked for before it holds its lock', async () => {
		open().ask(request(1));
		workers[0].say({type: 'event', key: workers[0].told[0].key, event: 'half'});
		await new Promise(resolve => setTimeout(resolve));
		expect(locks.size).toBe(0);
	});
});

describe('the idle timer', () => {
	test('calls back after a quiet time, not while something is running', () => {
		vi.useFakeTimers();
		let busy = true;
		const onIdle = vi.fn();
		const timer = new IdleTimer(1000, () => busy, onIdle);
		vi.advanceTimersByTime(1500);
		expect(onIdle).not.toHaveBeenCalled();
		busy = false;
		timer.touch();
		vi.advanceTimersByTime(999);
		expect(onIdle).not.toHaveBeenCalled();
		vi.advanceTimersByTime(1);
		expect(onIdle).toHaveBeenCalledOnce();
		// Nobody heard: it is said again.
		vi.advanceTimersByTime(1000);
		expect(onIdle).toHaveBeenCalledTimes(2);
		vi.useRealTimers();
	});
});

describe('the model stays in memory', () => {
	const hold = (holds: boolean) => ({type: 'hold', holds});

	test.each(['passage', 'engine'])('while a page holds it over the port %s, not while the port is open', name => {
		const [a, b] = [open(name), open(name)];
		expect(server.isHeld).toBe(false);
		a.ask(hold(true));
		a.ask(hold(true));
		b.ask(hold(true));
		a.ask(hold(false));
		expect(server.isHeld).toBe(true);
		b.close();
		expect(server.isHeld).toBe(false);
	});
});

test('pages that hold the engine are told when another model answers', () => {
	const [painted, other] = [open('passage'), open()];
	const told = () => painted.received.splice(0) as {type: string; choice: string}[];
	painted.ask({type: 'hold', holds: true});
	const [before] = told();
	server.announceModel();
	const [after] = told();
	expect([before.type, after.type, other.received]).toEqual(['model', 'model', []]);
	expect(after.choice).not.toBe(before.choice);
	// One that comes back hears which choice it is now.
	painted.ask({type: 'hold', holds: true});
	expect(told()).toEqual([after]);
});

describe('a worker that does not come back', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	test('from a request that was taken back is ended, and another answers what waited behind it', () => {
		const port = open();
		for (const id of [1, 2, 3]) port.ask(request(id));
		workers[0].say({type: 'event', key: workers[0].told[1].key, event: 'a token'});
		port.ask({type: 'cancel', id: 1});
		vi.advanceTimersByTime(9000);
		expect(workers[0].terminated).toBe(false);
		vi.advanceTimersByTime(2000);
		expect(workers[0].terminated).toBe(true);
		// The second has told something of its answer already, which cannot be told twice.
		expect(port.received.slice(1)).toMatchObject([
			{id: 1, code: 'cancelled'},
			{id: 2, code: 'worker-lost'},
		]);
		expect(workers).toHaveLength(2);
		expect(workers[1].told).toEqual([workers[0].told[2]]);
		workers[1].say({type: 'answer', key: workers[1].told[0].key, answer: 'late'});
		expect(port.received.at(-1)).toMatchObject({id: 3, answer: 'late'});
		expect(host.busy).toBe(false);
	});

	test('once it is retired is ended, unless it says something', () => {
		const port = open();
		port.ask(request(1));
		host.retire();
		for (let i = 0; i < 5; i++) {
			vi.advanceTimersByTime(8000);
			workers[0].say({type: 'event', key: workers[0].told[0].key, event: 'a token'});
		}
		expect(workers[0].terminated).toBe(false);
		vi.advanceTimersByTime(10_001);
		expect(workers[0].terminated).toBe(true);
		expect(port.received.at(-1)).toMatchObject({id: 1, code: 'worker-lost'});
	});

	test('in time, or that was asked nothing back, lives on', () => {
		const port = open();
		port.ask(request(1));
		port.ask(request(2));
		port.ask({type: 'cancel', id: 1});
		workers[0].say({type: 'error', key: workers[0].told[0].key, code: 'cancelled', message: ''});
		vi.advanceTimersByTime(60_000);
		expect(workers[0].terminated).toBe(false);
	});

	test('is the engine’s: a library’s may take its time', () => {
		const port = open();
		port.ask(request(1, 'inspect', {repo: 'a/b', revision: 'main'}));
		port.ask({type: 'cancel', id: 1});
		vi.advanceTimersByTime(60_000);
		expect(libraryWorkers[0].terminated).toBe(false);
	});
});

describe('two workers', () => {
	test('the library answers for models, the engine for texts, each cancelled by itself', () => {
		const port = open();
		port.ask(request(1, 'library'));
		port.ask(request(2));
		expect(libraryWorkers[0].told).toMatchObject([{method: 'library'}]);
		expect(workers[0].told).toMatchObject([{method: 'model'}]);
		port.ask({type: 'cancel', id: 1});
		expect(libraryWorkers[0].told.at(-1)).toMatchObject({type: 'cancel'});
		expect(workers[0].told).toHaveLength(1);
	});

	test('watching the library is no work; a download is', () => {
		const port = open();
		port.ask(request(1, 'library'));
		expect(library.busy).toBe(false);
		port.ask(request(2, 'inspect', {repo: 'a/b', revision: 'main'}));
		expect(library.busy).toBe(true);
	});

	test('a retired worker finishes its requests and is then terminated; new requests go to another', () => {
		const port = open();
		port.ask(request(1));
		host.retire();
		port.ask(request(2));
		expect(workers).toHaveLength(2);
		expect(workers[0].terminated).toBe(false);
		workers[0].say({type: 'answer', key: workers[0].told[0].key, answer: 'old'});
		expect(workers[0].terminated).toBe(true);
		workers[1].say({type: 'answer', key: workers[1].told[0].key, answer: 'new'});
		expect(port.received).toMatchObject([
			{id: 1, answer: 'old'},
			{id: 2, answer: 'new'},
		]);
		expect(workers[1].terminated).toBe(false);
	});

	test('a retired worker lives until its last request has ended', () => {
		const port = open();
		port.ask(request(1));
		port.ask(request(2));
		host.retire();
		port.ask(request(3));
		workers[0].say({type: 'answer', key: workers[0].told[0].key, answer: null});
		expect(workers[0].terminated).toBe(false);
		workers[0].say({type: 'answer', key: workers[0].told[1].key, answer: null});
		expect(workers[0].terminated).toBe(true);
	});

	test('a worker without a request ends as soon as it is retired; without a worker there is nothing to retire', () => {
		host.retire();
		expect(workers).toEqual([]);
		host.wake();
		host.retire();
		expect(workers.map(({terminated}) => terminated)).toEqual([true]);
	});

	test('a retired worker that dies is missed by its own askers alone, and its successor works on', () => {
		const port = open();
		port.ask(request(1));
		host.retire();
		port.ask(request(2));
		workers[0].onmessageerror?.();
		expect(workers.map(({terminated}) => terminated)).toEqual([true, false]);
		expect(port.received).toMatchObject([{type: 'error', code: 'worker-lost', id: 1}]);
		port.ask(request(3));
		expect(workers).toHaveLength(2);
		expect(workers[1].told).toHaveLength(2);
	});

	test('a worker that is woken is the one that answers', () => {
		host.wake();
		host.wake();
		open().ask(request(1));
		expect(workers).toHaveLength(1);
		expect(workers[0].told).toHaveLength(1);
	});

	test('a worker that is stopped gives its memory back, and the next request starts another', () => {
		host.stop();
		expect(workers).toEqual([]);
		const port = open();
		port.ask(request(1));
		workers[0].say({type: 'answer', key: workers[0].told[0].key, answer: null});
		host.stop();
		expect(workers[0].terminated).toBe(true);
		port.ask(request(2));
		expect(workers).toHaveLength(2);
	});

	test('an answer to no known request is no answer to any', () => {
		const port = open();
		port.ask(request(1));
		workers[0].say({type: 'answer', key: 'another', answer: null});
		expect(port.received).toEqual([]);
		expect(host.busy).toBe(true);
	});

	test('unasked messages of a worker reach its owner, whose reply starts no worker', () => {
		const heard: unknown[] = [];
		const started: FakeWorker[] = [];
		const owner = new WorkerHost(
			'library',
			() => {
				const worker = new FakeWorker();
				started.push(worker);
				return worker as unknown as Worker;
			},
			message => heard.push(message),
		);
		const reply = {type: 'hub-settings', question: 4, settings: null} as const;
		owner.tell(reply);
		expect(started).toEqual([]);
		owner.wake();
		started[0].say({type: 'ask-hub-settings', question: 4});
		owner.tell(reply);
		expect(heard).toEqual([{type: 'ask-hub-settings', question: 4}]);
		expect(started[0].told).toEqual([reply]);
	});
});
