import {useSignal} from '@preact/signals';
import browser from 'webextension-polyfill';
import {details, enumeration, type PlainKey, t} from '../../../client/browser/i18n.ts';
import {generationOf} from '../../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../../protocol/questions/classes.ts';
import {Menu} from '../../../ui/components/menu.tsx';
import {copyText} from '../../../ui/copy.ts';
import {download, downloadBlob} from '../../../ui/download.ts';
import {choiceText} from '../../../ui/parameters.ts';
import {copyPicture, toPng} from '../../../ui/picture.ts';
import {savePage} from '../../../ui/saved-page.ts';
import {linkTo} from '../../prompt/link.ts';
import {fullName} from '../../prompt/model-name.ts';
import {wholeText} from '../../prompt/prompt.ts';
import type {Workspace} from '../../prompt/workspace.ts';
import {listedClasses} from '../listed-classes.ts';
import {byHandText} from './by-hand-text.ts';
import {classesCsv} from './csv.ts';
import {toSvg} from './figure.ts';
import {toPython} from './python.ts';
import {ClassesPage} from './saved-page.tsx';
import './export-menu.css';

/** Exports the classes on screen as a table, a figure, a program, or a link. */
export function ExportMenu({app, answer}: {app: Workspace; answer: ClassesAnswer}) {
	const outcome = useSignal<PlainKey | null>(null);
	const prompt = app.prompt.prompt.value;
	const asked = app.asked.value;
	const generation = generationOf(asked);
	const distribution = app.loop.distribution.value;
	const info = app.model.value;
	const model = info ? fullName(info) : '';
	const rows = distribution === 'model' ? answer.model : answer.sampling;
	const svg = () => toSvg(figureOf(app, answer));
	const save = (work: () => void | Promise<void>) => async () => {
		try {
			await work();
			outcome.value = 'export_saved';
		} catch {
			outcome.value = 'export_failed';
		}
	};
	const copy = (text: () => string) => async () => {
		outcome.value = await copyText(text());
	};
	const picture = async () => {
		outcome.value = await copyPicture(svg());
	};
	const items: [PlainKey, () => Promise<void>][] = [
		['export_csv', save(() => download('classes.csv', 'text/csv', classesCsv(rows, model)))],
		['export_svg', save(() => download('classes.svg', 'image/svg+xml', svg()))],
		['export_png', save(async () => downloadBlob('classes.png', await toPng(svg())))],
		['export_copy_picture', picture],
		['export_page', save(() => saveClasses(app, answer))],
		[
			'export_python',
			copy(() =>
				toPython({
					prompt,
					generation,
					model: info?.id ?? '',
					revision: info?.revision,
					limit: asked.classesListed,
				}),
			),
		],
		['export_link', copy(() => linkTo(prompt, generationOf(app.settings.settings.peek())))],
	];
	return (
		<Menu
			label={t('export_menu')}
			face={
				<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
					<path d="M8 2.5v7M5 7l3 3 3-3M3 12.5h10" />
				</svg>
			}
		>
			{() => (
				<>
					<ul>
						{items.map(([name, act]) => (
							<li key={name}>
								<button type="button" class="menu-item" onClick={() => void act()}>
									{t(name)}
								</button>
							</li>
						))}
					</ul>
					<p class="quiet small menu-note">{t('export_link_note')}</p>
					<p class="quiet small menu-outcome" role="status">
						{outcome.value && t(outcome.value)}
					</p>
				</>
			)}
		</Menu>
	);
}

/** The classes on screen as one HTML file. */
function saveClasses(app: Workspace, answer: ClassesAnswer) {
	const {rows, others, prompt, model, settings} = figureOf(app, answer);
	const seed = app.loop.drawn.value?.seed;
	const {bands} = answer;
	const page = (
		<ClassesPage
			prompt={prompt}
			model={model}
			settings={details(settings, seed !== undefined && t('saved_page_seed', {seed: String(seed)}))}
			shares={app.loop.distribution.value === 'model' ? bands.model : bands.sampling}
			rows={rows}
			others={others}
		/>
	);
	savePage('classes', prompt.slice(-60), page, browser.runtime.getManifest().version);
}

/** How many classes a figure shows. */
const FIGURE_ROWS = 12;

function figureOf(app: Workspace, answer: ClassesAnswer) {
	const distribution = app.loop.distribution.value;
	const {kept, probability, rank, more} = listedClasses(answer, distribution);
	const shown = kept.slice(0, FIGURE_ROWS);
	const generation = app.asked.value;
	const info = app.model.value;
	return {
		rows: shown.map(row => ({row, rank: rank(row), probability: probability(row)})),
		others: {
			count: more + kept.length - shown.length,
			probability: Math.max(0, 1 - shown.reduce((sum, row) => sum + probability(row), 0)),
		},
		prompt: wholeText(app.prompt.prompt.value),
		model: info ? t('popup_model_pill', {id: fullName(info), dtype: info.dtype}) : '',
		settings:
			distribution === 'model'
				? t('export_figure_own')
				: enumeration([choiceText(generation), ...byHandText(app.prompt.hand.value, generation)]),
	};
}
