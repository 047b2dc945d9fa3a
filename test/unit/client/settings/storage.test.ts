import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {DEFAULT_SETTINGS, SCALE_KEY, SETTINGS_KEY, type Settings} from '../../../../src/client/settings/settings.ts';
import {openSettings, type SettingsStore} from '../../../../src/client/settings/storage.ts';
import {writtenForm} from '../../../../src/client/settings/written.ts';
import {sentenceOf} from '../../../../src/engine/errors/refusal.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {FakeStorage, oneByOne} from '../../../helpers/fake-storage.ts';

let area: FakeStorage;
let store: SettingsStore;

const withTemperature = (temperature: number): Settings => ({
	...DEFAULT_SETTINGS,
	temperature,
});

type Written = ReturnType<typeof writtenForm>;

/** What another page that opens now would see. */
const stored = () => ({...(area.read(SETTINGS_KEY) as Written), passageScale: area.read(SCALE_KEY) ?? 'rank'});

beforeEach(() => {
	vi.useFakeTimers();
	area = new FakeStorage();
	store = openSettings(area, oneByOne);
});

afterEach(() => {
	store.dispose();
	vi.useRealTimers();
});

test('with nothing stored the defaults hold', async () => {
	await store.ready;
	expect(store.settings.value).toEqual(DEFAULT_SETTINGS);
	expect(store.problems.value).toEqual([]);
});

test('a page follows the settings that another page saves', async () => {
	const other = openSettings(area, oneByOne);
	await other.ready;
	store.save(withTemperature(1.5));
	expect(store.settings.value.temperature).toBe(1.5);
	await store.flush();
	expect(other.settings.value.temperature).toBe(1.5);
	other.dispose();
});

test('a slider that moves fast is written seldom, and its last value is stored', async () => {
	await store.ready;
	for (let i = 1; i <= 100; i++) {
		store.save(withTemperature(i / 100));
		await vi.advanceTimersByTimeAsync(10);
	}
	await vi.runAllTimersAsync();
	expect(area.writes.length).toBeLessThanOrEqual(3);
	expect(stored()).toEqual(writtenForm(withTemperature(1)));
});

test('corrupt settings are mended field by field, and saving them again ends the complaint', async () => {
	area.entries.set(SETTINGS_KEY, JSON.stringify({...writtenForm(withTemperature(1.5)), seedMode: 'sometimes'}));
	const late = openSettings(area, oneByOne);
	await late.ready;
	expect(late.settings.value).toEqual(withTemperature(1.5));
	expect(late.problems.value.map(({field}) => field)).toEqual(['seedMode']);
	late.save(late.settings.value);
	await late.flush();
	expect(late.problems.value).toEqual([]);
	late.dispose();
});

test('invalid settings are not saved', () => {
	expect(() => store.save(withTemperature(-1))).toThrow(/temperature/);
	expect(store.settings.value).toEqual(DEFAULT_SETTINGS);
});

describe('when the browser refuses to save', () => {
	test.each([
		['QUOTA_BYTES_PER_ITEM quota exceeded', 'size', /more than the browser stores.*Shorten/],
		['Resource::kQuotaBytesPerItem quota exceeded', 'size', /more than the browser stores.*Shorten/],
		['This request exceeds the MAX_WRITE_OPERATIONS_PER_MINUTE quota.', 'rate', /takes no more.*Wait/],
		['The disk is on fire', 'failed', /disk is on fire/],
	])('%s: said, and the settings hold on this page', async (message, code, said) => {
		area.refusal = {message};
		store.save(withTemperature(1.5));
		await store.flush();
		expect(store.saveError.value?.code).toBe(code);
		expect(sentenceOf(store.saveError.value!.refusals)).toMatch(said);
		expect(store.settings.value.temperature).toBe(1.5);
		area.refusal = null;
		store.save(withTemperature(1.6));
		await store.flush();
		expect(store.saveError.value).toBeNull();
	});
});

test('settings that the browser has no room for are refused with their size, and are saved once they are shorter', async () => {
	await store.ready;
	const badWords = Array.from({length: 18}, (_, i) => `${i}<${'é'.repeat(190)}`);
	const large = {...DEFAULT_SETTINGS, badWords};
	store.save(large);
	await store.flush();
	expect(store.saveError.value?.code).toBe('size');
	expect(sentenceOf(store.saveError.value!.refusals)).toMatch(/8\d{3} bytes.*8192.*Shorten/);
	expect(area.writes).toEqual([]);
	store.save({...large, badWords: badWords.slice(2)});
	await store.flush();
	expect(store.saveError.value).toBeNull();
	expect(stored().generation.badWords).toHaveLength(16);
});

