import {ProgressBar} from '../../../../ui/components/progress-bar.tsx';
import './authorship.css';
import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import type {Engine} from '../../../../ui/client/query.ts';
import {ErrorNote} from '../../../../ui/components/error-note.tsx';
import type {SecondModel} from '../../../../ui/components/second-model.tsx';
import {count} from '../../../../ui/format.ts';
import {t} from '../../../../ui/i18n.ts';
import {Histogram} from '../histogram.tsx';
import type {Scored} from '../scoring.ts';
import {rankHistogram} from '../summary.ts';
import {type Comparison, createComparison, type Reading, type ReadReferences} from './comparison.ts';
import {commonLength, FEWEST_TOKENS} from './figures.ts';
import {PlacesTable} from './places-table.tsx';
import {ReferenceList} from './reference-list.tsx';

interface Props {
	engine: Engine;
	/** The passage by the model that answers. */
	scored: Scored;
	/** The model that stands beside it; null without one. */
	second: SecondModel | null;
}

/** What a passage can say about who wrote it, beside texts of which that is known. Closed until somebody opens it. */
export function Authorship({engine, scored, second}: Props) {
	const isOpen = useSignal(false);
	const model = scored.totals?.model ?? '';
	// Another model reads the reference texts otherwise.
	const comparison = useMemo(() => createComparison(engine), [engine, model]);
	useEffect(() => comparison.stop, [comparison]);
	return (
		<details
			class="authorship"
			onToggle={event => {
				isOpen.value = event.currentTarget.open;
				if (!isOpen.value) comparison.stop();
			}}
		>
			<summary>{t('authorship_title')}</summary>
			{isOpen.value && <Opened comparison={comparison} scored={scored} second={second} />}
		</details>
	);
}

function Opened({comparison, scored, second}: Omit<Props, 'engine'> & {comparison: Comparison}) {
	const read = comparison.read.value;
	const reading = comparison.reading.value;
	const error = comparison.error.value;
	const isTooLong = comparison.isTooLong.value;
	const {tokens} = scored;
	return (
		<>
			<p>{t('authorship_intro')}</p>
			<p class="no-verdict">{t('authorship_verdict')}</p>
			{tokens.length < FEWEST_TOKENS ? (
				<p>{t('authorship_short', count(tokens.length), count(FEWEST_TOKENS))}</p>
			) : (
				<>
					{read && <Compared comparison={comparison} read={read} scored={scored} second={second} />}
					{!read && !reading && !isTooLong && (
						<p>
							<button type="button" class="button" onClick={() => void comparison.start()}>
								{t('authorship_start')}
							</button>
						</p>
					)}
					{reading && <ReadingLine reading={reading} onStop={comparison.stop} />}
					{error && <ErrorNote message={error.message} />}
					{isTooLong && <ErrorNote message={t('authorship_too_long')} />}
				</>
			)}
		</>
	);
}

function ReadingLine({reading: {done, total}, onStop}: {reading: Reading; onStop(): void}) {
	const text = t('authorship_progress', count(done), count(total));
	return (
		<div class="passage-progress">
			<ProgressBar label={t('common_progress_label')} done={done} total={total} text={text} />
			<button type="button" class="button" onClick={onStop}>
				{t('passage_cancel')}
			</button>
		</div>
	);
}

interface ComparedProps {
	comparison: Comparison;
	read: ReadReferences;
	scored: Scored;
	second: SecondModel | null;
}

function Compared({comparison, read, scored, second}: ComparedProps) {
	const {references, human, generated} = read;
	const length = commonLength([scored.tokens, ...human, ...generated]);
	const cut = <T,>(texts: readonly (readonly T[])[]) => texts.map(tokens => tokens.slice(0, length));
	const own = scored.tokens.slice(0, length);
	const texts = {human: cut(human), generated: cut(generated)};
	const found = comparison.ratios.value;
	const ratios = found?.text === scored.text && found.ref === second?.ref ? found : null;
	return (
		<>
			<p class="small">{t('authorship_length', count(length), scored.totals?.model ?? '')}</p>
			<div class="histograms">
				<Histogram kind="rank" title={t('authorship_ranks_own')} bins={rankHistogram(own)} />
				<Histogram kind="rank" title={t('authorship_ranks_human')} bins={rankHistogram(texts.human.flat())} />
				<Histogram kind="rank" title={t('authorship_ranks_generated')} bins={rankHistogram(texts.generated.flat())} />
			</div>
			<PlacesTable own={own} human={texts.human} generated={texts.generated} ratios={ratios} />
			{ratios && <p class="small">{t('authorship_binoculars_note', ratios.first, ratios.second)}</p>}
			{second && !ratios && !comparison.reading.value && (
				<p>
					<button type="button" class="button" onClick={() => void comparison.startRatios(scored.text, length, second)}>
						{t('authorship_binoculars_start')}
					</button>
				</p>
			)}
			<p class="no-verdict">{t('authorship_verdict')}</p>
			<ReferenceList references={references} />
		</>
	);
}
