import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {ToBackground} from '../../../../src/protocol/messages/background.ts';
import {serveEngine} from '../../../../src/service/host/serve-engine.ts';
import type {FromLibrary, ToWorker} from '../../../../src/service/worker/worker-messages.ts';

/** The library's worker; the test speaks for it. */
class FakeWorker {
	onmessage: ((event: {data: FromLibrary}) => void) | null = null;
	readonly told: ToWorker[] = [];
	constructor() {
		workers.push(this);
	}
	postMessage(message: ToWorker) {
		this.told.push(message);
	}
	terminate() {}
	say = (data: FromLibrary) => this.onmessage?.({data});
}

let workers: FakeWorker[];
beforeEach(() => {
	workers = [];
	vi.useFakeTimers();
	vi.stubGlobal('Worker', FakeWorker);
	vi.stubGlobal('chrome', {runtime: {onConnect: {addListener() {}}}});
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** The document beside a service worker that is stopped while it is asked, so many times for each question. */
async function besideStopped(times: number) {
	const asked = new Map<string, number>();
	const heard: ToBackground[] = [];
	const ask = async (message: ToBackground) => {
		const key = JSON.stringify(message);
		asked.set(key, (asked.get(key) ?? 0) + 1);
		if (asked.get(key)! <= times) return undefined;
		heard.push(message);
		return message.type === 'hub.settings' ? {offline: false} : true;
	};
	serveEngine({ask, onIdle() {}});
	await vi.advanceTimersByTimeAsync(0);
	return {heard, library: workers[0]};
}

test('a service worker that is stopped while it is asked for downloads, settings and the choice is asked again', async () => {
	const {heard, library} = await besideStopped(1);
	expect(heard).toEqual([{type: 'library.pending'}]);
	library.say({type: 'ask-hub-settings', question: 7});
	library.say({type: 'active', id: 'a'});
	library.say({type: 'active', id: 'b'});
	await vi.advanceTimersByTimeAsync(0);
	expect(library.told).toEqual([{type: 'hub-settings', question: 7, settings: {offline: false}}]);
	expect(heard.filter(({type}) => type === 'model.active')).toEqual([
		{type: 'model.active', id: 'a'},
		{type: 'model.active', id: 'b'},
	]);
});
