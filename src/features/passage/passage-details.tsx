import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import browser from 'webextension-polyfill';
import {type PlainKey, t, tn} from '../../client/browser/i18n.ts';
import {copyText} from '../../ui/copy.ts';
import {download} from '../../ui/download.ts';
import {count} from '../../ui/format.ts';
import {copyPicture} from '../../ui/picture.ts';
import {savePage} from '../../ui/saved-page.ts';
import {fullName} from '../prompt/model-name.ts';
import {toJson, toTsv} from './export.ts';
import {Histogram} from './histogram.tsx';
import {passageSvg} from './picture.ts';
import {PassagePage} from './saved-page.tsx';
import type {Scored} from './scoring.ts';
import {bitsHistogram, rankHistogram} from './summary.ts';
import {WordList} from './word-list.tsx';
import {extremeWords, wordsOf} from './words.ts';

const LISTED_WORDS = 8;

/** The figures of a passage: its histograms, its words, and its exports. */
export function PassageDetails({scored}: {scored: Scored}) {
	const {tokens, status, totals} = scored;
	const outcome = useSignal<PlainKey | null>(null);
	const all = useMemo(() => (status === 'done' ? wordsOf(scored.text, tokens) : []), [scored]);
	const words = useMemo(() => extremeWords(all, LISTED_WORDS), [all]);
	const leftOut = all.filter(({typographic}) => typographic).length;
	if (tokens.length === 0) return null;
	return (
		<div class="passage-column">
			{totals && totals.windows > 1 && (
				<p class="quiet small">{t('passage_windows', {windows: count(totals.windows)})}</p>
			)}
			<div class="histograms">
				<Histogram kind="rank" bins={rankHistogram(tokens)} />
				<Histogram kind="surprisal" bins={bitsHistogram(tokens)} />
			</div>
			{words.unexpected.length > 0 && (
				<>
					<div class="words">
						<WordList title={t('passage_least_expected')} words={words.unexpected} />
						{words.expected.length > 0 && <WordList title={t('passage_most_expected')} words={words.expected} />}
					</div>
					<p class="quiet small">{t('passage_words_note')}</p>
					{leftOut > 0 && <p class="quiet small">{tn('passage_typography_left', leftOut)}</p>}
				</>
			)}
			{status === 'done' && (
				<div class="bar-line">
					<span role="status">{outcome.value && t(outcome.value)}</span>
					<span class="buttons">
						<button
							type="button"
							class="button"
							onClick={async () => {
								outcome.value = await copyText(toTsv(scored.text, tokens, modelOf(totals)));
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
						{totals && (
							<button type="button" class="button" onClick={() => savePassage(scored, totals)}>
								{t('export_page')}
							</button>
						)}
						{totals && (
							<button
								type="button"
								class="button"
								onClick={async () => {
									outcome.value = await copyPicture(passageSvg({tokens, totals, model: modelOf(totals)}));
								}}
							>
								{t('export_copy_picture')}
							</button>
						)}
					</span>
				</div>
			)}
		</div>
	);
}

/** The passage in its colours as one HTML file. */
function savePassage({text, tokens, vocabSize}: Scored, totals: NonNullable<Scored['totals']>) {
	const title = t('passage_legend');
	const page = (
		<PassagePage
			title={title}
			model={modelOf(totals)}
			text={text}
			tokens={tokens}
			vocabSize={vocabSize}
			totals={totals}
		/>
	);
	savePage('passage', text.trim().slice(0, 60) || title, page, browser.runtime.getManifest().version);
}

const modelOf = (totals: Scored['totals']) => (totals ? fullName({id: totals.model, revision: totals.revision}) : '');

const jsonParts = ({text, vocabSize, tokens, totals}: Scored) => ({
	model: modelOf(totals),
	text,
	vocabSize,
	tokens,
	words: wordsOf(text, tokens),
	totals,
});
