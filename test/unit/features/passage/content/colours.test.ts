import {describe, expect, it} from 'vitest';
import {isLight, isOpaque} from '../../../../../src/features/passage/content/highlights/tone.ts';

describe('a computed colour', () => {
	it.each([
		['rgb(255, 255, 255)', true],
		['rgb(0, 0, 0)', false],
		['rgb(22, 23, 27)', false],
		['rgb(0, 0, 238)', false],
		['rgb(236, 235, 230)', true],
		['rgba(255, 255, 255, 0.9)', true],
		['color(srgb 0.9 0.9 0.9)', true],
		['color(display-p3 0.1 0.1 0.1 / 0.5)', false],
		['oklch(0.95 0.02 100)', true],
		['oklab(0.2 0 0)', false],
		['lab(90 0 0)', true],
		['lch(20 5 100)', false],
	])('%s is light: %s', (color, light) => {
		expect(isLight(color)).toBe(light);
	});

	it.each([
		['rgba(0, 0, 0, 0)', false],
		['rgba(10, 10, 10, 0.2)', false],
		['rgba(10, 10, 10, 0.8)', true],
		['rgb(0, 0, 0)', true],
		['oklch(0.5 0.1 20 / 0.1)', false],
		['color(srgb 0 0 0)', true],
	])('%s is opaque: %s', (color, opaque) => {
		expect(isOpaque(color)).toBe(opaque);
	});
});
