import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {DEFAULT_SETTINGS, SETTINGS_KEY, type Settings} from '../../../src/settings/settings.ts';
import {openSettings, type SettingsStore} from '../../../src/settings/storage.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';

let area: FakeStorage;
let store: SettingsStore;

const withTemperature = (temperature: number): Settings => ({
	...DEFAULT_SETTINGS,
	generation: {...DEFAULT_SETTINGS.generation, temperature},
});

beforeEach(() => {
	vi.useFakeTimers();
	area = new FakeStorage();
	store = openSettings(area);
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

test('what one page saves, another follows', async () => {
	const other = openSettings(area);
	await other.ready;
	store.save(withTemperature(1.5));
	expect(store.settings.value.generation.temperature).toBe(1.5);
	await store.flush();
	expect(other.settings.value.generation.temperature).toBe(1.5);
	other.dispose();
});

test('a slider that moves fast is written seldom, and its last value is what is kept', async () => {
	await store.ready;
	for (let i = 1; i <= 100; i++) {
		store.save(withTemperature(i / 100));
		await vi.advanceTimersByTimeAsync(10);
	}
	await vi.runAllTimersAsync();
	expect(area.writes.length).toBeLessThanOrEqual(3);
	expect(area.read(SETTINGS_KEY)).toEqual(withTemperature(1));
});

test('corrupt settings are mended field by field, and saving them again ends the complaint', async () => {
	area.entries.set(SETTINGS_KEY, JSON.stringify({...withTemperature(1.5), seedMode: 'sometimes'}));
	const late = openSettings(area);
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
		['QUOTA_BYTES_PER_ITEM quota exceeded', 'quota', /Shorten/],
		['This request exceeds the MAX_WRITE_OPERATIONS_PER_MINUTE quota.', 'quota', /Wait/],
		['The disk is on fire', 'failed', /disk is on fire/],
	])('%s: said, and the settings hold on this page', async (message, code, said) => {
		area.refusal = {message};
		store.save(withTemperature(1.5));
		await store.flush();
		expect(store.saveError.value).toEqual({code, message: expect.stringMatching(said)});
		expect(store.settings.value.generation.temperature).toBe(1.5);
		area.refusal = null;
		store.save(withTemperature(1.6));
		await store.flush();
		expect(store.saveError.value).toBeNull();
	});
});

test('a storage that cannot be read leaves the defaults, and says so', async () => {
	const broken = new FakeStorage();
	broken.get = (() => Promise.reject(new Error('corrupt database'))) as typeof broken.get;
	const opened = openSettings(broken);
	await opened.ready;
	expect(opened.settings.value).toEqual(DEFAULT_SETTINGS);
	expect(opened.problems.value[0].message).toContain('corrupt database');
	opened.dispose();
});
