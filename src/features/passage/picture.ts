import {details, t, tn} from '../../client/browser/i18n.ts';
import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import {count, decimal, significant} from '../../ui/format.ts';
import {svgElement} from '../../ui/svg.ts';
import {charactersOf} from '../../ui/tokens/characters.ts';
import {BAND_LIMITS, BANDS, type Band, bandOf} from '../../ui/tokens/rank-bands.ts';
import {visibleToken} from '../../ui/tokens/token-text.ts';

/** The picture is white, wherever it is shown. */
const GROUNDS: Record<Band, string> = {1: '#eaf3dc', 2: '#fcebc3', 3: '#f9d0bc', 4: '#d79fd8'};
const [INK, QUIET] = ['#1d1e22', '#62646c'];
const FONT = {'font-family': 'Georgia, "DejaVu Serif", serif', 'font-size': 16};
const [WIDTH, PAD, LINE, TOP] = [720, 20, 26, 70];
/** Lines that a picture shows; what is longer is cut, and said to be. */
const MOST_LINES = 40;

/** A stretch of a line, in the colour of its token. */
interface Piece {
	x: number;
	line: number;
	width: number;
	text: string;
	band: Band;
}

/** Width of a text in the picture's font. */
type Measure = (text: string) => number;

function measureOnCanvas(): Measure {
	const context = document.createElement('canvas').getContext?.('2d');
	if (!context) return text => text.length * 8;
	context.font = `${FONT['font-size']}px ${FONT['font-family']}`;
	return text => context.measureText(text).width;
}

/** Tokens in lines that break before a space, and where the text breaks. @returns as many as fit, and how many tokens those are. */
function layOut(tokens: readonly ScoredToken[], measure: Measure): {pieces: Piece[]; shown: number} {
	const pieces: Piece[] = [];
	let [x, line, shown] = [0, 0, 0];
	for (const run of charactersOf(tokens)) {
		const band = Math.max(...run.tokens.map(({token}) => bandOf(token.rank))) as Band;
		for (const [i, part] of (run.text ?? visibleToken(run.tokens[0].token)).split('\n').entries()) {
			let text = part;
			if (i > 0 || (x > 0 && x + measure(text) > WIDTH - 2 * PAD)) {
				x = 0;
				line++;
				text = i > 0 ? text : text.trimStart();
			}
			if (line >= MOST_LINES) return {pieces, shown};
			const width = measure(text);
			if (text !== '') pieces.push({x, line, width, text, band});
			x += width;
		}
		shown += run.tokens.length;
	}
	return {pieces, shown};
}

/** A passage in the colours of its ranks as an SVG file, with its figures, its model and what the colours mean. */
export function passageSvg(
	{tokens, totals, model}: {tokens: readonly ScoredToken[]; totals: ScoreAnswer; model: string},
	measure: Measure = measureOnCanvas(),
): string {
	const {pieces, shown} = layOut(tokens, measure);
	const lines = (pieces.at(-1)?.line ?? 0) + 1;
	const isCut = shown < tokens.length;
	const bottom = TOP + lines * LINE;
	const height = bottom + (isCut ? 62 : 42);
	const label = (x: number, y: number, text: string, more: Record<string, string | number> = {}) =>
		svgElement('text', {x, y, fill: INK, 'xml:space': 'preserve', ...more}, text);
	const small = {fill: QUIET, 'font-family': 'system-ui, sans-serif', 'font-size': 12};
	const svg = svgElement('svg', {width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`});
	svg.append(
		svgElement('rect', {width: WIDTH, height, fill: '#ffffff'}),
		label(PAD, 28, t('passage_legend'), {...small, fill: INK, 'font-size': 15, 'font-weight': 600}),
		label(
			PAD,
			48,
			details(
				model,
				tn('passage_totals', totals.tokenCount, {
					perplexity: significant(totals.perplexity),
					bits: decimal(totals.bitsPerToken),
				}),
			),
			small,
		),
	);
	for (const {x, line, width, text, band} of pieces) {
		const y = TOP + line * LINE;
		svg.append(
			svgElement('rect', {x: PAD + x, y, width, height: LINE - 4, fill: GROUNDS[band]}),
			label(PAD + x, y + 16, text, {...FONT, textLength: width.toFixed(2), lengthAdjust: 'spacingAndGlyphs'}),
		);
	}
	let x = PAD;
	for (const band of BANDS) {
		const limit = BAND_LIMITS[band - 1];
		const name = limit === undefined ? t('common_legend_beyond') : t('common_legend_top', {bandLimits: count(limit)});
		svg.append(
			svgElement('rect', {x, y: bottom + 12, width: 12, height: 12, fill: GROUNDS[band]}),
			label(x + 17, bottom + 22, name, small),
		);
		x += 110;
	}
	svg.append(label(WIDTH - PAD, bottom + 22, t('common_name'), {...small, 'text-anchor': 'end'}));
	if (isCut)
		svg.append(
			label(PAD, bottom + 44, t('passage_picture_cut', {shown: count(shown), tokens: count(tokens.length)}), small),
		);
	return new XMLSerializer().serializeToString(svg);
}