test('refused settings are written with the next change', async () => {
	await store.ready;
	area.refusal = {message: 'The disk is on fire'};
	store.save({...withTemperature(1.5), classesListed: 50});
	await store.flush();
	area.refusal = null;
	store.save({...store.settings.value, seedMode: 'fixed'});
	await store.flush();
	expect(stored()).toEqual(writtenForm({...withTemperature(1.5), classesListed: 50, seedMode: 'fixed'}));
});

test('a first change is written at once, a second one within the interval later', async () => {
	await store.ready;
	store.save(withTemperature(1.1));
	await vi.advanceTimersByTimeAsync(0);
	expect(area.writes).toHaveLength(1);
	store.save(withTemperature(1.2));
	await vi.advanceTimersByTimeAsync(500);
	expect(area.writes).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(101);
	expect(area.writes).toHaveLength(2);
});

test('two flushes at once write a change once, and report no error', async () => {
	await store.ready;
	store.save(withTemperature(1.1));
	await vi.advanceTimersByTimeAsync(0);
	store.save(withTemperature(1.2));
	await Promise.all([store.flush(), store.flush()]);
	expect(store.saveError.value).toBeNull();
	expect(area.writes).toHaveLength(2);
	expect(stored()).toEqual(writtenForm(withTemperature(1.2)));
});

test('a page that has written a change follows a later one of another page', async () => {
	const other = openSettings(area, oneByOne);
	await Promise.all([store.ready, other.ready]);
	expect(other.problems.value).toEqual([]);
	store.save(withTemperature(1.1));
	await store.flush();
	other.save(withTemperature(2));
	await other.flush();
	expect(store.settings.value).toEqual(withTemperature(2));
	other.dispose();
});

test('nothing is to be told before the settings are read', () => {
	expect(store.problems.value).toEqual([]);
});

test('settings are read again only when they have changed, and are the same object while they are the same', async () => {
	await store.ready;
	const before = store.settings.value;
	const get = vi.spyOn(area, 'get');
	await area.set({'popup-session': 1});
	await vi.advanceTimersByTimeAsync(0);
	expect(get).not.toHaveBeenCalled();
	await area.set({[SCALE_KEY]: 'rank'});
	await vi.advanceTimersByTimeAsync(0);
	expect(get).toHaveBeenCalled();
	expect(store.settings.value).toBe(before);
});

test('a slow reading never replaces a newer one', async () => {
	const get = area.get;
	let answer = () => {};
	area.get = (async (keys: string[]) => {
		const found = await get(keys);
		await new Promise<void>(resolve => {
			answer = resolve;
		});
		return found;
	}) as typeof area.get;
	const late = openSettings(area, oneByOne);
	await vi.advanceTimersByTimeAsync(0);
	const first = answer;
	area.get = get;
	await area.set({[SCALE_KEY]: 'surprisal'});
	await vi.advanceTimersByTimeAsync(0);
	expect(late.settings.value.passageScale).toBe('surprisal');
	first();
	await late.ready;
	expect(late.settings.value.passageScale).toBe('surprisal');
	late.dispose();
});

test('a page that has closed undoes nothing that another page saves afterwards', async () => {
	await store.ready;
	let free = () => {};
	const held = oneByOne(() => new Promise<void>(resolve => (free = resolve)));
	store.save(withTemperature(1.3));
	await vi.advanceTimersByTimeAsync(0);
	store.dispose();
	await area.set({[SETTINGS_KEY]: writtenForm(withTemperature(2))});
	free();
	await held;
	await vi.advanceTimersByTimeAsync(1000);
	expect(stored()).toEqual(writtenForm(withTemperature(2)));
});

test('a flush without a change writes nothing and delays no later one', async () => {
	await store.ready;
	await store.flush();
	expect(area.writes).toEqual([]);
	store.save(withTemperature(1.1));
	await vi.advanceTimersByTimeAsync(0);
	expect(area.writes).toHaveLength(1);
});

test('a page that closes while its write waits for its turn writes it all the same, and only once', async () => {
	await store.ready;
	let free = () => {};
	const held = oneByOne(() => new Promise<void>(resolve => (free = resolve)));
	store.save(withTemperature(1.3));
	await vi.advanceTimersByTimeAsync(0);
	expect(area.writes).toEqual([]);
	store.dispose();
	expect(area.writes).toHaveLength(1);
	free();
	await held;
	await vi.advanceTimersByTimeAsync(1000);
	expect(area.writes).toMatchObject([{[SETTINGS_KEY]: {generation: {temperature: 1.3}}}]);
});

