import {expect, it} from 'vitest';
import {useContentPage} from '../../../../helpers/content-page.ts';

/** The card beside its token, in a window of 1000 x 800 pixels. */

interface Try {
	token: {left: number; top: number; right: number; bottom: number};
	width: number;
	height: number;
	/** Where the card came to be. */
	card: {left: number; top: number; right: number; bottom: number};
}

const page = useContentPage(async page => {
	await page.setViewportSize({width: 1000, height: 800});
	await page.setContent('<!doctype html><body><div id=card style="position:fixed;overflow:auto"></div>');
});

/** In the page: place a card of some size beside tokens here and there. */
const place = (count: number): Promise<Try[]> =>
	page().evaluate(async count => {
		let state = 1;
		const random = (low: number, high: number) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return low + Math.floor((state / 2 ** 32) * (high - low));
		};
		const card = document.getElementById('card')!;
		const {placeBeside} = (globalThis as unknown as {content: typeof import('../../../../helpers/content-harness.ts')})
			.content;
		const tries: Try[] = [];
		for (let i = 0; i < count; i++) {
			const [left, top] = [random(0, 950), random(0, 770)];
			const token = {left, top, right: left + random(5, 300), bottom: top + random(8, 60)};
			const [width, height] = [random(80, 400), random(60, 500)];
			Object.assign(card.style, {width: `${width}px`, height: `${height}px`});
			await placeBeside(card, [token]);
			const box = card.getBoundingClientRect();
			tries.push({
				token,
				width,
				height,
				card: {left: box.left, top: box.top, right: box.right, bottom: box.bottom},
			});
		}
		return tries;
	}, count);

it('never covers its token, and is whole inside the window if any side has room for it', async () => {
	for (const {token, card, width, height} of await place(300)) {
		const at = JSON.stringify({token, card, width, height});
		const apart =
			card.left >= token.right || card.right <= token.left || card.top >= token.bottom || card.bottom <= token.top;
		expect(apart, at).toBe(true);
		const hasRoom = 800 - token.bottom - 14 >= height || token.top - 14 >= height;
		if (!hasRoom) continue;
		expect(card.right - card.left, at).toBeCloseTo(width, 0);
		expect(card.bottom - card.top, at).toBeCloseTo(height, 0);
		expect(Math.min(card.left, card.top), at).toBeGreaterThanOrEqual(0);
		expect(card.right, at).toBeLessThanOrEqual(1000);
		expect(card.bottom, at).toBeLessThanOrEqual(800);
	}
});

it('is under the token when there is room, and covers no line of a token that breaks over two', async () => {
	const box = await page().evaluate(async () => {
		const card = document.getElementById('card')!;
		const {placeBeside} = (globalThis as unknown as {content: typeof import('../../../../helpers/content-harness.ts')})
			.content;
		Object.assign(card.style, {width: '300px', height: '200px'});
		await placeBeside(card, [
			{left: 900, top: 100, right: 990, bottom: 120},
			{left: 10, top: 122, right: 60, bottom: 142},
		]);
		return card.getBoundingClientRect().top;
	});
	expect(box).toBe(148);
});

it('is cut to the roomiest side where it fits nowhere, and scrolls there', async () => {
	const card = await page().evaluate(async () => {
		const element = document.getElementById('card')!;
		element.innerHTML = '<div style="height: 700px"></div>';
		const {placeBeside} = (globalThis as unknown as {content: typeof import('../../../../helpers/content-harness.ts')})
			.content;
		Object.assign(element.style, {width: '990px', height: ''});
		await placeBeside(element, [{left: 5, top: 300, right: 995, bottom: 320}]);
		const {top, bottom} = element.getBoundingClientRect();
		return {top, bottom, scrolls: element.scrollHeight > element.clientHeight};
	});
	expect(card.top).toBe(326);
	expect(card.bottom).toBeLessThanOrEqual(800);
	expect(card.scrolls).toBe(true);
});
