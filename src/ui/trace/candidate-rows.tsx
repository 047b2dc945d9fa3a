import type {ComponentChildren} from 'preact';
import {t} from '../../client/browser/i18n.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {ClassRow, rankWidth} from '../components/class-row.tsx';
import './steps.css';

/** A class that was weighed. */
export interface CandidateRow {
	token: Token;
	rank: number;
	probability: number;
	/** Whether it was dropped. */
	cut?: boolean;
	chosen: boolean;
	note?: ComponentChildren;
}

/** Classes that were weighed against each other, on one scale; what was dropped is fainter. */
export function CandidateRows({rows}: {rows: readonly CandidateRow[]}) {
	const longest = Math.max(...rows.map(({probability}) => probability || 0)) || 1;
	return (
		<ol class="class-rows no-logit candidate-rows" style={`--rank-width: ${rankWidth(rows.map(({rank}) => rank))}`}>
			{rows.map(({token, rank, probability, cut, chosen, note}, index) => (
				<li key={index} class={chosen ? 'is-chosen' : undefined}>
					<ClassRow
						token={token}
						rank={rank}
						probability={probability}
						fraction={(probability || 0) / longest}
						cut={cut}
					/>
					{note && <span class="note quiet small numbers">{note}</span>}
					{chosen && <span class="spoken">{t('steps_chosen')}</span>}
				</li>
			))}
		</ol>
	);
}
