import type {PassageScale} from '../../protocol/messages.ts';
import {ScaleSwitch} from '../../ui/components/scale-switch.tsx';
import {count, decimal} from '../../ui/format.ts';
import {t, tn} from '../../ui/i18n.ts';
import type {Passage} from '../passage.ts';

interface Props {
	passage: Passage;
	/** How many passages are painted in this frame. */
	passages: number;
	scale: PassageScale;
	/** Whether only its title bar shows. */
	folded: boolean;
	/** The page keeps taking the colours away. */
	contested: boolean;
	/** What the last step by keyboard came to, for screen readers. */
	spoken: string;
	onScale(scale: PassageScale): void;
	onFold(): void;
	onStep(by: 1 | -1): void;
	onCancel(): void;
	onRetry(): void;
	onClear(): void;
	onClearAll(): void;
}

/** What the colours on the page mean, how far the scoring is, and what can be done. */
export function Legend(props: Props) {
	const {passage, passages, scale, folded, contested, spoken} = props;
	const steppable = passage.tokens.length > 0;
	return (
		<section class="legend-box" aria-label={t('passage_legend')} tabIndex={-1}>
			<header>
				<b>{t('passage_legend')}</b>
				<button type="button" class="quiet-button" aria-expanded={!folded} onClick={props.onFold}>
					{t(folded ? 'passage_unfold' : 'passage_fold')}
				</button>
				<button type="button" class="quiet-button" onClick={props.onClear}>
					{t('passage_clear')}
				</button>
			</header>
			<p class="spoken" aria-live="polite">
				{spoken}
			</p>
			{!folded && (
				<>
					<ScaleSwitch scale={scale} onChange={props.onScale} />
					<PassageStatus {...props} />
					<div class="row">
						<button type="button" class="button step" disabled={!steppable} onClick={() => props.onStep(-1)}>
							<span aria-hidden="true">←</span> {t('passage_previous')}
						</button>
						<button type="button" class="button step" disabled={!steppable} onClick={() => props.onStep(1)}>
							{t('passage_next')} <span aria-hidden="true">→</span>
						</button>
						<span class="grow" />
						{passages > 1 && (
							<button type="button" class="link" onClick={props.onClearAll}>
								{t('passage_clear_all', count(passages))}
							</button>
						)}
					</div>
					{contested && <p class="note">{t('passage_contested')}</p>}
					<p class="note">{t('passage_start_note')}</p>
					<p class="note">{t('passage_honest_note')}</p>
				</>
			)}
		</section>
	);
}

function PassageStatus({passage, onCancel, onRetry}: Props) {
	const {status, progress, totals, error, tokens} = passage;
	if (status === 'scoring') {
		const text = progress.total
			? t('passage_progress', count(progress.done), count(progress.total))
			: t('common_progress_waiting');
		return (
			<div class="row">
				<div class="progress grow" role="status">
					{text}
					<i style={`--done: ${progress.total ? progress.done / progress.total : 0}`} />
				</div>
				<button type="button" class="button" onClick={onCancel}>
					{t('passage_cancel')}
				</button>
			</div>
		);
	}
	if (status === 'failed' || status === 'cancelled') {
		return (
			<div class="row">
				<p class="grow" role="alert">
					{status === 'failed' ? error : tn('passage_cancelled', tokens.length)}
				</p>
				<button type="button" class="button" onClick={onRetry}>
					{t('passage_retry')}
				</button>
			</div>
		);
	}
	if (!totals) return null;
	return (
		<p class="numbers" role="status">
			{tn('passage_totals', totals.tokenCount, decimal(totals.perplexity), decimal(totals.bitsPerToken))}
		</p>
	);
}
