import {t, tn} from '../../client/browser/i18n.ts';
import type {PassageScale} from '../../protocol/values/passage-scale.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {isHardlyRead} from '../../ui/tokens/unread.ts';
import {HardlyRead} from '../prompt/editor/hardly-read.tsx';
import {PassageText} from './passage-text.tsx';
import {isTooLongToKeep, type Scoring} from './scoring.ts';

interface Props {
	scoring: Scoring;
	title: string;
	/** The text to show; until its scores are there, the last ones stay, paler. */
	text: string;
	scale: PassageScale;
}

/** One passage in colour, and how far its scoring is. */
export function PassageColumn({scoring, title, text, scale}: Props) {
	const scored = scoring.scored.value;
	const error = scoring.error.value;
	if (!scored) return null;
	const {tokens, status} = scored;
	return (
		<section class={scored.text === text ? 'passage-column' : 'passage-column stale'} aria-label={title}>
			{status === 'running' && (
				<div class="passage-progress">
					<ProgressLine progress={scoring.progress.value} />
					<button type="button" class="button" onClick={scoring.stop}>
						{t('passage_cancel')}
					</button>
				</div>
			)}
			{status === 'stopped' && (
				<div class="notice">
					<p>{tn('passage_cancelled', tokens.length)}</p>
					<button type="button" class="button" onClick={scoring.again}>
						{t('passage_retry')}
					</button>
				</div>
			)}
			{status === 'dropped' && scored.totals && (
				<div class="notice">
					<p>{tn('passage_dropped', scored.totals.tokenCount)}</p>
					<button type="button" class="button" onClick={scoring.again}>
						{t('passage_score_again')}
					</button>
				</div>
			)}
			{status === 'done' && isTooLongToKeep(scored) && <p class="quiet small">{t('passage_not_kept')}</p>}
			{error && <ErrorNote message={error.message} action={{label: t('common_retry'), run: scoring.again}} />}
			{isHardlyRead(scored.text, tokens) && <HardlyRead />}
			{tokens.length > 0 && <PassageText scored={scored} scale={scale} title={title} />}
		</section>
	);
}
