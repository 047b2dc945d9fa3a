import {describe, expect, it} from 'vitest';
import type * as harness from '../../../helpers/content-harness.ts';
import {useContentPage} from '../../../helpers/content-page.ts';
import {CASES} from '../../features/passage/content/awkward.ts';

declare const content: typeof harness;

const page = useContentPage();

/** Read every character of the text back from the page; what does not agree, in words. */
function checkMap(map: harness.TextMap): string[] {
	const wrong: string[] = [];
	const {text} = map;
	let last: {node: Text; end: number} | null = null;
	for (let i = 0; i < text.length; i++) {
		const spans = map.spans(i, i + 1);
		const read = spans.map(({node, start, end}) => node.data.slice(start, end)).join('');
		const blank = /^[ \t\n\r\f]+$/.test(read) && (text[i] === ' ' || read.includes(text[i]));
		const nowhere = spans.length === 0 && (text[i] === '\n' || text[i] === '\t');
		if (spans.length > 1 || !(read === text[i] || blank || nowhere)) {
			wrong.push(`${i}: ${JSON.stringify(text[i])} reads ${JSON.stringify(read)}`);
		}
		for (const {node, start, end} of spans) {
			if (last) {
				const order = last.node.compareDocumentPosition(node);
				const sameTree = last.node.getRootNode() === node.getRootNode();
				if (
					last.node === node ? start < last.end : sameTree && !(order & 4) && !node.parentElement?.closest('[slot]')
				) {
					wrong.push(`${i}: out of order`);
				}
			}
			last = {node, end};
			if (map.offsetAt(node, start) !== i) wrong.push(`${i}: back at ${map.offsetAt(node, start)}`);
		}
	}
	const all = map
		.spans(0, text.length)
		.map(({node, start, end}) => node.data.slice(start, end))
		.join('');
	const squeeze = (s: string) => s.replace(/[ \t\n\r\f]+/g, '');
	if (squeeze(all) !== squeeze(text)) wrong.push(`whole: ${JSON.stringify(all)}`);
	return wrong;
}

describe('the text of awkward pages', () => {
	it.each(CASES)('$name', async ({html, text, setUp, unlikeInnerText}) => {
		await page().setContent(`<!doctype html><body>${html}`);
		if (setUp) await page().evaluate(`(async () => {${setUp}})()`);
		await page().evaluate(`globalThis.checkMap = ${checkMap}`);
		const seen = await page().evaluate(() => {
			const x = document.getElementById('x')!;
			const range = document.createRange();
			range.selectNodeContents(x);
			const map = content.mapText(range);
			// JSON keeps lone surrogates as escapes; the bridge to the test would not.
			return JSON.stringify({
				text: map.text,
				wrong: (globalThis as unknown as {checkMap: typeof checkMap}).checkMap(map),
				innerText: x.innerText,
			});
		});
		const result = JSON.parse(seen);
		expect(result.text).toBe(text);
		expect(result.wrong).toEqual([]);
		if (unlikeInnerText === undefined)
			expect(result.text.replace(/\n+$/, '')).toBe(result.innerText.replace(/\n+$/, ''));
	});
});
