import {useEffect} from 'preact/hooks';
import './passage.css';
import {BitsLegend} from '../../ui/components/bits-legend.tsx';
import {SurpriseLegend} from '../../ui/components/legend.tsx';
import {Segmented} from '../../ui/components/segmented.tsx';
import {t} from '../../ui/i18n.ts';
import type {App} from '../app.ts';
import {wholeText} from '../state/prompt.ts';
import {PassageColumn} from './passage-column.tsx';
import type {PassageStore} from './passage-store.ts';
import {SummaryTable} from './summary-table.tsx';

/** Typing must pause this long before the passage is scored anew. */
const TYPING_PAUSE = 400;

/** Every token of a text as the classification it was; two texts side by side when comparing. */
export function PassageView({app}: {app: App}) {
	const {first, second, subject, comparing, other} = app.passages;
	const page = app.passage.value;
	const chosen = page ? subject.value : 'prompt';
	const text = chosen === 'page' && page ? page.text : wholeText(app.prompt.prompt.value);
	const scale = app.settings.settings.value.passageScale;
	const model = app.model.value ? `${app.model.value.id} ${app.model.value.dtype}` : '';
	useScores(first, text, app.ready.value);
	useScores(second, comparing.value ? other.value : '', app.ready.value);

	const columns = [
		{title: t(chosen === 'page' ? 'passage_from_page' : 'passage_from_prompt'), store: first},
		...(comparing.value ? [{title: t('passage_other'), store: second}] : []),
	];
	const shown = columns.filter(({store}) => (store === first ? text !== '' : other.value.trim() !== ''));
	return (
		<section class="passage" aria-label={t('popup_tab_passage')}>
			<div class="bar-line">
				{page ? (
					<Segmented
						label={t('passage_subject')}
						value={chosen}
						options={[
							{value: 'page', label: t('passage_from_page')},
							{value: 'prompt', label: t('passage_from_prompt')},
						]}
						onChange={value => {
							subject.value = value;
						}}
					/>
				) : (
					<span>{t('passage_question')}</span>
				)}
				<label class="compare">
					<input
						type="checkbox"
						checked={comparing.value}
						onChange={event => {
							comparing.value = event.currentTarget.checked;
						}}
					/>
					{t('passage_compare')}
				</label>
			</div>
			{comparing.value && (
				<label class="other">
					<span class="quiet small">{t('passage_other_label')}</span>
					<textarea
						class="field"
						rows={3}
						value={other.value}
						onInput={event => {
							other.value = event.currentTarget.value;
						}}
					/>
				</label>
			)}
			{text === '' && <p class="quiet">{t('passage_no_text')}</p>}
			<SummaryTable columns={columns.map(({title, store}) => ({title, scored: store.scored.value}))} />
			<div class="bar-line">
				<Segmented
					label={t('passage_scale')}
					value={scale}
					options={[
						{value: 'rank', label: t('passage_scale_rank')},
						{value: 'surprisal', label: t('passage_scale_bits')},
					]}
					onChange={passageScale => app.settings.save({...app.settings.settings.peek(), passageScale})}
				/>
				{scale === 'rank' ? <SurpriseLegend /> : <BitsLegend />}
			</div>
			<div class={shown.length > 1 ? 'passage-columns two' : 'passage-columns'}>
				{shown.map(({title, store}) => (
					<div key={title}>
						{columns.length > 1 && <h2>{title}</h2>}
						<PassageColumn store={store} title={title} model={model} scale={scale} />
					</div>
				))}
			</div>
			<p class="quiet small">{t('passage_start_note')}</p>
			<p class="quiet small">{t('passage_honest_note')}</p>
		</section>
	);
}

/** Keep a passage's scores those of a text; nothing is asked for an empty one. */
function useScores(store: PassageStore, text: string, ready: boolean) {
	useEffect(() => {
		if (!ready || text.trim() === '') return;
		const timer = setTimeout(() => store.ask(text), store.scored.peek() ? TYPING_PAUSE : 0);
		return () => clearTimeout(timer);
	}, [store, text, ready]);
}
