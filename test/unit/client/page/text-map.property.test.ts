import {expect, it} from 'vitest';
import type * as harness from '../../../helpers/content-harness.ts';
import {useContentPage} from '../../../helpers/content-page.ts';

declare const content: typeof harness;

const page = useContentPage(page => page.setContent('<!doctype html><body><div id=x></div>'));

/** In the page: build a random tree from a seed, choose a random range in it, and say what is wrong with its map. */
function tryOne(seed: number): string[] {
	let state = seed >>> 0;
	const random = (n: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
	const pick = <T>(from: readonly T[]) => from[random(from.length)];
	const TEXTS =
		'a|b c| d |\n|  \t|é|e\u0301|\u0301|👍🏽|👩‍👧|\ud83d|\ude00|שלום |نص|日本\n語|x\u00ady|q\u200b|नमस्ते|\u00a0|.|word word|fi\n\nn|\0'.split(
			'|',
		);
	const TAGS = [
		'b',
		'i',
		'span',
		'p',
		'div',
		'ul',
		'li',
		'pre',
		'h2',
		'br',
		'a',
		'code',
		'table',
		'tr',
		'td',
		'em',
		'o-o',
	];
	const STYLES = [
		'',
		'',
		'',
		'',
		'display:none',
		'white-space:pre',
		'display:inline-block',
		'display:flex',
		'visibility:hidden',
		'float:left',
		'display:contents',
		'white-space:pre-line',
	];
	const texts: Text[] = [];
	const grow = (into: Node, depth: number) => {
		for (let n = 1 + random(5); n > 0; n--) {
			if (depth === 0 || random(2)) {
				const text = document.createTextNode(pick(TEXTS) + pick(TEXTS));
				texts.push(text);
				into.appendChild(text);
				if (random(8) === 0) into.appendChild(document.createComment('no'));
			} else {
				const element = document.createElement(pick(TAGS));
				element.style.cssText = pick(STYLES);
				into.appendChild(element);
				if (element.localName === 'br') continue;
				if (element.localName === 'o-o' && random(2)) {
					const root = element.attachShadow({mode: 'open'});
					grow(root, 0);
					if (random(2)) root.appendChild(document.createElement('slot'));
				}
				grow(element, depth - 1);
			}
		}
	};
	const x = document.getElementById('x')!;
	x.replaceChildren();
	x.style.width = `${30 + random(300)}px`;
	grow(x, 4);

	const wrong: string[] = [];
	const range = document.createRange();
	range.selectNodeContents(x);
	const whole = content.mapText(range);
	const data = (span: harness.NodeSpan) => span.node.data.slice(span.start, span.end);

	// Every character reads back as itself, a collapsed run as white space.
	for (let i = 0; i < whole.text.length; i++) {
		const spans = whole.spans(i, i + 1);
		const read = spans.map(data).join('');
		const same = read === whole.text[i] || (whole.text[i] === ' ' && /^[ \t\n\r\f]+$/.test(read));
		const broken = whole.text[i] === '\n' && /^[ \t\r\f]*\n[ \t\r\f]*$/.test(read);
		const nowhere = spans.length === 0 && /[\n\t]/.test(whole.text[i]);
		if (!same && !broken && !nowhere) wrong.push(`${i} ${JSON.stringify(whole.text[i])} reads ${JSON.stringify(read)}`);
	}
	// A stretch reads back as its characters do one by one.
	const a = random(whole.text.length + 1);
	const b = a + random(whole.text.length + 1 - a);
	let oneByOne = '';
	for (let i = a; i < b; i++)
		oneByOne += whole
			.spans(i, i + 1)
			.map(data)
			.join('');
	const together = whole.spans(a, b).map(data).join('');
	if (oneByOne !== together) wrong.push(`[${a}, ${b}) ${JSON.stringify(together)} is not ${JSON.stringify(oneByOne)}`);

	// Part of the passage, selected alone, is that part of its text; white space at its ends is the only freedom.
	const visible = texts.filter(text => [...whole.nodes()].includes(text));
	if (visible.length > 0) {
		const first = random(visible.length);
		const last = first + random(visible.length - first);
		const start = random(visible[first].length + 1);
		const end = first === last ? start + random(visible[first].length + 1 - start) : random(visible[last].length + 1);
		const part = content.mapText({
			startContainer: visible[first],
			startOffset: start,
			endContainer: visible[last],
			endOffset: end,
		});
		const ends = part.spans(0, part.text.length);
		if (part.text !== '' && ends.length > 0) {
			const from = whole.offsetAt(ends[0].node, ends[0].start);
			const lead = part.text.length - part.text.trimStart().length;
			const core = part.text.trim();
			const at = from === null ? -1 : whole.text.indexOf(core, Math.max(0, from - lead));
			if (at < 0 || at > (from ?? 0) + lead) wrong.push(`part ${JSON.stringify(part.text)} is not in the whole`);
		}
		for (const span of ends) {
			if (span.node === visible[first] && span.start < start) wrong.push('starts before the selection');
			if (span.node === visible[last] && span.end > end) wrong.push('ends after the selection');
		}
	}
	return wrong.map(message => `seed ${seed}: ${message} in ${JSON.stringify(whole.text)}`);
}

it('maps random trees exactly', async () => {
	await page().evaluate(`globalThis.tryOne = ${tryOne}`);
	const wrong = await page().evaluate(() => {
		const out: string[] = [];
		for (let seed = 1; seed <= 1500 && out.length < 5; seed++) {
			out.push(...(globalThis as unknown as {tryOne: typeof tryOne}).tryOne(seed));
		}
		return out.map(message => JSON.stringify(message));
	});
	expect(wrong).toEqual([]);
});
