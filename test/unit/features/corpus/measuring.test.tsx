// @vitest-environment happy-dom

import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {zh_CN as chinese} from '../../../../locales/zh_CN.ts';
import {refuse} from '../../../../src/engine/errors/refusal.ts';
import {createDesk} from '../../../../src/features/corpus/state/desk.ts';
import {EMPTY_FORM} from '../../../../src/features/corpus/state/form.ts';
import {Measuring} from '../../../../src/features/corpus/views/measuring.tsx';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {readTable, type Table} from '../../../../src/ui/csv/table.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n, speak} from '../../../helpers/fake-i18n.ts';

beforeEach(installI18n);
afterEach(() => act(() => render(null, document.body)));

/** The part of the page that measures, with two texts in the field and a reader that reads when the test says so. */
async function measuring() {
	const reads: (() => void)[] = [];
	const read = (bytes: Uint8Array, format: 'lines' | 'auto' | 'csv' | 'tsv') =>
		new Promise<Table>(resolve => reads.push(() => resolve(readTable(bytes, format))));
	const engine = new FakeEngine();
	const desk = createDesk(engine, read, '1.2.3', {...EMPTY_FORM, text: 'One.\nTwo.'}, () => {});
	await act(() => render(<Measuring desk={desk} />, document.body));
	/** Once the reader has been asked so many times. */
	const readNow = async (times: number) => {
		await vi.waitFor(() => expect(reads).toHaveLength(times), {timeout: 60_000});
		await act(async () => reads[times - 1]());
	};
	return {desk, engine, readNow};
}

const buttons = () => [...document.querySelectorAll<HTMLButtonElement>('button')];
/** What the button that starts says, and whether it can be pressed. */
const start = () => {
	const [button] = buttons();
	const isWaiting = button.getAttribute('aria-disabled') === 'true';
	return [button.textContent, isWaiting ? 'waits' : button.disabled ? 'cannot' : 'can'];
};

test('where a browser has no dialog for a file to write into, as Firefox, that is said in place of the button', async () => {
	const offered = () => buttons().some(({textContent}) => textContent === 'Measure into a file…');
	const isSaid = () => document.body.textContent.includes('lets no page write into a file while it measures');
	await measuring();
	expect([offered(), isSaid()]).toEqual([false, true]);
	vi.stubGlobal('showSaveFilePicker', () => {});
	await measuring();
	expect([offered(), isSaid()]).toEqual([true, false]);
	vi.unstubAllGlobals();
});

test('nothing is measured before what stands in the field, or was opened, has been read', async () => {
	const {desk, readNow} = await measuring();
	expect(start()).toEqual(['Reading the texts…', 'waits']);
	await readNow(1);
	expect(start()).toEqual(['Measure 2 texts', 'can']);

	buttons()[0].focus();
	let arrive: (bytes: ArrayBuffer) => void = () => {};
	const arrayBuffer = () =>
		new Promise<ArrayBuffer>(resolve => {
			arrive = resolve;
		});
	await act(() => void desk.input.open({name: 'items.txt', size: 8, arrayBuffer}));
	/** A press changes nothing, and takes no focus away. */
	const pressInVain = async () => {
		expect(start()).toEqual(['Reading the texts…', 'waits']);
		await act(() => buttons()[0].click());
		expect(desk.run.total.value).toBe(0);
		expect(document.activeElement).toBe(buttons()[0]);
	};
	await pressInVain();
	await act(async () => arrive(new TextEncoder().encode('A.\nB.\nC.').buffer as ArrayBuffer));
	await pressInVain();
	await readNow(2);
	expect(start()).toEqual(['Measure 3 texts', 'can']);
	await act(() => buttons()[0].click());
	expect(desk.run.total.value).toBe(3);
});

test('a text that is typed is waited for from its first letter on, and one that is refused is told', async () => {
	speak(chinese);
	const {desk, readNow} = await measuring();
	await readNow(1);
	expect(start()).toEqual(['测量 2 个文本', 'can']);
	await act(() => desk.set({text: '{'}));
	expect(start()).toEqual(['正在读取文本…', 'waits']);
	await readNow(2);
	expect(desk.refusals.value).toMatchObject([{code: 'row-marks'}]);
	expect(start()).toEqual(['测量', 'cannot']);
	await act(() => desk.set({text: ''}));
	expect(start()).toEqual(['测量', 'cannot']);
});

test('rows that were measured are dropped only once that was agreed to, whatever model comes next', async () => {
	const {desk, engine, readNow} = await measuring();
	await readNow(1);
	const model = (id: string) => engine.last('model').answer({id, dtype: 'int8', contextLength: 1024} as ModelInfo);
	const press = (name: string) =>
		act(() =>
			buttons()
				.find(({textContent}) => textContent === name)!
				.click(),
		);
	await press('Measure 2 texts');
	await vi.waitFor(() => expect(engine.of('model')).toHaveLength(2));
	await act(async () => model('gpt2'));
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(1));
	await act(async () => {
		for (const row of [0, 1])
			engine.last('measure').event({kind: 'measured', row, tokens: [], refusal: refuse('row-empty', {row})});
		engine.last('measure').answer({model: 'gpt2', dtype: 'int8', contextLength: 1024, vocabSize: 50257});
	});
	await vi.waitFor(() => expect(desk.run.running.value).toBe(false));
	const rows = () => desk.run.results.value.all.map(({item}) => item.text);

	await act(() => desk.set({text: 'Three.'}));
	await readNow(2);
	await press('Measure 1 text');
	expect(document.querySelector('#drop')!.textContent).toMatch(/drops the 2 rows .* \(gpt2\)/);
	expect(document.activeElement!.textContent).toBe('Keep what was measured');
	await press('Keep what was measured');
	expect(document.activeElement!.id).toBe('start');
	expect([engine.of('measure').length, rows()]).toEqual([1, ['One.', 'Two.']]);

	await press('Measure 1 text');
	await press('Drop it and measure');
	expect(desk.run.running.value).toBe(true);
	expect(rows()).toEqual([]);
});
