import {build} from 'vite';
import {measureClicks, type State} from './click.ts';
import {type ClickReport, clickReport} from './click-report.ts';
import type {Aim, Part, Table} from './report.ts';

/** The click to the first class, with the extension as it is built now. */
export const clickPart: Part = {
	async measure({rounds, say}) {
		say('Building the extension ...');
		await build({logLevel: 'warn'});
		say(`Clicking on a virtual desktop, ${rounds} times each ...`);
		const report = clickReport(await measureClicks({repetitions: rounds}));
		const states = Object.keys(report.states) as State[];
		return {
			data: report,
			tables: states.map(state => tableOf(report, state)),
			aims: states.map(state => aimOf(report, state)),
		};
	},
};

const milliseconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(0)} ms`);

const tableOf = ({states}: ClickReport, state: State): Table => ({
	id: `click-${state}`,
	head: [`${state}, after the choice`, 'ours', 'empty popup'],
	rows: states[state].moments.map(({moment, ours, empty}) => [moment, milliseconds(ours), milliseconds(empty)]),
});

function aimOf({states}: ClickReport, state: State): Aim {
	const {above, aboveRange, aim, met} = states[state];
	const [least, most] = aboveRange.map(value => value.toFixed(0));
	return {
		id: `click-aim-${state}`,
		says: `the first class is on the screen at most ${aim} ms after an empty popup, ${state}`,
		measured: `${milliseconds(above)} (from ${least} to ${most})`,
		met,
	};
}
