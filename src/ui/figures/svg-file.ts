import {svgElement} from '../svg.ts';
import {zoomOf} from './zoom.ts';

/** Looks that style sheets give a figure, and that a file of its own must carry itself. */
const LOOKS = [
	'fill',
	'fill-opacity',
	'stroke',
	'stroke-width',
	'stroke-dasharray',
	'stroke-opacity',
	'opacity',
	'font-family',
	'font-size',
	'font-weight',
	'text-anchor',
	'dominant-baseline',
] as const;

/** A figure as an SVG file. */
export const svgFile = (svg: SVGSVGElement, title: string): string =>
	new XMLSerializer().serializeToString(svgCopy(svg, title));

/** A figure that looks anywhere as it does here; it has no script and nothing to interact with. */
export function svgCopy(svg: SVGSVGElement, title: string): SVGSVGElement {
	const copy = svg.cloneNode(true) as SVGSVGElement;
	const originals = [svg, ...svg.querySelectorAll<SVGElement>('*')];
	const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
	for (const [i, original] of originals.entries()) {
		const looks = getComputedStyle(original);
		for (const name of LOOKS) {
			const value = looks.getPropertyValue(name);
			if (value) copies[i].setAttribute(name, value);
		}
		for (const name of copies[i].getAttributeNames()) {
			if (/^(?:class|style|role|tabindex|data-|aria-)/.test(name)) copies[i].removeAttribute(name);
		}
	}

	const box = svg.getBoundingClientRect();
	const [width, height] = [box.width / zoomOf(svg), box.height / zoomOf(svg)];
	copy.setAttribute('width', String(width));
	copy.setAttribute('height', String(height));
	copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
	copy.removeAttribute('fill');
	const fill = getComputedStyle(svg).getPropertyValue('background-color');
	const ground = svgElement('rect', {width: '100%', height: '100%', fill});
	const name = svgElement('title', {}, title);
	copy.prepend(name, ground);
	return copy;
}

const PAD = 16;
const LINE = 20;

/** The same with its title and a note above it, as a picture that is shown elsewhere needs them. */
export function captionedFile(svg: SVGSVGElement, title: string, note: string): string {
	const copy = svgCopy(svg, title);
	const [width, height] = ['width', 'height'].map(name => Number(copy.getAttribute(name)));
	const looks = getComputedStyle(svg);
	const lines = wrapped(title, width);
	const top = PAD + (lines.length + 1) * LINE + 6;
	const outer = svgElement('svg', {width: width + 2 * PAD, height: top + height + PAD});
	const text = {x: PAD, fill: looks.getPropertyValue('fill'), 'font-family': looks.getPropertyValue('font-family')};
	copy.setAttribute('x', String(PAD));
	copy.setAttribute('y', String(top));
	outer.append(
		svgElement('rect', {width: '100%', height: '100%', fill: looks.getPropertyValue('background-color')}),
		...lines.map((line, i) =>
			svgElement('text', {...text, y: PAD + (i + 0.7) * LINE, 'font-size': 15, 'font-weight': 600}, line),
		),
		svgElement('text', {...text, y: PAD + (lines.length + 0.7) * LINE, 'font-size': 12, 'fill-opacity': 0.65}, note),
		copy,
	);
	return new XMLSerializer().serializeToString(outer);
}

/** Characters of the caption's font in a line: an average that leaves some room. */
const CHARACTER = 8.4;

/** A text in lines that fit a width, broken where words end in any language. */
function wrapped(text: string, width: number): string[] {
	const lines = [''];
	const size = (line: string) =>
		[...line].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1) * CHARACTER, 0);
	for (const {segment} of new Intl.Segmenter(undefined, {granularity: 'word'}).segment(text)) {
		if (size(lines[lines.length - 1] + segment) > width && segment.trim() !== '') lines.push('');
		lines[lines.length - 1] += segment;
	}
	return lines;
}
