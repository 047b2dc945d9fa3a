// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, describe, expect, test} from 'vitest';
import {roving} from '../../../src/ui/roving.ts';

afterEach(() => render(null, document.body));

function show(axis: 'vertical' | 'horizontal' | 'both', items = ['a', 'b', 'c']) {
	act(() =>
		render(
			<div {...roving(axis)}>
				{items.map((id, i) => (
					<button key={id} type="button" id={id} data-item tabIndex={i === 0 ? 0 : -1} />
				))}
				<button type="button" id="outside" />
			</div>,
			document.body,
		),
	);
}
const item = (id: string) => document.getElementById(id)!;
const focused = () => document.activeElement?.id;
/** The items that Tab stops at. */
const stops = () =>
	[...document.querySelectorAll<HTMLElement>('[data-item]')].filter(one => one.tabIndex >= 0).map(({id}) => id);

/** Press a key where the focus is; says whether the browser's own action was prevented. */
function press(key: string, modifiers: KeyboardEventInit = {}) {
	const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...modifiers});
	document.activeElement!.dispatchEvent(event);
	return event.defaultPrevented;
}

test.each([
	['vertical', 'ArrowDown', 'b', 'c'],
	['vertical', 'ArrowUp', 'b', 'a'],
	['vertical', 'ArrowRight', 'b', 'b'],
	['horizontal', 'ArrowRight', 'b', 'c'],
	['horizontal', 'ArrowLeft', 'b', 'a'],
	['horizontal', 'ArrowDown', 'b', 'b'],
	['both', 'ArrowRight', 'b', 'c'],
	['both', 'ArrowUp', 'b', 'a'],
	['vertical', 'Home', 'c', 'a'],
	['vertical', 'End', 'a', 'c'],
	['vertical', 'ArrowDown', 'c', 'c'],
	['vertical', 'ArrowUp', 'a', 'a'],
	['vertical', 'x', 'b', 'b'],
] as const)('%s: %s leads from %s to %s', (axis, key, from, to) => {
	show(axis);
	item(from).focus();
	const ours = press(key);
	expect(focused()).toBe(to);
	// A key that is not ours keeps what the browser does with it.
	expect(ours).toBe(
		['ArrowDown', 'ArrowUp'].includes(key)
			? axis !== 'horizontal'
			: key === 'Home' || key === 'End' || (key !== 'x' && axis !== 'vertical'),
	);
	expect(stops()).toEqual([to]);
});

describe('a key with a modifier', () => {
	test.each(['ctrlKey', 'metaKey', 'altKey'])('%s is the browser’s own', modifier => {
		show('both');
		item('a').focus();
		expect(press('ArrowRight', {[modifier]: true})).toBe(false);
		expect(press('End', {[modifier]: true})).toBe(false);
		expect(focused()).toBe('a');
	});

	test('Shift changes nothing', () => {
		show('both');
		item('a').focus();
		expect(press('ArrowRight', {shiftKey: true})).toBe(true);
		expect(focused()).toBe('b');
	});
});

test('an element that is no item keeps its keys, and the tab stop does not move', () => {
	show('both');
	item('b').focus();
	item('outside').focus();
	expect(press('ArrowLeft')).toBe(false);
	expect(focused()).toBe('outside');
	expect(stops()).toEqual(['b']);
});

test.each([
	['ArrowDown', 'b2', 'c2'],
	['ArrowUp', 'b2', 'a2'],
	['ArrowDown', 'c2', 'c2'],
	['ArrowRight', 'b1', 'b2'],
	['ArrowRight', 'a3', 'a3'],
	['ArrowLeft', 'b2', 'b1'],
	['ArrowDown', 'a3', 'b2'],
	['Home', 'b2', 'b1'],
	['End', 'a1', 'a3'],
])('in a grid, a single stop for Tab, %s leads from %s to %s', (key, from, to) => {
	const rows = [
		['a1', 'a2', 'a3'],
		['b1', 'b2'],
		['c1', 'c2'],
	];
	act(() =>
		render(
			<div {...roving('grid')}>
				{rows.map(row => (
					<div key={row[0]} data-row>
						{row.map(id => (
							<button key={id} type="button" id={id} data-item tabIndex={id === 'a1' ? 0 : -1} />
						))}
					</div>
				))}
			</div>,
			document.body,
		),
	);
	item(from).focus();
	expect(press(key)).toBe(true);
	expect(focused()).toBe(to);
	expect(stops()).toEqual([to]);
});
