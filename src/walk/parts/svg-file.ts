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

const NAMESPACE = 'http://www.w3.org/2000/svg';

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
	copy.setAttribute('xmlns', NAMESPACE);
	copy.setAttribute('width', String(width));
	copy.setAttribute('height', String(height));
	copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
	copy.removeAttribute('fill');
	const ground = document.createElementNS(NAMESPACE, 'rect');
	ground.setAttribute('width', '100%');
	ground.setAttribute('height', '100%');
	ground.setAttribute('fill', getComputedStyle(svg).getPropertyValue('background-color'));
	const name = document.createElementNS(NAMESPACE, 'title');
	name.textContent = title;
	copy.prepend(name, ground);
	return copy;
}
