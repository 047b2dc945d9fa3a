import type {Band} from './rank-bands.ts';

/**
 * Surprise as a continuous scale: bits, one colour each, from quiet to striking. Lightness alone carries the order, so
 * that it reads the same for every kind of colour vision: the more surprising, the further from the background, whether
 * that is light or dark. The hue, yellow over teal to indigo, means the same on both; no common kind of colour blindness
 * confuses it.
 */

/** The steps are one bit wide; a class drawn evenly from 50,257 has 15.6 bits, and the last step takes all above 15. */
export const BITS_STEPS = 16;

/** The colour step of a surprisal in bits: 0 to BITS_STEPS - 1. */
export const bitsStep = (bits: number) => Math.max(0, Math.min(BITS_STEPS - 1, Math.floor(bits)));

/** Which colours go with the page or the theme around. */
export type Tone = 'light' | 'dark';
export const TONES: readonly Tone[] = ['light', 'dark'];

/** How a stretch of text is painted, in CSS colours: a background, and the ink that can be read on it; null is the page's own. */
export interface Paint {
	background: string;
	ink: string | null;
}

/** Lightness at which black and white ink contrast with the background alike. */
const INK_TURNS = 0.56;

/** The paint of a step of surprisal; its ink has a contrast of at least 4.5 with its background (WCAG AA). */
export function bitsPaint(step: number, tone: Tone): {background: string; ink: string} {
	const t = step / (BITS_STEPS - 1);
	const lightness = tone === 'light' ? 0.97 - 0.65 * t : 0.26 + 0.66 * t;
	const hue = 105 + 170 * t;
	const chroma = 0.035 + 0.09 * t;
	return {
		background: `oklch(${lightness.toFixed(4)} ${chroma.toFixed(4)} ${hue.toFixed(2)})`,
		ink: lightness > INK_TURNS ? '#000000' : '#ffffff',
	};
}

/** The paint of a surprisal in bits, as CSS colours that follow the theme. */
export function bitsColours(bits: number): {background: string; ink: string} {
	const [light, dark] = [bitsPaint(bitsStep(bits), 'light'), bitsPaint(bitsStep(bits), 'dark')];
	return {
		background: `light-dark(${light.background}, ${dark.background})`,
		ink: `light-dark(${light.ink}, ${dark.ink})`,
	};
}

/**
 * The paints of the rank bands: those of `theme.css`. The first band, the ten classes that the model ranked first, is a
 * mere tint under the page's own ink, and the next two are pale. So a page keeps its look even under a small model, which
 * is often surprised: only the rarest tokens have a strong colour. No paint is a line under the text: that is a link.
 */
const BAND_PAINTS: Record<Tone, Record<Band, Paint>> = {
	light: {
		1: {background: '#eaf3dc', ink: null},
		2: {background: '#fcebc3', ink: '#1d1e22'},
		3: {background: '#f9d0bc', ink: '#1d1e22'},
		4: {background: '#d79fd8', ink: '#1d1e22'},
	},
	dark: {
		1: {background: '#24301f', ink: null},
		2: {background: '#3d3218', ink: '#ffffff'},
		3: {background: '#633a2b', ink: '#ffffff'},
		4: {background: '#8a4288', ink: '#ffffff'},
	},
};

/** The paint of a rank band. */
export const bandPaint = (band: Band, tone: Tone): Paint => BAND_PAINTS[tone][band];
