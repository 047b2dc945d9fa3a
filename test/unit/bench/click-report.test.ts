import {expect, it} from 'vitest';
import {clickReport, clickTable} from '../../../scripts/bench/click-report.ts';

const round = (ours: number, empty: number) => ({
	ours: {received: 10, painted: ours},
	empty: {received: 5, painted: empty},
});

it('compares each click with the one on the empty popup beside it', () => {
	const report = clickReport({
		chromium: '1',
		first: {painted: 2000},
		rounds: {
			cold: [round(1000, 300)],
			// A slow minute counts for both.
			warm: [round(400, 310), round(900, 820), round(420, 310)],
		},
	});
	expect(report.states.warm).toMatchObject({above: 90, aboveRange: [80, 110], met: true});
	expect(report.first).toBe(2000);
	expect(report.states.cold).toMatchObject({above: 700, met: true});
	const shown = report.states.warm.moments.find(({moment}) => moment === 'the first class is on the screen');
	expect(shown).toMatchObject({ours: 420, empty: 310});
	expect(clickTable(report)).toContain('Aim met: at most 100 ms above the empty popup: 90 (80 to 110).');
});

it('says where an aim is missed, and leaves out what a popup does not have', () => {
	const report = clickReport({
		chromium: '1',
		first: {painted: 2000},
		rounds: {cold: [round(1300, 300)], warm: [round(600, 300)]},
	});
	expect(report.states.warm.met).toBe(false);
	expect(clickTable(report)).toContain('Aim not met: at most 900 ms above the empty popup: 1000 (1000 to 1000).');
	expect(clickTable(report)).toMatch(/the selection is read\s+-\s+-/);
});
