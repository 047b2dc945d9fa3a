import {t} from '../../../client/browser/i18n.ts';
import type {ClassRow} from '../../../protocol/values/token.ts';
import {scaleEnd} from '../../../ui/bar-scale.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {svgElement} from '../../../ui/svg.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';

/** The contents of a figure and of its caption. */
export interface Figure {
	rows: readonly {row: ClassRow; rank: number; probability: number}[];
	/** The classes that have no row: how many, and their probability together. */
	others: {count: number; probability: number};
	/** The caption: prompt, model, settings. */
	prompt: string;
	model: string;
	settings: string;
}

const [WIDTH, ROW, TOP, LEFT, BAR] = [640, 24, 86, 52, 400];
const [INK, QUIET, FILL, LINE] = ['#1d1e22', '#62646c', '#c9d2fb', '#d5d4cd'];
const MONO = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
/** Characters of the prompt that the caption has room for; its end is what counts. */
const CAPTION = 72;

const label = (x: number, y: number, text: string, more: Record<string, string | number> = {}) =>
	svgElement('text', {x, y, fill: INK, 'font-size': 13, 'xml:space': 'preserve', ...more}, text);

/** The figure as SVG. It names the prompt, the model and the settings, so that it can be read alone. */
export function toSvg({rows, others, prompt, model, settings}: Figure): string {
	const height = TOP + (rows.length + 1) * ROW + 16;
	const end = scaleEnd(Math.max(0, ...rows.map(({probability}) => probability)));
	const svg = svgElement('svg', {
		width: WIDTH,
		height,
		viewBox: `0 0 ${WIDTH} ${height}`,
		'font-family': 'system-ui, sans-serif',
	});
	const shown = prompt.length > CAPTION ? `…${prompt.slice(-CAPTION)}` : prompt;
	svg.append(
		svgElement('rect', {width: WIDTH, height, fill: '#ffffff'}),
		label(16, 24, visibleToken({text: shown}), {'font-family': MONO, 'font-weight': 600}),
		label(16, 43, t('export_figure_model', {model}), {fill: QUIET, 'font-size': 12}),
		label(16, 60, settings, {fill: QUIET, 'font-size': 12}),
		label(LEFT + BAR, TOP - 6, percent(end, 1), {fill: QUIET, 'font-size': 11, 'text-anchor': 'middle'}),
		svgElement('line', {x1: LEFT + BAR, x2: LEFT + BAR, y1: TOP, y2: height - 16 - ROW, stroke: LINE}),
	);
	for (const [i, {row, rank, probability}] of rows.entries()) {
		const y = TOP + i * ROW;
		svg.append(
			label(LEFT - 10, y + 16, count(rank), {fill: QUIET, 'font-size': 12, 'text-anchor': 'end'}),
			svgElement('rect', {
				x: LEFT,
				y: y + 2,
				width: Math.max(1, (BAR * probability) / end),
				height: ROW - 4,
				rx: 3,
				fill: FILL,
			}),
			label(LEFT + 7, y + 16, visibleToken(row), {'font-family': MONO}),
			label(540, y + 16, decimal(row.logit), {fill: QUIET, 'font-size': 12, 'text-anchor': 'end'}),
			label(WIDTH - 16, y + 16, percent(probability), {'text-anchor': 'end'}),
		);
	}
	const y = TOP + rows.length * ROW + 16;
	svg.append(
		label(LEFT + 7, y, t('classes_others_other', {count: count(others.count)}), {fill: QUIET}),
		label(WIDTH - 16, y, percent(others.probability), {fill: QUIET, 'text-anchor': 'end'}),
	);
	return new XMLSerializer().serializeToString(svg);
}
