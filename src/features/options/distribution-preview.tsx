import {useSignal} from '@preact/signals';
import {useEffect, useId} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {generationOf} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {count, decimal, ordinal, percent} from '../../ui/format.ts';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {Editor} from './editor.ts';
import {PREVIEW_CLASSES, type Preview} from './preview.ts';
import './distribution-preview.css';

interface Props {
	editor: Editor;
	preview: Preview;
}

/** A distribution that moves with the settings: the model's own as thin lines, the one after the settings as bars. */
export function DistributionPreview({editor, preview}: Props) {
	const id = useId();
	const text = useSignal(t('options_preview_default'));
	const good = editor.good.value;
	useEffect(() => preview.show(text.value, generationOf(good)), [text.value, good, preview]);
	const error = preview.error.value;
	const answer = preview.result.value?.answer;
	const progress = preview.progress.value;
	return (
		<section class="preview" aria-labelledby={`${id}-title`}>
			<h2 id={`${id}-title`}>{t('options_preview')}</h2>
			<p class="quiet small preview-help">{t('options_preview_help')}</p>
			<label class="spoken" for={`${id}-prompt`}>
				{t('options_preview_prompt')}
			</label>
			<textarea
				id={`${id}-prompt`}
				class="field preview-prompt"
				rows={2}
				maxLength={5000}
				spellcheck={false}
				value={text.value}
				onInput={event => {
					text.value = event.currentTarget.value;
				}}
			/>
			{error ? (
				<ErrorNote message={error.message} action={{label: t('common_retry'), run: preview.retry}} />
			) : answer ? (
				<>
					<Figures answer={answer} />
					<Bars answer={answer} />
				</>
			) : (
				<Waiting />
			)}
			{progress && <ProgressLine progress={progress} />}
			{!good.doSample && <p class="quiet small">{t('options_preview_greedy')}</p>}
			{savableDiffers(editor) && <p class="quiet small">{t('options_preview_refused')}</p>}
		</section>
	);
}

const savableDiffers = (editor: Editor) => editor.problems.value.size > 0;

function Figures({answer}: {answer: ClassesAnswer}) {
	const {keptCount, vocabSize, keptProbability, entropyBits, samplingEntropyBits} = answer;
	return (
		<dl class="preview-figures numbers">
			<div>
				<dt>{t('options_preview_kept')}</dt>
				<dd>{t('options_preview_kept_value', {keptCount: count(keptCount), vocabSize: count(vocabSize)})}</dd>
			</div>
			<div>
				<dt>{t('options_preview_mass')}</dt>
				<dd>{percent(keptProbability)}</dd>
			</div>
			<div title={t('options_preview_entropy_title')}>
				<dt>{t('options_preview_entropy')}</dt>
				<dd>
					{t('options_preview_entropy_value', {
						entropyBits: decimal(entropyBits),
						samplingEntropyBits: decimal(samplingEntropyBits),
					})}
				</dd>
			</div>
		</dl>
	);
}

function Bars({answer}: {answer: ClassesAnswer}) {
	const rows = answer.model;
	const longest = Math.max(...rows.flatMap(row => [row.probability, row.samplingProbability]), Number.MIN_VALUE);
	return (
		<>
			<div class="preview-head quiet small" aria-hidden="true">
				<span>{t('options_preview_model')}</span>
				<span>{t('options_preview_after')}</span>
			</div>
			<ol class="preview-rows" aria-label={t('options_preview_list')}>
				{rows.map(row => (
					<Bar key={row.rank} row={row} longest={longest} />
				))}
			</ol>
		</>
	);
}

function Bar({row, longest}: {row: ClassRow; longest: number}) {
	const {rank, probability, samplingProbability, kept} = row;
	const spoken = {token: isolate(spokenToken(row)), rank: ordinal(rank), probability: percent(probability)};
	const style = `--model: ${probability / longest}; --after: ${samplingProbability / longest}`;
	return (
		<li class={kept ? 'preview-row' : 'preview-row cut'} style={style}>
			<span class="spoken">
				{kept
					? t('options_preview_row', {...spoken, after: percent(samplingProbability)})
					: t('options_preview_row_cut', spoken)}
			</span>
			<span class="preview-bar" aria-hidden="true">
				<TokenText token={row} />
			</span>
			<span class="quiet" aria-hidden="true">
				{percent(probability)}
			</span>
			<span aria-hidden="true">{kept ? percent(samplingProbability) : t('options_preview_cut')}</span>
		</li>
	);
}

/** As high as the answer will be, so that nothing jumps when it comes. */
function Waiting() {
	return (
		<>
			<div class="preview-figures" />
			<ol class="preview-rows" aria-hidden="true">
				{Array.from({length: PREVIEW_CLASSES}, (_, i) => (
					<li key={i} class="preview-row cut" style={`--model: 0; --after: ${0.7 ** i}`}>
						<span class="preview-bar" />
					</li>
				))}
			</ol>
		</>
	);
}
