import {computedStyle, isElement} from '../../../../client/page/dom.ts';
import {flatParent} from '../../../../client/page/text-map/flat-tree.ts';
import type {Tone} from '../../../../ui/tokens/surprisal-scale.ts';

/** Whether an element's text is on a light or a dark background; where that is not known, its own colour implies it. */
export function toneAt(element: Element): Tone {
	for (let at: Node | null = element; at; at = flatParent(at)) {
		if (!isElement(at)) continue;
		const {backgroundColor, backgroundImage} = computedStyle(at);
		if (backgroundImage !== 'none') break;
		if (isOpaque(backgroundColor)) return isLight(backgroundColor) ? 'light' : 'dark';
	}
	return isLight(computedStyle(element).color) ? 'dark' : 'light';
}

/** Whether a computed colour hides most of what is behind it. */
export function isOpaque(color: string): boolean {
	const alpha = /^rgba\(.*, ([\d.]+)\)$|\/ ([\d.]+)\)$/.exec(color);
	return !alpha || Number(alpha[1] ?? alpha[2]) > 0.5;
}

/** Whether a computed colour is nearer to white than to black, for the eye. */
export function isLight(color: string): boolean {
	const [, notation = '', values = ''] = /^(?:color\()?([\w-]+)[ (](.*)\)$/.exec(color) ?? [];
	const numbers = values.split(/[ ,/]+/).map(Number.parseFloat);
	if (notation.startsWith('ok')) return numbers[0] > 0.68;
	if (notation.startsWith('l')) return numbers[0] > 60;
	const [red, green, blue] = numbers.map(value => (notation.startsWith('rgb') ? value / 255 : value) ** 2.2);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3;
}
