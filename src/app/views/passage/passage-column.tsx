import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import type {PassageScale} from '../../../protocol/messages.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {download} from '../../../ui/download.ts';
import {count} from '../../../ui/format.ts';
import {type MessageKey, t, tn} from '../../../ui/i18n.ts';
import {copyText} from '../../page/copy.ts';
import {toJson, toTsv} from './export.ts';
import {Histogram} from './histogram.tsx';
import type {PassageStore, Scored} from './passage-store.ts';
import {PassageText} from './passage-text.tsx';
import {bitsHistogram, rankHistogram} from './summary.ts';
import {WordList} from './word-list.tsx';
import {extremeWords, wordsOf} from './words.ts';

interface Props {
	store: PassageStore;
	title: string;
	/** The text to come; until its scores are there, the last ones stand back. */
	text: string;
	scale: PassageScale;
}

const LISTED_WORDS = 8;

/** One passage: its text in colour, its histograms, its words, and ways to take the numbers along. */
export function PassageColumn({store, title, text, scale}: Props) {
	const scored = store.scored.value;
	const error = store.error.value;
	const progress = store.progress.value;
	const said = useSignal<MessageKey | null>(null);
	const words = useMemo(
		() => (scored?.status === 'done' ? extremeWords(wordsOf(scored.text, scored.tokens), LISTED_WORDS) : null),
		[scored],
	);
	if (!scored) return null;
	const {tokens, status} = scored;
	return (
		<section class={scored.text === text ? 'passage-column' : 'passage-column stale'} aria-label={title}>
			{status === 'running' && (
				<div class="passage-progress">
					<ProgressLine progress={progress} />
					<button type="button" class="button" onClick={store.stop}>
						{t('passage_cancel')}
					</button>
				</div>
			)}
			{status === 'stopped' && (
				<div class="notice">
					<p>{tn('passage_cancelled', tokens.length)}</p>
					<button type="button" class="button" onClick={store.again}>
						{t('passage_retry')}
					</button>
				</div>
			)}
			{error && <ErrorNote message={error.message} action={{label: t('passage_retry'), run: store.again}} />}
			{tokens.length > 0 && (
				<>
					<PassageText scored={scored} scale={scale} title={title} />
					{scored.totals && scored.totals.windows > 1 && (
						<p class="quiet small">{t('passage_windows', count(scored.totals.windows))}</p>
					)}
					<div class="histograms">
						<Histogram kind="rank" bins={rankHistogram(tokens)} />
						<Histogram kind="surprisal" bins={bitsHistogram(tokens)} />
					</div>
				</>
			)}
			{words && words.expected.length > 0 && (
				<>
					<div class="words">
						<WordList title={t('passage_least_expected')} words={words.unexpected} />
						<WordList title={t('passage_most_expected')} words={words.expected} />
					</div>
					<p class="quiet small">{t('passage_words_note')}</p>
				</>
			)}
			{status === 'done' && (
				<div class="bar-line">
					<span role="status">{said.value && t(said.value)}</span>
					<span class="buttons">
						<button
							type="button"
							class="button"
							onClick={async () => {
								said.value = await copyText(toTsv(tokens));
							}}
						>
							{t('passage_copy')}
						</button>
						<button
							type="button"
							class="button"
							onClick={() => download('passage.json', 'application/json', toJson(jsonParts(scored)))}
						>
							{t('passage_export')}
						</button>
					</span>
				</div>
			)}
		</section>
	);
}

const jsonParts = ({text, vocabSize, tokens, totals}: Scored) => ({
	model: totals?.model ?? '',
	text,
	vocabSize,
	tokens,
	totals,
});
