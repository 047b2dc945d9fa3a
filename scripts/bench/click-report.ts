import type {Click, ClickRounds, PopupName, State} from './click.ts';
import {median} from './statistics.ts';

/** How many milliseconds later than an empty popup's the first class may be on the screen. */
const CLICK_AIMS: Record<State, number> = {warm: 100, cold: 900};

/** The moments of a click in words, by their marks (src/protocol/marks.ts) and what the browser itself notes of a page. */
const MOMENTS: readonly (readonly [mark: string, words: string])[] = [
	['received', 'the service worker is told'],
	['selected', 'the selection is read'],
	['page', 'the popup’s page begins'],
	['script', 'its script runs'],
	['loaded', 'it has loaded'],
	['restored', 'the storage is read'],
	['first-paint', 'it is first painted'],
	['ahead', 'the engine has answered ahead'],
	['answered', 'the popup has the answer'],
	['painted', 'the first class is on the screen'],
];

/** One moment: milliseconds after the choice in the menu, medians; null where a popup has none. */
type Moment = {moment: string} & Record<PopupName, number | null>;

interface StateReport {
	moments: readonly Moment[];
	/** Milliseconds between the first class and what an empty popup shows: the median over the rounds. */
	above: number;
	/** The least and the most. */
	aboveRange: readonly [number, number];
	aim: number;
	met: boolean;
}

export interface ClickReport {
	chromium: string;
	repetitions: number;
	/** Milliseconds until the first class of the very first click after installation, which is no cold one of the rounds. */
	first: number;
	states: Record<State, StateReport>;
}

export function clickReport({chromium, first, rounds}: ClickRounds): ClickReport {
	const states = {cold: stateReport('cold', rounds.cold), warm: stateReport('warm', rounds.warm)};
	return {chromium, repetitions: rounds.cold.length, first: first.painted, states};
}

function stateReport(state: State, rounds: readonly Record<PopupName, Click>[]): StateReport {
	const at = (name: PopupName, mark: string) => {
		const times = rounds.map(round => round[name][mark]).filter(time => time !== undefined);
		return times.length === 0 ? null : median(times);
	};
	const moments = MOMENTS.map(([mark, moment]) => ({moment, ours: at('ours', mark), empty: at('empty', mark)}));
	const differences = rounds.map(({ours, empty}) => ours.painted - empty.painted);
	const above = median(differences);
	return {
		moments,
		above,
		aboveRange: [Math.min(...differences), Math.max(...differences)],
		aim: CLICK_AIMS[state],
		met: above <= CLICK_AIMS[state],
	};
}

const milliseconds = (value: number | null) => (value === null ? '-' : value.toFixed(0));

/** The report as an aligned table for each state. */
export function clickTable({states}: ClickReport): string {
	return Object.entries(states)
		.map(([state, {moments, above, aboveRange, aim, met}]) => {
			const lines = moments.map(({moment, ours, empty}) =>
				[moment.padEnd(34), milliseconds(ours).padStart(6), milliseconds(empty).padStart(6)].join('  '),
			);
			const [least, most] = aboveRange.map(milliseconds);
			return [
				[`Click, ${state}: ms after the choice`.padEnd(34), '  ours', ' empty'].join('  '),
				...lines,
				`Aim ${met ? 'met' : 'not met'}: at most ${aim} ms above the empty popup: ${milliseconds(above)} (${least} to ${most}).`,
			].join('\n');
		})
		.join('\n\n');
}
