import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {LabelAnswer, Labelled} from '../../../protocol/questions/label.ts';
import {percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Waiting} from '../shared/prose.tsx';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {shareOf, writtenLabel} from './task.ts';

interface Props {
	walk: Walk;
	/** The filled template of the text that is looked at. */
	prompt: string;
	row: Labelled;
	answer: LabelAnswer;
	labels: readonly string[];
}

/** What the model writes after the same prompt when every class may win, next to what the labels say. */
export function Generated({walk, prompt, row, answer, labels}: Props) {
	const length = Math.max(...answer.labelTokens.map(tokens => tokens.length)) + 2;
	const generation = {...PLAIN, maxNewTokens: Math.min(24, length)};
	const asked = useQuery(walk.engine, 'generate', {prompt: promptOf(prompt), generation});
	if (!asked.answer) return <Waiting {...asked} />;
	const {tokens, text} = asked.answer.continuations[0];
	const written = writtenLabel(text, labels);
	// Nothing that is written is calibrated: what compares with it is the label before calibration.
	const own = row.probabilities.indexOf(Math.max(...row.probabilities));
	return (
		<div class="side-by-side">
			<section>
				<h3>{t('walk_labels_restricted')}</h3>
				<p class="mono">{labels[own]}</p>
				<p class="quiet small">
					{t('walk_labels_restricted_share', {logProbs: percent(shareOf(row.logProbs, answer))})}
				</p>
				{own !== row.best && (
					<p class="quiet small">{t('walk_labels_after_calibration', {labels: labels[row.best]})}</p>
				)}
			</section>
			<section>
				<h3>{t('walk_labels_free')}</h3>
				<p class="mono">{tokens.map(visibleToken).join('')}</p>
				<p class="quiet small">
					{written === null ? t('walk_labels_free_other') : t('walk_labels_free_label', {written})}
				</p>
			</section>
		</div>
	);
}
