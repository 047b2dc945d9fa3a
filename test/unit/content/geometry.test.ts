import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {placeCard, union} from '../../../src/content/highlights/geometry.ts';

const viewport = {width: 1000, height: 800};
const size = fc.record({width: fc.integer({min: 80, max: 400}), height: fc.integer({min: 60, max: 500})});
const token = fc
	.record({
		left: fc.integer({min: 0, max: 950}),
		top: fc.integer({min: 0, max: 770}),
		width: fc.integer({min: 5, max: 300}),
		height: fc.integer({min: 8, max: 60}),
	})
	.map(({left, top, width, height}) => ({left, top, right: left + width, bottom: top + height}));

describe('the card', () => {
	it('never covers its token, wherever that is and however large the card', () => {
		fc.assert(
			fc.property(token, size, (box, card) => {
				const at = placeCard(box, card, viewport);
				const right = at.left + Math.min(card.width, at.maxWidth);
				const bottom = at.top + Math.min(card.height, at.maxHeight);
				const apart = at.left >= box.right || right <= box.left || at.top >= box.bottom || bottom <= box.top;
				expect(apart).toBe(true);
			}),
		);
	});

	it('is whole inside the window wherever some side has room for it', () => {
		fc.assert(
			fc.property(token, size, (box, card) => {
				const room =
					viewport.height - box.bottom - 14 >= card.height ||
					box.top - 14 >= card.height ||
					viewport.width - box.right - 14 >= card.width ||
					box.left - 14 >= card.width;
				fc.pre(room && card.width <= 984 && card.height <= 784);
				const at = placeCard(box, card, viewport);
				expect(at.left).toBeGreaterThanOrEqual(0);
				expect(at.top).toBeGreaterThanOrEqual(0);
				expect(at.left + card.width).toBeLessThanOrEqual(viewport.width);
				expect(at.top + card.height).toBeLessThanOrEqual(viewport.height);
			}),
		);
	});

	it('stands under the token when there is room', () => {
		const at = placeCard({left: 100, top: 100, right: 140, bottom: 120}, {width: 300, height: 200}, viewport);
		expect(at).toMatchObject({left: 100, top: 126});
	});

	it('keeps off every line of a token that breaks over two', () => {
		const lines = [
			{left: 900, top: 100, right: 990, bottom: 120},
			{left: 10, top: 122, right: 60, bottom: 142},
		];
		expect(union(lines)).toEqual({left: 10, top: 100, right: 990, bottom: 142});
	});
});
