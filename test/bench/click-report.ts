import type {Click, ClickRounds, PopupName, State} from './click.ts';
import type {Aim, PartReport, Table} from './report.ts';
import {median} from './statistics.ts';

/** How many milliseconds later than an empty popup's the first class may be on the screen. */
const CLICK_AIMS: Record<State, number> = {warm: 60, cold: 400};

/** The moments of a click in words, by their marks (src/protocol/messages/marks.ts) and what the browser itself notes of a page. */
const MOMENTS: readonly (readonly [mark: string, words: string])[] = [
	['received', 'the service worker is told'],
	['selected', 'the selection is read'],
	['page', 'the popup’s page begins'],
	['script', 'the popup’s script runs'],
	['loaded', 'the popup has loaded'],
	['restored', 'the popup has read the storage'],
	['requested', 'the popup asks the engine, having no answer yet'],
	['first-paint', 'the popup is first painted'],
	['asked', 'the engine is there, and the service worker asks it'],
	['ahead', 'the service worker has the answer'],
	['answered', 'the popup has the answer'],
	['painted', 'the first class is on the screen'],
];

/**
 * One moment: milliseconds after the choice in the menu, medians; null where a popup has none. `first` is the first click ever
 * on ours, which no round counts.
 */
type Moment = {moment: string} & Record<PopupName | 'first', number | null>;

interface StateReport {
	/** In the order in which ours comes to them. */
	moments: readonly Moment[];
	/** Milliseconds between the first class and what an empty popup shows: the median over the rounds. */
	above: number;
	/** The least and the most. */
	aboveRange: readonly [number, number];
}

/** Every click, cold and warm, beside the one on the empty popup in the same round. */
export function clickReport({chromium, first, rounds}: ClickRounds): PartReport {
	const states = {cold: stateReport(rounds.cold, first), warm: stateReport(rounds.warm, {})};
	const names = Object.keys(states) as State[];
	return {
		data: {chromium, first, rounds, states},
		tables: names.map(state => tableOf(state, states[state])),
		aims: names.map(state => aimOf(state, states[state])),
	};
}

function stateReport(rounds: readonly Record<PopupName, Click>[], first: Click): StateReport {
	const at = (name: PopupName, mark: string) => {
		const times = rounds.map(round => round[name][mark]).filter(time => time !== undefined);
		return times.length === 0 ? null : median(times);
	};
	const moments = MOMENTS.map(([mark, moment]) => ({
		moment,
		ours: at('ours', mark),
		empty: at('empty', mark),
		first: first[mark] ?? null,
	}))
		// What neither popup has come to is no row: a popup that finds the answer there does not ask.
		.filter(({ours, empty}) => ours !== null || empty !== null)
		.sort((a, b) => (a.ours ?? a.empty!) - (b.ours ?? b.empty!));
	const differences = rounds.map(({ours, empty}) => ours.painted - empty.painted);
	return {moments, above: median(differences), aboveRange: [Math.min(...differences), Math.max(...differences)]};
}

const milliseconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(0)} ms`);

const tableOf = (state: State, {moments}: StateReport): Table => ({
	id: `click-${state}`,
	head: [
		`${state}, after the choice`,
		'ours',
		'empty popup',
		...(state === 'cold' ? ['ours, the first time ever'] : []),
	],
	rows: moments.map(({moment, ours, empty, first}) => [
		moment,
		...[ours, empty, ...(state === 'cold' ? [first] : [])].map(milliseconds),
	]),
});

function aimOf(state: State, {above, aboveRange}: StateReport): Aim {
	const [least, most] = aboveRange.map(value => value.toFixed(0));
	return {
		id: `click-aim-${state}`,
		says: `the first class is on the screen at most ${CLICK_AIMS[state]} ms after an empty popup, ${state}`,
		measured: `${milliseconds(above)} (from ${least} to ${most})`,
		met: above <= CLICK_AIMS[state],
	};
}
