import {t, tn} from '../../../../client/browser/i18n.ts';
import type {PassageScale} from '../../../../protocol/values/passage-scale.ts';
import {ScaleChoice} from '../../../../ui/components/scale-switch.tsx';
import {count, decimal, significant} from '../../../../ui/format.ts';
import {isHardlyRead} from '../../../../ui/tokens/unread.ts';
import type {Passage} from '../passage.ts';
import {PaintLegend} from './paint-legend.tsx';

interface Props {
	passage: Passage;
	/** How many passages are painted in this frame. */
	passages: number;
	scale: PassageScale;
	/** Whether it is a pill: the key to the colours and the state, in one line. */
	folded: boolean;
	/** The page keeps taking the colours away. */
	contested: boolean;
	/** The result of the last step by keyboard, for screen readers. */
	spoken: string;
	onScale(scale: PassageScale): void;
	onFold(): void;
	onStep(by: 1 | -1): void;
	onCancel(): void;
	onRetry(): void;
	/** Paint all of the page, not only its article. */
	onAll(): void;
	/** Show the models that read more. */
	onModels(): void;
	onClear(): void;
	onClearAll(): void;
}

/** Explains the colours on the page, shows how far the scoring is, and offers the actions. */
export function Legend(props: Props) {
	const {passage, passages, scale, folded, contested, spoken} = props;
	const steppable = passage.tokens.length > 0;
	return (
		<section class={folded ? 'legend-box pill' : 'legend-box'} aria-label={t('passage_legend')} tabIndex={-1}>
			<header>
				<b>
					<span class="full">{t('passage_legend')}</span>
					<span class="short">{t('passage_legend_short')}</span>
				</b>
				{passages > 1 && !folded && (
					<button type="button" class="quiet-button" onClick={props.onClearAll}>
						{t('passage_clear_all', {passages: count(passages)})}
					</button>
				)}
				<button type="button" class="quiet-button clear" onClick={props.onClear}>
					{t('passage_clear')}
				</button>
				<button type="button" class="quiet-button fold" aria-expanded={!folded} onClick={props.onFold}>
					{t(folded ? 'passage_unfold' : 'passage_fold')}
				</button>
			</header>
			<p class="spoken" aria-live="polite">
				{spoken}
			</p>
			{!folded && <ScaleChoice scale={scale} onChange={props.onScale} />}
			<PaintLegend scale={scale} tones={passage.tones} terse={folded} />
			<PassageStatus {...props} />
			{isHardlyRead(passage.map.text, passage.tokens) && (
				<p class="note hardly-read">
					{t('passage_hardly_read')}{' '}
					<button type="button" class="link other-models" onClick={props.onModels}>
						{t('passage_other_models')}
					</button>
				</p>
			)}
			{!folded && (
				<>
					<div class="row">
						<button type="button" class="button step" disabled={!steppable} onClick={() => props.onStep(-1)}>
							<span aria-hidden="true">←</span> {t('passage_previous')}
						</button>
						<button type="button" class="button step" disabled={!steppable} onClick={() => props.onStep(1)}>
							{t('passage_next')} <span aria-hidden="true">→</span>
						</button>
					</div>
					{passage.all && (
						<p class="note">
							{t('passage_article')}{' '}
							<button type="button" class="link whole-page" onClick={props.onAll}>
								{t('passage_whole_page')}
							</button>
						</p>
					)}
					{contested && <p class="note">{t('passage_contested')}</p>}
					<p class="note">{t('passage_start_note')}</p>
					<p class="note">{t('passage_honest_note')}</p>
				</>
			)}
		</section>
	);
}

/** Drawn with the rest of the legend, once a frame: it follows no signal by itself, or it would be ahead of the others. */
function PassageStatus({passage, folded, onCancel, onRetry}: Props) {
	const {query, tokens, total} = passage;
	if (query.running.peek()) {
		return (
			<div class="row">
				<div class="progress grow" role="status">
					{total
						? t('passage_progress', {tokens: count(tokens.length), total: count(total)})
						: t('common_progress_waiting')}
					<i style={`--done: ${total ? tokens.length / total : 0}`} />
				</div>
				<button type="button" class="button" onClick={onCancel}>
					{t('passage_cancel')}
				</button>
			</div>
		);
	}
	const error = query.error.peek();
	const totals = query.result.peek()?.answer;
	if (error || !totals) {
		return (
			<div class="row">
				<p class="grow" role="alert">
					{error ? t('passage_failed', {error: error.message}) : tn('passage_cancelled', tokens.length)}
				</p>
				<button type="button" class="button" onClick={onRetry}>
					{t('passage_retry')}
				</button>
			</div>
		);
	}
	const figures = {perplexity: significant(totals.perplexity), bits: decimal(totals.bitsPerToken)};
	return (
		<p class="numbers" role="status">
			{folded ? t('passage_totals_short', figures) : tn('passage_totals', totals.tokenCount, figures)}
		</p>
	);
}
