import type {Band} from './rank-bands.ts';

/**
 * Surprise as a continuous scale: bits, one colour each, from quiet to striking. Lightness alone carries the order, so
 * that it reads the same for every kind of colour vision; the hue runs from yellow over teal to indigo, which no common
 * kind of colour blindness confuses. Dark pages get it the other way round.
 */

/** The steps are one bit wide; a class drawn evenly from 50,257 has 15.6 bits, and the last step takes all above 15. */
export const BITS_STEPS = 16;

/** The colour step of a surprisal in bits: 0 to BITS_STEPS - 1. */
export const bitsStep = (bits: number) => Math.max(0, Math.min(BITS_STEPS - 1, Math.floor(bits)));

/** Which colours go with the page or the theme around. */
export type Tone = 'light' | 'dark';
export const TONES: readonly Tone[] = ['light', 'dark'];

/** A ground and the ink that can be read on it. */
export interface Paint {
	/** CSS colours. */
	background: string;
	ink: string;
}

/** Lightness at which black and white ink contrast with the ground alike. */
const INK_TURNS = 0.56;

/** The paint of a step of surprisal; its ink has a contrast of at least 4.5 with its ground (WCAG AA). */
export function bitsPaint(step: number, tone: Tone): Paint {
	const t = step / (BITS_STEPS - 1);
	const lightness = tone === 'light' ? 0.97 - 0.65 * t : 0.26 + 0.66 * t;
	const hue = tone === 'light' ? 105 + 170 * t : 275 - 170 * t;
	const chroma = 0.035 + 0.09 * t;
	return {
		background: `oklch(${lightness.toFixed(4)} ${chroma.toFixed(4)} ${hue.toFixed(2)})`,
		ink: lightness > INK_TURNS ? '#000000' : '#ffffff',
	};
}

/** The paints of the rank bands, as `theme.css` has them for the extension's own pages. */
const BAND_PAINTS: Record<Tone, Record<Band, string>> = {
	light: {1: '#eaf3dc', 2: '#fbe3ac', 3: '#f6bda3', 4: '#d79fd8'},
	dark: {1: '#24301f', 2: '#4a3b17', 3: '#723f2c', 4: '#8a4288'},
};
const INKS: Record<Tone, string> = {light: '#1d1e22', dark: '#e9e8e4'};

/** The paint of a rank band. */
export const bandPaint = (band: Band, tone: Tone): Paint => ({background: BAND_PAINTS[tone][band], ink: INKS[tone]});
