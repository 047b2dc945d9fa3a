import {BANDS, type Band} from '../../../../ui/tokens/rank-bands.ts';
import {BITS_STEPS, bandPaint, bitsPaint, type Paint, TONES, type Tone} from '../../../../ui/tokens/surprisal-scale.ts';

/** A colour of the scale: `r2` for a rank band, `b7` for a step of bits. */
export type Colour = `r${number}` | `b${number}`;

/** With forced colours the browser gives every paint the same two colours; lines carry the order then, from none to a thick one. */
const LINES = [null, '2px dotted', '1px solid', '3px solid'] as const;

/** The line under text of a colour with forced colours; null for the least surprising text, which has none. */
export function lineUnder(colour: Colour): string | null {
	const step = Number(colour.slice(1));
	return LINES[colour.startsWith('r') ? step - 1 : Math.floor((step * LINES.length) / BITS_STEPS)];
}

const paintOf = (colour: Colour, tone: Tone): Paint => {
	const step = Number(colour.slice(1));
	return colour.startsWith('r') ? bandPaint(step as Band, tone) : bitsPaint(step, tone);
};

/** Declarations that paint text in a colour. */
export function paintDeclarations(colour: Colour, tone: Tone): string {
	const {background, ink} = paintOf(colour, tone);
	return (
		`background-color: ${background} !important;` +
		(ink ? ` color: ${ink} !important; -webkit-text-fill-color: ${ink} !important; text-shadow: none !important;` : '')
	);
}

const COLOURS: readonly Colour[] = [
	...BANDS.map(band => `r${band}` as const),
	...Array.from({length: BITS_STEPS}, (_, step) => `b${step}` as const),
];

/** The rules for all highlights, whose names start with `prefix`. */
export function highlightRules(prefix: string): string {
	const rule = (name: string, declarations: string) => `::highlight(${prefix}${name}) { ${declarations} }`;
	const underline = (line: string, offset: string) =>
		`text-decoration: underline ${line} currentColor !important; text-underline-offset: ${offset} !important;`;
	// On the forced background: below it the line's colour would be the page's own.
	const within = (line: string) => `${underline(line, '0px')} text-decoration-skip-ink: none !important;`;
	const all = TONES.flatMap(tone => COLOURS.map(colour => ({colour, tone, name: `${colour}-${tone}`})));
	const lines = all.flatMap(({colour, name}) => {
		const line = lineUnder(colour);
		return line === null ? [] : [rule(name, within(line))];
	});
	return [
		...all.map(({colour, tone, name}) => rule(name, paintDeclarations(colour, tone))),
		rule('current', underline('2px solid', '2px')),
		`@media (forced-colors: active) { ${[...lines, rule('current', within('2px wavy'))].join('\n')} }`,
	].join('\n');
}
