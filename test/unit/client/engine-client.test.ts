import {afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Runtime} from 'webextension-polyfill';
import {createEngineClient, type EngineClient, EngineRequestError} from '../../../src/client/engine-client.ts';
import type {FromEngine, ToEngine} from '../../../src/protocol/port.ts';
import type {Progress} from '../../../src/protocol/values/prompt.ts';
import {installI18n} from '../../helpers/fake-i18n.ts';

/** The other end of a port, in the hands of the test. */
class FakePort {
	readonly sent: ToEngine[] = [];
	closed = false;
	private readonly heard = new Set<(message: unknown) => void>();
	private readonly dropped = new Set<() => void>();
	readonly port = {
		postMessage: (message: ToEngine) => {
			if (this.closed) throw new Error('Attempting to use a disconnected port object');
			this.sent.push(JSON.parse(JSON.stringify(message)));
		},
		onMessage: {addListener: (listener: (message: unknown) => void) => this.heard.add(listener)},
		onDisconnect: {addListener: (listener: () => void) => this.dropped.add(listener)},
		disconnect: () => {
			this.closed = true;
		},
	} as unknown as Runtime.Port;

	say(message: FromEngine) {
		for (const listener of this.heard) listener(message);
	}

	drop() {
		if (this.closed) return;
		this.closed = true;
		for (const listener of this.dropped) listener();
	}
}

const MODEL = {
	id: 'gpt2-mini',
	dtype: 'int8',
	sharesPrefix: true,
	hasChat: false,
	beginning: [],
	hiddenStates: true,
	parameters: 1,
	vocabSize: 3,
	contextLength: 4,
	layers: 1,
	heads: 1,
	hiddenSize: 2,
	weightBytes: 5,
	threads: 1,
	card: '',
};

let ports: FakePort[];
let ensured: number;
let client: EngineClient;
const onModel = vi.fn();
const page = new EventTarget();
vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));

beforeAll(installI18n);
beforeEach(() => {
	ports = [];
	onModel.mockClear();
	ensured = 0;
	client = createEngineClient({
		async ensure() {
			ensured++;
		},
		connect() {
			ports.push(new FakePort());
			return ports.at(-1)!.port;
		},
		onModel,
	});
});
afterEach(() => client.dispose());

/** The request as the engine got it, once it did. */
const asked = (port = 0, index = 0) =>
	vi.waitFor(() => {
		const message = ports[port]?.sent[index];
		if (message?.type !== 'request') throw new Error('Nothing was asked yet.');
		return message;
	});

test('the engine is made sure of before it is asked, and the answer is the one with the id', async () => {
	const answer = client.request('model', {});
	const other = client.request('model', {});
	const first = await asked();
	const second = await asked(0, 1);
	expect(ensured).toBe(1);
	expect(first).toMatchObject({type: 'request', method: 'model', params: {}});
	ports[0].say({type: 'answer', id: second.id, answer: {...MODEL, id: 'second'}});
	ports[0].say({type: 'answer', id: first.id, answer: MODEL});
	expect((await answer).id).toBe('gpt2-mini');
	expect((await other).id).toBe('second');
});

test('events arrive in order, before the answer', async () => {
	const events: Progress[] = [];
	const answer = client.request('model', {}, {onEvent: event => events.push(event)});
	const {id} = await asked();
	for (const done of [1, 2]) {
		ports[0].say({type: 'event', id, event: {kind: 'progress', phase: 'model', done, total: 2}});
	}
	ports[0].say({type: 'answer', id, answer: MODEL});
	await answer;
	expect(events.map(({done}) => done)).toEqual([1, 2]);
});

test('an error keeps its code and its sentence', async () => {
	const answer = client.request('model', {});
	const {id} = await asked();
	ports[0].say({type: 'error', id, code: 'bad-model', message: 'The file is cut short.'});
	await expect(answer).rejects.toMatchObject({code: 'bad-model', message: 'The file is cut short.'});
	await expect(answer).rejects.toBeInstanceOf(EngineRequestError);
});

test('an error with refusals is worded by the page; with ones that cannot be read it keeps its sentence', async () => {
	let asking = 0;
	const fails = async (refusals: object) => {
		const answer = client.request('model', {});
		const {id} = await asked(0, asking++);
		ports[0].say({type: 'error', id, code: 'too-long', message: 'In English.', refusals: refusals as never});
		return answer.catch((error: Error) => error.message);
	};
	expect(await fails([{code: 'too-long', values: {length: 1100, context: 1024}}])).toBe(
		'1,100 tokens do not fit into the model’s context of 1,024. Shorten the text.',
	);
	expect(await fails([{code: 'from-the-future', values: {}}])).toBe('In English.');
	expect(await fails([{code: 'too-long', values: {length: {}}}])).toBe('In English.');
	expect(await fails([])).toBe('In English.');
});

