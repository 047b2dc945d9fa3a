import {expect, it} from 'vitest';
import {clickReport} from '../click-report.ts';

const round = (ours: number, empty: number) => ({
	ours: {received: 10, selected: 40, painted: ours},
	empty: {received: 5, painted: empty},
});

const rounds = {
	cold: [round(1300, 300)],
	// A slow minute counts for both.
	warm: [round(360, 310), round(860, 820), round(380, 310)],
};

it('compares each click with the one on the empty popup beside it, and says where an aim is missed', () => {
	const {aims} = clickReport({chromium: '1', first: {painted: 2000}, rounds});
	expect(aims).toMatchObject([
		{id: 'click-aim-cold', measured: '1000 ms (from 1000 to 1000)', met: false},
		{id: 'click-aim-warm', measured: '50 ms (from 40 to 70)', met: true},
	]);
});

it('tables the median of every moment, and leaves out what a popup does not have', () => {
	const {tables} = clickReport({chromium: '1', first: {painted: 2000}, rounds});
	const [cold, warm] = tables;
	expect(cold.rows).toContainEqual(['the first class is on the screen', '1300 ms', '300 ms', '2000 ms']);
	expect(warm.id).toBe('click-warm');
	expect(warm.rows).toContainEqual(['the first class is on the screen', '380 ms', '310 ms']);
	expect(warm.rows).toContainEqual(['the selection is read', '40 ms', '–']);
	expect(warm.rows).toHaveLength(3);
});
