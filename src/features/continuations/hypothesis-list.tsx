import {t} from '../../client/browser/i18n.ts';
import {decimal} from '../../ui/format.ts';
import {visibleParts} from '../../ui/tokens/token-text.ts';
import type {Hypotheses} from './continuations-store.ts';
import './continuations.css';

/** Beams while they are searched: whole hypotheses, best first, that change with every step. */
export function HypothesisList({hypotheses}: {hypotheses: Hypotheses}) {
	return (
		<ol aria-label={t('popup_hypotheses')}>
			{hypotheses.hypotheses.map((hypothesis, i) => (
				<li key={i} class="continuation">
					<p class="continuation-text" dir="auto">
						{visibleParts(hypothesis.text).map(part => part.shown)}
					</p>
					<footer class="continuation-foot numbers">
						{t('popup_beam_score', {beamScore: decimal(hypothesis.score, 3)})}
					</footer>
				</li>
			))}
		</ol>
	);
}