test('an answer to a question that nobody waits for is passed over', async () => {
	const answer = client.request('model', {});
	const {id} = await asked();
	ports[0].say({type: 'answer', id: 999, answer: {...MODEL, id: 'other'}});
	ports[0].say({type: 'answer', id, answer: MODEL});
	expect((await answer).id).toBe('gpt2-mini');
});

test('aborting tells the engine, and rejects as cancelled', async () => {
	const abort = new AbortController();
	const answer = client.request('model', {}, {signal: abort.signal});
	const {id} = await asked();
	abort.abort();
	await expect(answer).rejects.toMatchObject({code: 'cancelled'});
	expect(ports[0].sent.at(-1)).toEqual({type: 'cancel', id});
});

test('a request aborted before it could be asked is never asked', async () => {
	const abort = new AbortController();
	const answer = client.request('model', {}, {signal: abort.signal});
	abort.abort();
	await expect(answer).rejects.toMatchObject({code: 'cancelled'});
	const later = client.request('model', {});
	const {id} = await asked();
	ports[0].say({type: 'answer', id, answer: MODEL});
	await later;
	expect(ports[0].sent.filter(({type}) => type === 'request')).toHaveLength(1);
});

describe('when the port drops', () => {
	test('a request without any event yet is asked again on a new port', async () => {
		const answer = client.request('model', {});
		await asked();
		ports[0].drop();
		const {id} = await asked(1);
		expect(ensured).toBe(2);
		ports[1].say({type: 'answer', id, answer: MODEL});
		expect((await answer).id).toBe('gpt2-mini');
	});

	test('a request with events already is lost, and rejects with a reason', async () => {
		const answer = client.request('model', {});
		const {id} = await asked();
		ports[0].say({type: 'event', id, event: {kind: 'progress', phase: 'model', done: 1, total: 2}});
		ports[0].drop();
		await expect(answer).rejects.toMatchObject({code: 'worker-lost'});
	});

	test('a request is not asked again for ever', async () => {
		const answer = client.request('model', {});
		const lost = expect(answer).rejects.toMatchObject({code: 'worker-lost'});
		for (let port = 0; port < 3; port++) {
			await asked(port);
			ports[port].drop();
		}
		await lost;
		expect(ports).toHaveLength(3);
	});

	test('the next request opens a new port', async () => {
		const first = client.request('model', {});
		ports.length = 0;
		const {id} = await asked();
		ports[0].say({type: 'answer', id, answer: MODEL});
		await first;
		ports[0].drop();
		const second = client.request('model', {});
		const again = await asked(1);
		ports[1].say({type: 'answer', id: again.id, answer: MODEL});
		expect((await second).id).toBe('gpt2-mini');
	});
});

test('an engine that cannot be started is an error the person can retry', async () => {
	let broken = true;
	const port = new FakePort();
	const flaky = createEngineClient({
		ensure: () => (broken ? Promise.reject(new Error('No.')) : Promise.resolve()),
		connect: () => port.port,
	});
	await expect(flaky.request('model', {})).rejects.toMatchObject({code: 'worker-lost'});
	broken = false;
	const answer = flaky.request('model', {});
	const {id} = await vi.waitFor(() => {
		if (port.sent[0]?.type !== 'request') throw new Error('Nothing was asked yet.');
		return port.sent[0];
	});
	port.say({type: 'answer', id, answer: MODEL});
	expect((await answer).id).toBe('gpt2-mini');
});

test('a background that never answers is an error after a minute, and the next request asks it again', async () => {
	vi.useFakeTimers();
	try {
		const ensure = vi.fn((): Promise<unknown> => new Promise(() => {}));
		const port = new FakePort();
		const connect = vi.fn(() => port.port);
		const starting = createEngineClient({ensure, connect});
		const outcomes = [starting.request('model', {}), starting.request('model', {})].map(answer =>
			answer.catch((error: unknown) => error),
		);
		await vi.advanceTimersByTimeAsync(59_999);
		expect(vi.getTimerCount()).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(vi.getTimerCount()).toBe(0);
		for (const outcome of outcomes)
			expect(await outcome).toMatchObject({
				code: 'worker-lost',
				message: expect.stringContaining('close this window and open another'),
			});
		expect(ensure).toHaveBeenCalledTimes(1);
		expect(connect).not.toHaveBeenCalled();

		ensure.mockResolvedValue(true);
		const answer = starting.request('model', {});
		await vi.advanceTimersByTimeAsync(0);
		expect(ensure).toHaveBeenCalledTimes(2);
		expect(vi.getTimerCount()).toBe(0);
		const [asked] = port.sent;
		if (asked?.type !== 'request') throw new Error('Nothing was asked.');
		port.say({type: 'answer', id: asked.id, answer: MODEL});
		expect((await answer).id).toBe('gpt2-mini');
	} finally {
		vi.useRealTimers();
	}
});

