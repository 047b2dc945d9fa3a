import fc from 'fast-check';
import {expect, test} from 'vitest';
import {placeCard} from '../../../src/ui/components/tip-area.tsx';

/** Where a tip goes. The window is 400 x 300, the card 100 x 60; a token is 20 high. */
const viewport = {width: 400, height: 300};
const card = {width: 100, height: 60};
const place = (left: number, top: number, window = viewport) => placeCard({left, top, bottom: top + 20}, card, window);

test.each([
	['under the token', 50, 100, {left: 50, top: 126}],
	['under it as long as it fits, with a margin of 8', 50, 206, {left: 50, top: 232}],
	['above it where it would come too near the lower edge', 50, 207, {left: 50, top: 141}],
	['inside the right edge', 390, 100, {left: 292, top: 126}],
	['inside the left edge', -30, 100, {left: 8, top: 126}],
])('%s', (_, left, top, expected) => {
	expect(place(left, top)).toEqual(expected);
});

test('where neither side has room, on the roomier one', () => {
	const low = {width: 400, height: 120};
	expect(place(50, 20, low)).toEqual({left: 50, top: 46});
	expect(place(50, 60, low)).toEqual({left: 50, top: 8});
	// As much room below as above: below.
	expect(place(50, 50, low)).toEqual({left: 50, top: 76});
});

test('never over the token where one side has room for it', () => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 380}), fc.integer({min: 0, max: 280}), (left, top) => {
			const at = place(left, top);
			expect(at.top >= top + 20 || at.top + card.height <= top).toBe(true);
			expect(at.left).toBeGreaterThanOrEqual(8);
			expect(at.left + card.width).toBeLessThanOrEqual(392);
		}),
	);
});