describe('of several writers', () => {
	test('none loses its changes, in any order of their writes', async () => {
		const others = Array.from({length: 3}, () => openSettings(area, oneByOne));
		await Promise.all([store, ...others].map(({ready}) => ready));
		const change = (of: SettingsStore, changes: Partial<Settings>) => of.save({...of.settings.value, ...changes});
		change(store, {classesListed: 50});
		change(others[0], {passageScale: 'surprisal'});
		change(others[1], {panelFollowsSelection: true});
		change(others[2], {temperature: 1.5});
		await Promise.all([store, ...others].map(one => one.flush()));
		const all: Settings = {
			...withTemperature(1.5),
			classesListed: 50,
			passageScale: 'surprisal',
			panelFollowsSelection: true,
		};
		expect(stored()).toEqual(writtenForm(all));
		for (const one of [store, ...others]) expect(one.settings.value).toEqual(all);
		for (const one of others) one.dispose();
	});

	test('one that switches the colour scale writes nothing else', async () => {
		await store.ready;
		store.save({...DEFAULT_SETTINGS, passageScale: 'surprisal'});
		await store.flush();
		expect(area.writes).toEqual([{[SCALE_KEY]: 'surprisal'}]);
	});

	test('an edit that is not written yet survives a write from another page', async () => {
		await store.ready;
		store.save(withTemperature(1.1));
		await store.flush();
		store.save(withTemperature(1.2));
		await area.set({[SCALE_KEY]: 'surprisal'});
		await vi.advanceTimersByTimeAsync(10);
		expect(store.settings.value).toEqual({...withTemperature(1.2), passageScale: 'surprisal'});
		await store.flush();
		expect(stored()).toEqual(writtenForm({...withTemperature(1.2), passageScale: 'surprisal'}));
	});

	test('the latest choice wins as a whole where two cannot be combined', async () => {
		const other = openSettings(area, oneByOne);
		await Promise.all([store.ready, other.ready]);
		other.save({...DEFAULT_SETTINGS, doSample: false, numReturnSequences: 1});
		store.save({...DEFAULT_SETTINGS, numReturnSequences: 5});
		await other.flush();
		await store.flush();
		expect(stored().generation).toEqual({...DEFAULT_GENERATION, numReturnSequences: 5});
		other.dispose();
	});
});

test('a page that closes in the middle of a change writes it before it is gone', async () => {
	await store.ready;
	store.save(withTemperature(1.1));
	await store.flush();
	store.save(withTemperature(1.2));
	store.dispose();
	expect(area.writes.at(-1)).toMatchObject({[SETTINGS_KEY]: {generation: {temperature: 1.2}}});
});

test('a page that closes without a change writes nothing', async () => {
	await store.ready;
	store.dispose();
	await vi.runAllTimersAsync();
	expect(area.writes).toEqual([]);
});

test('a scale that was stored with everything else, as it once was, still applies', async () => {
	area.entries.set(SETTINGS_KEY, JSON.stringify(writtenForm({...DEFAULT_SETTINGS, passageScale: 'surprisal'})));
	const late = openSettings(area, oneByOne);
	await late.ready;
	expect(late.settings.value.passageScale).toBe('surprisal');
	expect(late.problems.value).toEqual([]);
	late.dispose();
});

test.each([['a text'], [[1, 2]], [7]])(
	'%j in place of the settings is reported, and the defaults apply',
	async value => {
		area.entries.set(SETTINGS_KEY, JSON.stringify(value));
		area.entries.set(SCALE_KEY, '"surprisal"');
		const late = openSettings(area, oneByOne);
		await late.ready;
		expect(late.problems.value).toHaveLength(1);
		expect(late.settings.value).toEqual(DEFAULT_SETTINGS);
		late.dispose();
	},
);

test('a storage that cannot be read leaves the defaults, and says so', async () => {
	const broken = new FakeStorage();
	broken.get = (() => Promise.reject(new Error('corrupt database'))) as typeof broken.get;
	const opened = openSettings(broken, oneByOne);
	await opened.ready;
	expect(opened.settings.value).toEqual(DEFAULT_SETTINGS);
	expect(opened.problems.value).toMatchObject([{field: '', kind: 'invalid'}]);
	expect(sentenceOf(opened.problems.value[0].refusals)).toContain('corrupt database');
	opened.dispose();
});