test('an answer of the background that comes too late opens no port', async () => {
	vi.useFakeTimers();
	try {
		let answerLate = () => {};
		const connect = vi.fn(() => new FakePort().port);
		const starting = createEngineClient({
			ensure: () => new Promise<void>(resolve => (answerLate = resolve)),
			connect,
		});
		const outcome = starting.request('model', {}).catch((error: unknown) => error);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(await outcome).toMatchObject({code: 'worker-lost'});
		answerLate();
		await vi.advanceTimersByTimeAsync(0);
		expect(connect).not.toHaveBeenCalled();
	} finally {
		vi.useRealTimers();
	}
});

test('a port that is refused says why, and is not asked again', async () => {
	const answers = [client.request('model', {}), client.request('model', {})];
	await asked(0, 1);
	ports[0].say({type: 'refused', message: 'A page may not ask here.'});
	ports[0].drop();
	for (const answer of answers)
		await expect(answer).rejects.toMatchObject({code: 'bad-request', message: 'A page may not ask here.'});
	expect(ports).toHaveLength(1);
});

test('disposing rejects open requests and closes the port', async () => {
	const answer = client.request('model', {});
	await asked();
	client.dispose();
	await expect(answer).rejects.toMatchObject({code: 'cancelled'});
	expect(ports[0].closed).toBe(true);
});

test('disposing while the engine starts opens no port, now or later', async () => {
	let start = () => {};
	const connect = vi.fn(() => new FakePort().port);
	const starting = createEngineClient({ensure: () => new Promise<void>(resolve => (start = resolve)), connect});
	const answer = starting.request('model', {});
	starting.dispose();
	start();
	await expect(answer).rejects.toMatchObject({code: 'cancelled'});
	await expect(starting.request('model', {})).rejects.toMatchObject({code: 'cancelled'});
	await new Promise(resolve => setTimeout(resolve));
	expect(connect).not.toHaveBeenCalled();
});

describe('a page that shows something of the engine', () => {
	/** Ask something, and be answered. */
	async function answered(port = 0, index = 0) {
		const answer = client.request('model', {});
		const {id} = await asked(port, index);
		ports[port].say({type: 'answer', id, answer: MODEL});
		await answer;
	}

	test('holds it as soon as there is a port, on every port that takes its place, and lets go by closing it', async () => {
		client.hold(true);
		expect(ports).toEqual([]);
		await answered(0, 1);
		expect(ports[0].sent[0]).toEqual({type: 'hold', holds: true});
		ports[0].drop();
		await answered(1, 1);
		expect(ports[1].sent[0]).toEqual({type: 'hold', holds: true});
		client.hold(false);
		expect(ports[1].closed).toBe(true);
		await answered(2);
	});

	test('holds the engine again when its port is lost, without a question, and hears of another model', async () => {
		client.hold(true);
		await answered(0, 1);
		ports[0].say({type: 'model', choice: 'one'});
		ports[0].drop();
		await vi.waitFor(() => expect(ports[1]?.sent).toEqual([{type: 'hold', holds: true}]));
		ports[1].say({type: 'model', choice: 'one'});
		expect(onModel).not.toHaveBeenCalled();
		ports[1].say({type: 'model', choice: 'two'});
		expect(onModel).toHaveBeenCalledTimes(1);
	});

	test('hears of a model that was chosen while it had no port', async () => {
		client.hold(true);
		await answered(0, 1);
		ports[0].say({type: 'model', choice: 'one'});
		ports[0].drop();
		await vi.waitFor(() => expect(ports).toHaveLength(2));
		ports[1].say({type: 'model', choice: 'two'});
		expect(onModel).toHaveBeenCalledTimes(1);
	});

	test('knocks at a closed door a few times, and again when a person comes back to it', async () => {
		client.hold(true);
		await answered(0, 1);
		for (const port of [0, 1, 2]) {
			await vi.waitFor(() => expect(ports[port]).toBeDefined());
			ports[port].drop();
		}
		await new Promise(resolve => setTimeout(resolve));
		expect(ports).toHaveLength(3);
		page.dispatchEvent(Object.assign(new Event('pageshow'), {persisted: true}));
		await vi.waitFor(() => expect(ports[3]?.sent).toEqual([{type: 'hold', holds: true}]));
	});

	test('does not come back to a port that was refused', async () => {
		client.hold(true);
		const answer = client.request('model', {});
		await asked(0, 1);
		ports[0].say({type: 'refused', message: 'No.'});
		ports[0].drop();
		await expect(answer).rejects.toMatchObject({code: 'bad-request'});
		await new Promise(resolve => setTimeout(resolve));
		expect(ports).toHaveLength(1);
	});

	test('that lets go while it asks is answered first', async () => {
		await answered();
		client.hold(true);
		const answer = client.request('model', {});
		const {id} = await asked(0, 2);
		client.hold(false);
		expect(ports[0].sent.at(-1)).toEqual({type: 'hold', holds: false});
		ports[0].say({type: 'answer', id, answer: MODEL});
		expect(await answer).toEqual(MODEL);
	});
});
