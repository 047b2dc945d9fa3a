// @vitest-environment happy-dom

import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {exportSettings} from '../../../../src/client/settings/file.ts';
import {DEFAULT_SETTINGS, SCALE_KEY, SETTINGS_KEY, type Settings} from '../../../../src/client/settings/settings.ts';
import {openSettings, type SettingsStore} from '../../../../src/client/settings/storage.ts';
import type {SettingsArea} from '../../../../src/client/settings/stored.ts';
import {writtenForm} from '../../../../src/client/settings/written.ts';
import {createEditor} from '../../../../src/features/options/editor.ts';
import {OptionsPage} from '../../../../src/features/options/options-page.tsx';
import {createPresetPictures} from '../../../../src/features/options/preset-pictures.ts';
import {createPreview} from '../../../../src/features/options/preview.ts';
import {readSettingsFile} from '../../../../src/features/options/settings-file.tsx';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {FakeStorage, oneByOne} from '../../../helpers/fake-storage.ts';

installI18n();

const stored = (area: FakeStorage) => area.read(SETTINGS_KEY) as ReturnType<typeof writtenForm> | undefined;

let store: SettingsStore;
let root: HTMLElement;

async function open(area: SettingsArea) {
	store = openSettings(area, oneByOne);
	await store.ready;
	const engine = {request: () => new Promise(() => {})} as never;
	const preview = createPreview(engine, () => {});
	const pictures = createPresetPictures(engine);
	root = document.body.appendChild(document.createElement('div'));
	const editor = createEditor(store);
	act(() => render(<OptionsPage store={store} editor={editor} preview={preview} pictures={pictures} />, root));
}

const control = (name: string) => root.querySelector<HTMLElement>(`[data-parameter="${name}"]`)!;
const field = (name: string) => control(name).querySelector<HTMLInputElement>('input[type="text"]')!;
const slider = (name: string) => control(name).querySelector<HTMLInputElement>('input[type="range"]')!;
const problem = (name: string) => control(name).querySelector('[role="alert"]')!.textContent;
const button = (text: string) => [...root.querySelectorAll('button')].find(node => node.textContent?.startsWith(text))!;

function type(input: HTMLInputElement, text: string) {
	act(() => {
		input.value = text;
		input.dispatchEvent(new Event('input', {bubbles: true}));
	});
}

