import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {openSession} from '../../../../src/features/prompt/session.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

let area: FakeStorage;

beforeEach(() => {
	vi.useFakeTimers();
	area = new FakeStorage();
});
afterEach(() => {
	vi.useRealTimers();
});

/** Open a view, use it, close it. */
async function visit(view: 'popup' | 'panel' | 'tab', use: (value: {value: string}) => void) {
	const session = await openSession(view, area);
	use(session.slot('text', 'initial'));
	session.dispose();
	await vi.runAllTimersAsync();
	return session;
}

test('a page finds again the state that it left', async () => {
	await visit('popup', slot => {
		expect(slot.value).toBe('initial');
		slot.value = 'kept';
	});
	const again = await visit('popup', slot => expect(slot.value).toBe('kept'));
	expect(again.restored).toBe(true);
});

test('a slot asked for twice is one signal', async () => {
	const session = await openSession('popup', area);
	expect(session.slot('text', 'a')).toBe(session.slot('text', 'b'));
});

test('a slot saved in another format is dropped', async () => {
	await visit('popup', slot => {
		slot.value = 'old';
	});
	const at = area.read('lens.popup.at') as {format: number};
	await area.set({'lens.popup.at': {...at, format: at.format - 1}});
	await visit('popup', slot => expect(slot.value).toBe('initial'));
});

test('a view that has nothing takes over the newest of the others, whole', async () => {
	await visit('popup', slot => {
		slot.value = 'from the popup';
	});
	await visit('panel', slot => expect(slot.value).toBe('from the popup'));
	// The panel changed nothing, and still hands on everything.
	area.entries.delete('lens.popup.at');
	await visit('tab', slot => expect(slot.value).toBe('from the popup'));
});

test('views keep their later changes apart', async () => {
	await visit('popup', slot => {
		slot.value = 'popup';
	});
	await visit('panel', slot => {
		slot.value = 'panel';
	});
	await visit('popup', slot => expect(slot.value).toBe('popup'));
});

test('handing over replaces another view’s state by this page’s', async () => {
	await visit('tab', slot => {
		slot.value = 'old';
	});
	const session = await openSession('popup', area);
	session.slot('text', '').value = 'new';
	await session.handOver('tab');
	await visit('tab', slot => expect(slot.value).toBe('new'));
});

describe('when the storage is full', () => {
	test('the slots that fit are kept, and the failure is reported', async () => {
		const session = await openSession('popup', area);
		const small = session.slot('small', '');
		const large = session.slot('large', '');
		area.refusal = {message: 'Session storage quota bytes exceeded.', keys: /large/};
		small.value = 'fits';
		large.value = 'does not';
		await vi.runAllTimersAsync();
		expect(area.read('lens.popup.small')).toBe('fits');
		expect(session.failed.value).toBe(true);
		area.refusal = null;
		large.value = 'fits now';
		await vi.runAllTimersAsync();
		expect(session.failed.value).toBe(false);
	});

	test('a slot that found no room is tried again with the next save, and the failure lasts until it is saved', async () => {
		const session = await openSession('popup', area);
		const [small, large] = [session.slot('small', 0), session.slot('large', '')];
		area.refusal = {message: 'Session storage quota bytes exceeded.', keys: /large/};
		large.value = 'does not fit yet';
		await vi.runAllTimersAsync();
		small.value = 1;
		await vi.runAllTimersAsync();
		expect(session.failed.value).toBe(true);
		area.refusal = null;
		small.value = 2;
		await vi.runAllTimersAsync();
		expect(session.failed.value).toBe(false);
		expect(area.read('lens.popup.large')).toBe('does not fit yet');
	});

	test('a storage that cannot be read starts empty', async () => {
		area.get = (() => Promise.reject(new Error('broken'))) as typeof area.get;
		const session = await openSession('popup', area);
		expect(session.slot('text', 'initial').value).toBe('initial');
	});
});
