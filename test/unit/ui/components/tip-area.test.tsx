// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {beforeEach, expect, test, vi} from 'vitest';
import {TipArea} from '../../../../src/ui/components/tip-area.tsx';

beforeEach(async () => {
	vi.useFakeTimers();
	await act(() => render(null, document.body));
	await act(() =>
		render(
			<TipArea content={tip => `about ${tip}`}>
				<button type="button" data-tip="one" />
				<button type="button" data-tip="two" />
			</TipArea>,
			document.body,
		),
	);
});

const token = (tip: string) => document.querySelector<HTMLElement>(`[data-tip="${tip}"]`)!;
const shown = () => document.querySelector('[role=tooltip]')?.textContent ?? null;
const point = (tip: string) =>
	act(() => {
		token(tip).dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}));
		vi.advanceTimersByTime(1000);
	});

test('a card opens where one points and follows the pointer', async () => {
	await point('one');
	expect(shown()).toBe('about one');
	await point('two');
	expect(shown()).toBe('about two');
});

test('a click closes the card, which stays closed until the pointer has been elsewhere', async () => {
	await point('one');
	await act(() => token('one').click());
	expect(shown()).toBeNull();
	await point('one');
	expect(shown()).toBeNull();
	await point('two');
	expect(shown()).toBe('about two');
	await point('one');
	expect(shown()).toBe('about one');
});
