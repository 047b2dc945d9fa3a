// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';
import {createDesk} from '../../../../src/features/corpus/state/desk.ts';
import {EMPTY_FORM} from '../../../../src/features/corpus/state/form.ts';
import {TextsIn} from '../../../../src/features/corpus/views/texts-in.tsx';
import {readTable} from '../../../../src/ui/csv/table.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);
afterEach(() => act(() => render(null, document.body)));

test('a file that is dropped is opened, and a text that is dropped is left to the browser, which puts it into the field', async () => {
	const desk = createDesk(
		new FakeEngine(),
		async (bytes, format) => readTable(bytes, format),
		'1',
		EMPTY_FORM,
		() => {},
	);
	await act(() => render(<TextsIn desk={desk} />, document.body));
	/** @returns whether the page took the event for itself. */
	const drag = async (type: string, dataTransfer: {types: string[]; files: File[]}) => {
		const event = Object.assign(new Event(type, {bubbles: true, cancelable: true}), {dataTransfer});
		await act(() => void document.querySelector('textarea')!.dispatchEvent(event));
		return event.defaultPrevented;
	};
	for (const type of ['dragover', 'drop']) expect(await drag(type, {types: ['text/plain'], files: []})).toBe(false);
	const file = new File(['text\nOne.'], 'items.csv');
	for (const type of ['dragover', 'drop']) expect(await drag(type, {types: ['Files'], files: [file]})).toBe(true);
	await vi.waitFor(() => expect(desk.items.value.map(({text}) => text)).toEqual(['One.']), {timeout: 60_000});
});
