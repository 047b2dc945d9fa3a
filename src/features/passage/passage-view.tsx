import {useEffect} from 'preact/hooks';
import './passage.css';
import {t} from '../../client/browser/i18n.ts';
import type {ModelRef} from '../../protocol/values/prompt.ts';
import {ScaleSwitch} from '../../ui/components/scale-switch.tsx';
import {SecondModelChoice} from '../../ui/components/second-model.tsx';
import {Segmented} from '../../ui/components/segmented.tsx';
import {hasTypography, plainTypography} from '../../ui/tokens/typography.ts';
import {openDeskOn} from '../prompt/open-desk.ts';
import {openWalk} from '../prompt/open-walk.ts';
import {wholeText} from '../prompt/prompt.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {PassageColumn} from './passage-column.tsx';
import {PassageDetails} from './passage-details.tsx';
import type {PassageStore} from './passage-store.ts';
import type {Scoring} from './scoring.ts';
import {SummaryTable} from './summary-table.tsx';
import {TwoModels} from './two-models.tsx';

/** How long typing must pause before the passage is scored again. */
const TYPING_PAUSE = 400;

/** Every token of a text as the classification it was; two texts or two models side by side when comparing. */
export function PassageView({app, passage}: {app: Workspace; passage: PassageStore}) {
	const {opened, first, second, subject, comparison, other, secondModel, plain} = passage;
	const page = opened.value;
	const chosen = page ? subject.value : 'prompt';
	const written = chosen === 'page' && page ? page.text : wholeText(app.prompt.prompt.value);
	const read = (text: string) => (plain.value ? plainTypography(text) : text);
	const text = read(written);
	const scale = app.settings.settings.value.passageScale;
	const compared = {none: '', text: read(other.value), model: text}[comparison.value];
	// The beginning's chip is above the prompt, in every view.
	const isBare = app.prompt.prompt.value.addSpecialTokens === false;
	useScores(first, text, 'main', isBare, app.ready.value);
	useScores(second, compared, comparison.value === 'model' ? secondModel.value.ref : 'main', isBare, app.ready.value);

	const guess = async () => {
		app.session.flush();
		await openWalk({text: written, addSpecialTokens: !isBare}, app.prompt.source.peek(), 'guess?passage=own');
		if (app.view === 'popup') window.close();
	};
	const name = app.model.value?.id ?? t('passage_model');
	const ownTitle = t(chosen === 'page' ? 'passage_from_page' : 'passage_from_prompt');
	const columns = {
		none: [{title: ownTitle, scoring: first}],
		text: [
			{title: ownTitle, scoring: first},
			{title: t('passage_other'), scoring: second},
		],
		model: [
			{title: name, scoring: first},
			{title: secondModel.value.name || t('passage_model_draft', {own: name}), scoring: second},
		],
	}[comparison.value];
	const shown = columns.filter(({scoring}) => (scoring === first ? text : compared).trim() !== '');
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
				<Segmented
					label={t('passage_compare')}
					value={comparison.value}
					options={[
						{value: 'none', label: t('passage_compare_none')},
						{value: 'text', label: t('passage_compare_text')},
						{value: 'model', label: t('passage_compare_model')},
					]}
					onChange={value => {
						comparison.value = value;
					}}
				/>
			</div>
			{comparison.value === 'text' && (
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
			{comparison.value === 'model' && (
				<>
					<SecondModelChoice
						engine={app.engine}
						label={t('passage_second_model')}
						value={secondModel.value}
						fixed={[{ref: 'draft', label: t('passage_model_draft', {own: name})}]}
						onChange={chosen => {
							secondModel.value = chosen;
						}}
					/>
					{secondModel.value.ref === 'draft' && <p class="quiet small">{t('passage_model_note')}</p>}
				</>
			)}
			{text === '' && <p class="quiet">{t('passage_no_text', {colour: t('background_menu_colour')})}</p>}
			<div class="bar-line">
				<ScaleSwitch
					scale={scale}
					onChange={passageScale => app.settings.save({...app.settings.settings.peek(), passageScale})}
				/>
				{written.trim() !== '' && (
					<button type="button" class="link" onClick={() => void guess()}>
						{t('passage_guess')}
						<span aria-hidden="true"> ↗</span>
					</button>
				)}
			</div>
			{(hasTypography(written) || plain.value) && (
				<div class="small">
					<label>
						<input
							type="checkbox"
							checked={plain.value}
							onChange={event => {
								plain.value = event.currentTarget.checked;
							}}
						/>{' '}
						{t('passage_plain')}
					</label>
					{plain.value && <p class="quiet">{t('passage_plain_told')}</p>}
				</div>
			)}
			<div class={shown.length > 1 ? 'passage-columns two' : 'passage-columns'}>
				{shown.map(({title, scoring}) => (
					<div key={title}>
						{columns.length > 1 && <h2>{title}</h2>}
						<PassageColumn scoring={scoring} title={title} text={scoring === first ? text : compared} scale={scale} />
					</div>
				))}
			</div>
			<SummaryTable
				columns={columns.map(column => ({
					title: column.title,
					scored: shown.includes(column) ? column.scoring.scored.value : null,
				}))}
			/>
			{comparison.value === 'model' && first.scored.value && second.scored.value && (
				<TwoModels first={first.scored.value} second={second.scored.value} names={columns.map(({title}) => title)} />
			)}
			<div class={shown.length > 1 ? 'passage-columns two' : 'passage-columns'}>
				{shown.map(
					({title, scoring}) => scoring.scored.value && <PassageDetails key={title} scored={scoring.scored.value} />,
				)}
			</div>
			<p class="small">
				<button type="button" class="link" onClick={() => void openDeskOn(text)}>
					{t('desk_open_link')}
					<span aria-hidden="true"> ↗</span>
				</button>
			</p>
			<p class="quiet small">{t('passage_start_note')}</p>
			<p class="quiet small">{t('passage_honest_note')}</p>
		</section>
	);
}

/** Keep a passage's scores those of a text by a model; nothing is asked for an empty one. */
function useScores(scoring: Scoring, text: string, model: ModelRef, isBare: boolean, ready: boolean) {
	useEffect(() => {
		if (!ready || text.trim() === '') return;
		const timer = setTimeout(() => scoring.ask(text, model, isBare), scoring.scored.peek() ? TYPING_PAUSE : 0);
		return () => clearTimeout(timer);
	}, [scoring, text, model, isBare, ready]);
}