describe('the options page', () => {
	let sync: FakeStorage;
	beforeEach(async () => {
		sync = new FakeStorage();
		await open(sync);
	});
	afterEach(() => {
		act(() => render(null, root));
		root.remove();
		store.dispose();
	});

	it('saves the value of a slider, and shows it in the field beside it', async () => {
		type(slider('temperature'), '1.5');
		await store.flush();
		expect(stored(sync)?.generation.temperature).toBe(1.5);
		expect(field('temperature').value).toBe('1.5');
	});

	it('keeps a refused number in its field with the reason, and saves nothing of it', async () => {
		type(field('topP'), '1.5');
		await store.flush();
		expect(field('topP').value).toBe('1.5');
		expect(field('topP').getAttribute('aria-invalid')).toBe('true');
		expect(problem('topP')).toContain('Top-p (nucleus) must be a number from 0 to 1, but is 1.5.');
		const described = field('topP').getAttribute('aria-describedby')!.split(' ');
		expect(described.map(id => document.getElementById(id)?.textContent).join(' ')).toContain('but is 1.5.');
		expect(stored(sync)).toBeUndefined();
	});

	it('shows beside the control that two values cannot be combined, until they can', async () => {
		act(() => control('doSample').querySelector('input')!.click());
		await store.flush();
		expect(problem('numReturnSequences')).toMatch(/^Greedy search gives one continuation/);
		expect(stored(sync)).toBeUndefined();
		act(() => button('Set Continuations to 1').click());
		await store.flush();
		expect(problem('numReturnSequences')).toBe('');
		expect(stored(sync)?.generation).toMatchObject({doSample: false, numReturnSequences: 1});
	});

	it('says which settings have no effect, and why', () => {
		expect(control('seed').textContent).toContain('Has no effect now: every run takes a fresh seed.');
		expect(control('temperature').textContent).not.toContain('no effect');
		act(() => button('Greedy').click());
		expect(control('temperature').textContent).toContain('Has no effect now: sampling is off.');
	});

	it('applies a preset, says what it sets, and takes it back', async () => {
		expect(button('Beam 4').textContent).toBe('Beam 4Beams 4, Early stopping: Enough finished');
		expect(button('Balanced').getAttribute('aria-pressed')).toBe('true');
		act(() => button('Beam 4').click());
		await store.flush();
		expect(stored(sync)?.generation).toMatchObject({numBeams: 4, doSample: false, numReturnSequences: 1});
		expect(button('Beam 4').getAttribute('aria-pressed')).toBe('true');
		act(() => button('Undo').click());
		await store.flush();
		expect({...stored(sync), passageScale: 'rank'}).toEqual(writtenForm(DEFAULT_SETTINGS));
	});

	it('follows another page, and keeps the value being typed here', async () => {
		type(field('topK'), 'many');
		const other: Settings = {...DEFAULT_SETTINGS, temperature: 2};
		await act(async () => {
			await sync.set({[SETTINGS_KEY]: writtenForm(other)});
			await store.flush();
		});
		expect(field('temperature').value).toBe('2');
		expect(field('topK').value).toBe('many');
	});

	it('keeps values that cannot be combined yet when the colour scale is switched on a page', async () => {
		act(() => control('doSample').querySelector('input')!.click());
		expect(problem('numReturnSequences')).toMatch(/^Greedy search gives one continuation/);
		await act(async () => {
			await sync.set({[SCALE_KEY]: 'surprisal'});
			await store.flush();
		});
		expect(control('passageScale').querySelector<HTMLInputElement>('input:checked')?.value).toBe('surprisal');
		expect(problem('numReturnSequences')).toMatch(/^Greedy search gives one continuation/);
		expect(control('doSample').querySelector<HTMLInputElement>('input')?.checked).toBe(false);
	});

	it('finds a setting by its name here, its name in Hugging Face, or its explanation', () => {
		const search = root.querySelector<HTMLInputElement>('#find-setting')!;
		const found = () => [...root.querySelectorAll<HTMLElement>('[data-parameter]')].map(node => node.dataset.parameter);
		type(search, 'top_k');
		expect(found()).toEqual(['topK']);
		expect(control('topK').closest('details')!.open).toBe(true);
		type(search, 'banned');
		expect(found()).toEqual(['badWords']);
		type(search, 'no such setting');
		expect(found()).toEqual([]);
		type(search, '');
		expect(found().length).toBeGreaterThan(25);
	});

	it('shows no more settings than before to those who use none of the new ones', () => {
		const unfolded = [...root.querySelectorAll<HTMLElement>('[data-parameter]')].filter(
			node => !node.closest('details:not([open])'),
		);
		// 22 there were, before the rare ones were folded away.
		expect(unfolded.length).toBeLessThanOrEqual(22);
		expect(unfolded.map(node => node.dataset.parameter)).not.toContain('topH');
	});

	it('shows which settings do nothing at their value, also while their group is folded', () => {
		expect(control('minP').classList).toContain('neutral');
		expect(control('topK').classList).not.toContain('neutral');
		const [truncation] = root.querySelectorAll('summary');
		expect(truncation.textContent).toBe('Temperature and truncationTemperature 0.8, Top-k 50, Top-p (nucleus) 0.95');
		const penalties = control('repetitionPenalty').closest('details')!;
		expect(penalties.open).toBe(false);
	});

	it('explains every setting, by a label and a sentence', () => {
		for (const node of root.querySelectorAll('[data-parameter]')) {
			const name = node.getAttribute('data-parameter');
			for (const input of node.querySelectorAll('input:not([type="radio"]), textarea')) {
				const help = input.getAttribute('aria-describedby')?.split(' ')[0];
				expect(document.getElementById(help!)?.textContent, `${name}`).toMatch(/\.$/);
				const named = input.getAttribute('aria-label') ?? node.querySelector(`label[for="${input.id}"]`)?.textContent;
				expect(named, `${name}`).toBeTruthy();
			}
		}
	});
});

describe('saving', () => {
	it('shows that the browser takes no more', async () => {
		const sync = new FakeStorage();
		sync.refusal = {message: 'QUOTA_BYTES_PER_ITEM quota exceeded'};
		await open(sync);
		type(slider('temperature'), '1.5');
		await act(() => store.flush());
		expect(root.querySelector('.save-state .error-note')?.textContent).toContain('Shorten the lists');
		expect(root.querySelector('.save-state [role="status"]')?.textContent).toBe('');
		expect(field('temperature').value).toBe('1.5');
		act(() => render(null, root));
		store.dispose();
	});
});

describe('a settings file', () => {
	const file = (text: string, size = text.length) => ({name: 'mine.json', size, text: async () => text});

	it('brings the settings it holds', async () => {
		const settings = {...DEFAULT_SETTINGS, classesListed: 50};
		expect(await readSettingsFile(file(exportSettings(settings)))).toEqual(settings);
	});

	it.each([
		['{"version": 1, ', /“mine.json” does not hold settings.*not JSON/],
		['[1, 2]', /nothing was changed: This holds no settings/],
		[JSON.stringify({generation: {temperature: -1}}), /Temperature must be a number from 0.01 to 100, but is -1/],
		[JSON.stringify({generation: {doSample: false}}), /Greedy search gives one continuation/],
		[JSON.stringify({colour: 'red'}), /no setting called "colour"/],
	])('is refused as a whole for %s', async (text, reason) => {
		await expect(readSettingsFile(file(text))).rejects.toThrow(reason);
	});

	it('is not even read when it is too large', async () => {
		await expect(readSettingsFile(file('{}', 10_000_000))).rejects.toThrow(/larger than settings can be/);
	});
});
