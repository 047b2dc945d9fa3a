import {t} from '../../client/browser/i18n.ts';
import type {CompareAnswer} from '../../protocol/questions/compare.ts';
import {count, percent, percentagePoints} from '../format.ts';
import {TokenText} from '../tokens/token-view.tsx';
import './differences.css';

type Compared = CompareAnswer['changes'][number];

/** How many classes each list has, and the `limit` that the answer must be asked with. */
export const COMPARED_CLASSES = 10;
/** How many of the largest changes come first. */
const CHANGES = 5;
/** Pixels of a row, which the lines between the lists must know. */
const ROW = 22;

interface Props {
	answer: CompareAnswer;
	/** The names of the two sides. */
	sides: readonly [string, string];
}

/** What moves between two distributions: how much in all, the largest changes, then both lists with lines from class to class. */
export function Differences({answer, sides}: Props) {
	const {first, moved, sameClasses} = answer;
	// One scale for both lists, or a first class of 94 % would look like one of 9 %.
	const longest = Math.max(
		...first.flatMap((rows, side) => rows.slice(0, 1).map(row => row.standings[side].probability)),
	);
	const changes = answer.changes.filter(change => difference(change) !== 0).slice(0, CHANGES);
	return (
		<div class="differences">
			<p class="small">{t('compare_moved', {moved: percent(moved)})}</p>
			{!sameClasses && <p class="small quiet">{t('compare_by_text')}</p>}
			{changes.length > 0 && <h3 class="small quiet">{t('compare_changes')}</h3>}
			<ol class="compare-changes numbers">
				{changes.map(change => (
					<li key={keyOf(change)}>
						<TokenText token={change} />
						<span class="quiet">{shown(change, 0)}</span>
						<span aria-hidden="true">→</span>
						<span>{shown(change, 1)}</span>
						<b class={difference(change) > 0 ? 'up' : 'down'}>{percentagePoints(difference(change))}</b>
					</li>
				))}
			</ol>
			<div class="compare-lists numbers">
				<List side={0} rows={first[0]} longest={longest} label={sides[0]} />
				<Lines first={first} />
				<List side={1} rows={first[1]} longest={longest} label={sides[1]} />
			</div>
		</div>
	);
}

/** Two vocabularies use an id for different classes, and their text tells them apart. */
const keyOf = ({id, text}: Compared) => (text === undefined ? id : `text ${text}`);

/** A class that a model lacks, or the settings cut, has no probability. */
const shown = ({standings}: Compared, side: 0 | 1) =>
	standings[side].rank === null ? '–' : percent(standings[side].probability);

const difference = ({standings: [a, b]}: Compared) => b.probability - a.probability;

interface ListProps {
	side: 0 | 1;
	rows: readonly Compared[];
	/** The probability of the longest bar. */
	longest: number;
	label: string;
}

function List({side, rows, longest, label}: ListProps) {
	return (
		<section>
			<h3 class="small quiet">{label}</h3>
			<ol aria-label={label}>
				{rows.map(row => (
					<li key={keyOf(row)} style={`--fraction: ${row.standings[side].probability / longest}`}>
						<TokenText token={row} />
						<span>{percent(row.standings[side].probability)}</span>
					</li>
				))}
			</ol>
		</section>
	);
}

const rankText = (rank: number | null) => (rank === null ? '–' : count(rank));

/** A line from a class's place on the left to its place on the right; one that only one list has leads out below it. */
function Lines({first: [left, right]}: {first: CompareAnswer['first']}) {
	const rows = new Map([...left, ...right].map(row => [keyOf(row), row]));
	const height = COMPARED_CLASSES * ROW;
	const place = (rank: number | null) =>
		rank !== null && rank <= COMPARED_CLASSES ? (rank - 0.5) * ROW : height + ROW / 2;
	return (
		<svg
			class="compare-lines"
			viewBox={`0 0 60 ${height + ROW}`}
			width="60"
			height={height + ROW}
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			{[...rows.values()].map(row => {
				const [a, b] = row.standings;
				const width = Math.min(6, 1 + 40 * Math.abs(difference(row)));
				return (
					<path
						key={keyOf(row)}
						class={difference(row) > 0 ? 'up' : 'down'}
						d={`M0 ${place(a.rank)}C30 ${place(a.rank)} 30 ${place(b.rank)} 60 ${place(b.rank)}`}
						stroke-width={width}
					>
						<title>{t('common_from_to', {low: rankText(a.rank), high: rankText(b.rank)})}</title>
					</path>
				);
			})}
		</svg>
	);
}
