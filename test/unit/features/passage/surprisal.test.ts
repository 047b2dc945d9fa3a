import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {BANDS} from '../../../../src/ui/tokens/rank-bands.ts';
import {BITS_STEPS, bandPaint, bitsPaint, bitsStep, TONES} from '../../../../src/ui/tokens/surprisal-scale.ts';

/** Relative luminance (WCAG 2) of `#rrggbb` or `oklch(L C H)`, by Ottosson's OKLab. */
function luminance(color: string): number {
	const hex = /^#(..)(..)(..)$/
		.exec(color)
		?.slice(1)
		.map(part => Number.parseInt(part, 16) / 255);
	const linear = hex ? hex.map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) : linearOf(color);
	const [r, g, b] = linear.map(v => Math.min(1, Math.max(0, v)));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linearOf(color: string): number[] {
	const [L, C, H] = color.match(/[\d.]+/g)!.map(Number);
	const [a, b] = [C * Math.cos((H * Math.PI) / 180), C * Math.sin((H * Math.PI) / 180)];
	const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
	return [
		4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
		-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
		-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
	];
}

const contrast = (a: string, b: string) => {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high + 0.05) / (low + 0.05);
};

/** What a light and a dark page are mostly on. */
const PAGES = {light: '#ffffff', dark: '#16171b'};

describe.each(TONES)('the colours of surprise, %s', tone => {
	const steps = Array.from({length: BITS_STEPS}, (_, step) => bitsPaint(step, tone));
	const bands = BANDS.map(band => bandPaint(band, tone));

	it('leave text readable on every one', () => {
		// The first band leaves the page its own ink, which was chosen for a page's background.
		const inkOfPages = tone === 'light' ? '#1d1e22' : '#ffffff';
		for (const {background, ink} of [...steps, ...bands].map(paint => ({...paint, ink: paint.ink ?? inkOfPages}))) {
			expect(contrast(background, ink), `${ink} on ${background}`).toBeGreaterThanOrEqual(4.5);
		}
	});

	it('are the further from the background the more surprising, so that no hue has to be told apart', () => {
		for (const paints of [steps, bands]) {
			const distances = paints.map(({background}) => contrast(background, PAGES[tone]));
			expect(distances).toEqual([...distances].sort((a, b) => a - b));
			expect(new Set(distances).size).toBe(distances.length);
		}
	});

	it('keep the page’s own look: only the rarest band has a strong colour', () => {
		const [first, second, third, fourth] = bands.map(({background}) => contrast(background, PAGES[tone]));
		expect(first).toBeLessThan(1.3);
		expect(bands.map(({ink}) => ink === null)).toEqual([true, false, false, false]);
		expect(second).toBeLessThan(1.5);
		expect(third).toBeLessThan(1.9);
		expect(fourth).toBeGreaterThan(2.1);
	});

	it('are the theme’s own for the rank bands', () => {
		const theme = readFileSync('src/ui/theme.css', 'utf8');
		for (const band of BANDS) {
			const [, light, dark] = new RegExp(`--surprise-${band}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(theme)!;
			expect(bandPaint(band, tone).background).toBe(tone === 'light' ? light : dark);
		}
	});
});

it('one surprisal has one hue, on light and on dark', () => {
	const hue = (color: string) => color.match(/[\d.]+/g)![2];
	for (let step = 0; step < BITS_STEPS; step++) {
		expect(hue(bitsPaint(step, 'light').background)).toBe(hue(bitsPaint(step, 'dark').background));
	}
});

it('has a step for each bit and one for all above', () => {
	expect([0, 0.99, 1, 7.5, 14.99, 15, 40, -0].map(bitsStep)).toEqual([0, 0, 1, 7, 14, 15, 15, 0]);
});
