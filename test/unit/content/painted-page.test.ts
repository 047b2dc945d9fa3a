import type {Browser, Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {bundleForPage, evaluateBare, type IsolatedWorld, isolate, launchBrowser} from '../../helpers/content-page.ts';
import {CASES} from './awkward.ts';

let browser: Browser;
let script: string;
let page: Page;
let world: IsolatedWorld;

beforeAll(async () => {
	script = await bundleForPage('test/helpers/isolated-passage.ts', 'lens');
	browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(() => page?.close());

/** A page with this body, the content script beside it. `head` may hold a policy. */
async function open(body: string, {head = '', setUp = '', url = 'https://page.test/'} = {}) {
	page = await browser.newPage({viewport: {width: 900, height: 700}});
	const problems: string[] = [];
	page.on('pageerror', error => problems.push(String(error)));
	await page.route(url, route =>
		route.fulfill({
			contentType: 'text/html',
			body: `<!doctype html><html><head><meta charset=utf-8>${head}</head><body>${body}</body></html>`,
		}),
	);
	await page.goto(url);
	if (setUp) await page.evaluate(`(async () => {${setUp}})()`);
	world = await isolate(page, script);
	return problems;
}

/** Select all that is in an element, and colour it. */
async function paint(selector = '#x', scale = 'rank') {
	await page.evaluate(chosen => getSelection()!.selectAllChildren(document.querySelector(chosen)!), selector);
	const answer = await world.run<{outcome: string; text: string}>(
		`lens.send({type: 'passage.paint', scale: '${scale}'})`,
	);
	await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
	return answer;
}

interface Painted {
	name: string;
	text: string;
	node: string;
}
const painted = () => world.run<Painted[]>('lens.painted()');
const spelled = (stretches: Painted[]) => stretches.map(({text}) => text).join('');
const blank = (text: string) => text.replace(/[ \t\r\n\f]+/g, '');

async function pointAt(text: string) {
	const {left, right, top, bottom} = await world.until<DOMRect>(`lens.boxOf(${JSON.stringify(text)})`);
	await page.mouse.move((left + right) / 2, (top + bottom) / 2);
}

/** Lets the page draw this often: whatever fights over an element does so once a frame, or sooner. */
const frames = (count: number) =>
	page.evaluate(
		count =>
			new Promise<void>(done => {
				const next = (left: number) => (left > 0 ? requestAnimationFrame(() => next(left - 1)) : done());
				next(count);
			}),
		count,
	);

describe('the paint', () => {
	it.each(CASES.filter(({text, setUp}) => text && !/frame|attachShadow/.test(setUp ?? '')))(
		'spells the passage, read back from the page: $name',
		async ({html, setUp, text}) => {
			await open(html, {setUp});
			await paint();
			expect(blank(spelled(await painted()))).toBe(blank(text));
		},
	);

	it('reaches into shadow roots and frames of the same origin', async () => {
		await open('<div id=x>one <c-c id=host></c-c> <iframe id=f srcdoc="<p>in a frame</p>"></iframe></div>', {
			setUp: `host.attachShadow({mode: 'open'}).innerHTML = '<b>two</b>';
				if (!f.contentDocument?.querySelector('p')) await new Promise(done => f.addEventListener('load', done, {once: true}));`,
		});
		await paint();
		expect(blank(spelled(await painted()))).toBe('onetwo');
		const inFrame = "document.querySelector('iframe').contentDocument";
		expect(blank(spelled(await world.run(`lens.painted(${inFrame})`)))).toBe('inaframe');
		// The rules have to stand in each tree that the text is in.
		const rules = `[document, document.querySelector('#host').shadowRoot, ${inFrame}].map(root => root.adoptedStyleSheets.length)`;
		expect(await world.run(rules)).toEqual([1, 1, 1]);
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run(rules)).toEqual([0, 0, 0]);
		expect(await world.run(`lens.traces(${inFrame}).highlights`)).toBe(0);
	});

	it('changes colour with the scale, and only one colour lies on a character', async () => {
		await open('<p id=x>The cat sat on the mat and thought about tokens.</p>');
		await paint();
		const ranks = await painted();
		expect(new Set(ranks.map(({name}) => name[0]))).toEqual(new Set(['r']));
		await world.run("lens.send({type: 'passage.rescale', scale: 'surprisal'})");
		const bits = await painted();
		expect(new Set(bits.map(({name}) => name[0]))).toEqual(new Set(['b']));
		expect(spelled(bits)).toBe(spelled(ranks));
	});

	it('uses the dark colours on light text', async () => {
		await open('<div id=x><p style="background:#111;color:#eee">dark</p><p>light</p></div>');
		await paint();
		const tones = (await painted()).map(({name, text}) => [text.trim(), name.split('-')[1]]);
		expect(tones).toEqual([
			['dark', 'dark'],
			['light', 'light'],
		]);
	});

	it('colours a character of several tokens once', async () => {
		await open('<p id=x>a 😀 b</p>');
		await paint();
		expect((await painted()).map(({text}) => text)).toEqual(['a', ' 😀', ' b']);
	});

	it('arrives token by token, and stops when cancelled', async () => {
		await open(`<p id=x>${'word '.repeat(200)}</p>`);
		await world.run('lens.model.upTo = 32');
		await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await world.run("lens.send({type: 'passage.paint', scale: 'rank'})");
		await world.until('lens.painted().length === 32');
		expect((await world.until<{text: string}>("lens.overlay('.legend-box')")).text).toMatch(/scored 16 of 200 tokens/);
		const cancel = await world.run<{box: DOMRect}>("lens.overlay('.progress + .button')");
		await page.mouse.click(cancel.box.left + 5, cancel.box.top + 5);
		await world.until("/Stopped after 32 tokens/.test(lens.overlay('.legend-box').text)");
		expect(await world.run('lens.painted().length')).toBe(32);
	});

	it('leaves nothing behind when cleared, one passage or all', async () => {
		await open('<p id=x>first passage here</p><p id=y>second passage</p>');
		const before = await world.run('lens.traces()');
		await paint('#x');
		await paint('#y');
		expect(await world.run("lens.send({type: 'passage.count'})")).toBe(2);
		const clear = await world.run<{box: DOMRect}>("lens.overlay('header .quiet-button:last-child')");
		await page.mouse.click(clear.box.left + 5, clear.box.top + 5);
		await world.until("lens.send({type: 'passage.count'}) === 1");
		expect(spelled(await painted())).toBe('first passage here');
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run('lens.traces()')).toEqual(before);
	});

	it('changes nothing in the page’s DOM but for its one element', async () => {
		await open('<div id=x><p>one <b>two</b></p></div>');
		await page.evaluate(() => {
			const seen: string[] = [];
			Object.assign(globalThis, {seen});
			new MutationObserver(records => {
				for (const {type, addedNodes} of records) seen.push(`${type} ${[...addedNodes].map(node => node.nodeName)}`);
			}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		});
		await paint();
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await page.evaluate('seen')).toEqual(['childList DIV', 'childList ']);
	});

	it('answers for fields and for nothing selected', async () => {
		await open('<textarea id=t>some text</textarea><input type=password value=secret id=s><p id=x></p>');
		expect(await world.run("lens.send({type: 'passage.paint', scale: 'rank'})")).toEqual({outcome: 'none'});
		await page.evaluate('t.focus(), t.setSelectionRange(5, 9)');
		expect(await world.run("lens.send({type: 'passage.paint', scale: 'rank'})")).toEqual({
			outcome: 'field',
			text: 'text',
		});
		await page.evaluate('s.focus(), s.select()');
		expect(await world.run("lens.send({type: 'passage.paint', scale: 'rank'})")).toEqual({outcome: 'none'});
	});

	it('follows the scale of the settings, wherever that is switched, and no nonsense in them', async () => {
		await open('<p id=x>The cat sat</p>');
		await paint();
		await world.run("lens.changeScale('surprisal')");
		expect((await painted()).every(({name}) => name.startsWith('b'))).toBe(true);
		await world.run("lens.changeScale('sideways')");
		await world.run('lens.changeScale(undefined)');
		expect((await painted()).every(({name}) => name.startsWith('b'))).toBe(true);
	});

	it('takes a selection made inside a shadow root, a frame, or text being edited', async () => {
		await open(
			'<c-c id=host></c-c><iframe id=f srcdoc="<p>in a frame</p>"></iframe><div id=e contenteditable>edited text</div>',
			{
				setUp: `host.attachShadow({mode: 'open'}).innerHTML = '<p>in the <b>shadow</b> root</p>';
				if (!f.contentDocument?.querySelector('p')) await new Promise(done => f.addEventListener('load', done, {once: true}));`,
			},
		);
		const ask = () => world.run("lens.send({type: 'passage.paint', scale: 'rank'})");
		await page.evaluate(() => {
			const [the, shadow] = [...document.querySelector('#host')!.shadowRoot!.querySelector('p')!.childNodes];
			getSelection()!.setBaseAndExtent(the, 3, shadow.firstChild!, 6);
		});
		expect(await ask()).toEqual({outcome: 'painted', text: 'the shadow'});
		await page.evaluate(() => {
			getSelection()!.removeAllRanges();
			const inner = (document.querySelector('#f') as HTMLIFrameElement).contentWindow!;
			inner.focus();
			inner.getSelection()!.selectAllChildren(inner.document.querySelector('p')!);
		});
		expect(await ask()).toEqual({outcome: 'painted', text: 'in a frame'});
		await page.evaluate(() => {
			const editable = document.querySelector('#e') as HTMLElement;
			editable.focus();
			getSelection()!.selectAllChildren(editable);
		});
		expect(await ask()).toEqual({outcome: 'painted', text: 'edited text'});
	});

	it('needs no secure context', async () => {
		await open('<p id=x>over plain http</p>', {url: 'http://page.test/'});
		await paint();
		expect(spelled(await painted())).toBe('over plain http');
	});

	it('is there once, however often it is injected', async () => {
		await open('<p id=x>again and again</p>');
		const alone = await bundleForPage('src/content/passage.iife.ts', 'again');
		await world.load(alone);
		await world.load(alone);
		await paint();
		await paint();
		expect(await world.run("lens.send({type: 'passage.count'})")).toBe(1);
		expect(spelled(await painted())).toBe('again and again');
	});

	it('ignores messages that are not the extension’s', async () => {
		await open('<p id=x>text</p>');
		expect(await world.run("lens.send({type: 'passage.paint', scale: 'sideways'}) ?? 'nothing'")).toBe('nothing');
		expect(await world.run("lens.send({type: 'passage.count'}, {id: 'other'}) ?? 'nothing'")).toBe('nothing');
	});
});

describe('a page that changes', () => {
	it('loses the paint of what changes or goes, and keeps the rest', async () => {
		const problems = await open('<div id=x><p id=a>alpha one</p><p id=b>beta two</p><p id=c>gamma three</p></div>');
		await paint();
		await page.evaluate("a.firstChild.data = 'other'");
		await world.until('!lens.painted().some(({text}) => /alpha|other/.test(text))');
		await page.evaluate('b.remove()');
		await world.until('!lens.painted().some(({text}) => /beta/.test(text))');
		expect(spelled(await painted())).toBe('gamma three');
		await page.evaluate('x.append(c)');
		await page.evaluate('new Promise(requestAnimationFrame)');
		expect(spelled(await painted())).toBe('gamma three');
		await page.evaluate("document.body.innerHTML = ''");
		await world.until("lens.send({type: 'passage.count'}) === 0");
		expect(await world.run('lens.traces().highlights + lens.traces().sheets + lens.traces().hosts')).toBe(0);
		expect(problems).toEqual([]);
	});

	it('is not painted where it changed before the scores came', async () => {
		await open('<div id=x><p id=a>alpha</p><p id=b>beta</p></div>');
		await world.run('lens.model.upTo = 0');
		await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await world.run("lens.send({type: 'passage.paint', scale: 'rank'})");
		await page.evaluate("a.firstChild.data = 'changed'");
		await world.run('lens.model.upTo = Infinity');
		await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
		expect(spelled(await painted())).toBe('beta');
	});
});

describe('the card', () => {
	const card = () => world.run<{text: string; box: DOMRect} | null>("lens.overlay('.card')");
	const shown = () => world.until<{text: string; box: DOMRect}>("lens.overlay('.card')");

	it('opens by pointing, beside the token, and closes with Escape', async () => {
		await open('<p id=x style="margin:300px 200px">The quick brown fox</p>');
		await paint();
		await pointAt(' quick');
		const {text, box} = await shown();
		expect(text).toContain('·quick');
		expect(text).toMatch(/token 2 of 4/);
		expect(text).toMatch(/rank among 50,257 classes/);
		expect(text).toContain('·class9');
		const token = await world.run<DOMRect>("lens.boxOf(' quick')");
		const apart =
			box.left >= token.right || box.right <= token.left || box.top >= token.bottom || box.bottom <= token.top;
		expect(apart).toBe(true);
		await page.keyboard.press('Escape');
		await world.until("!lens.overlay('.card')");
	});

	it('is pinned by a click, and continues from its token', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		await pointAt(' brown');
		await page.mouse.down();
		await page.mouse.up();
		await world.until("lens.overlay('.card.pinned')");
		await page.mouse.move(5, 600);
		const go = await world.run<{box: DOMRect}>("lens.overlay('.card .go')");
		await page.mouse.click(go.box.left + 5, go.box.top + 5);
		expect(await world.until("lens.sent.find(({type}) => type === 'prompt.open')")).toEqual({
			type: 'prompt.open',
			text: 'The quick brown',
		});
	});

	it('goes from token to token by keyboard, through the tokens of one character too', async () => {
		await open('<p id=x>Hi 😀 you</p>');
		await paint();
		expect(await world.run("lens.overlay('.legend-box').focused")).toBe(true);
		const seen: string[] = [];
		for (let i = 0; i < 6; i++) {
			await page.keyboard.press('ArrowRight');
			await world.until(`lens.overlay('.card')?.text.includes('token ${i + 1} of')`);
			seen.push((await card())!.text.split('\n')[0]);
		}
		expect(seen).toEqual(['Hi', '⟨20 F0⟩', '⟨9F⟩', '⟨98⟩', '⟨80⟩', '·you']);
		expect(await world.run("lens.overlay('.legend-box .spoken').text")).toMatch(/ranked .*probability .*surprisal/);
		await page.keyboard.press('Home');
		await world.until("lens.overlay('.card')?.text.includes('token 1 of')");
		expect((await card())!.text).toContain('<|endoftext|>');
	});

	it('goes into a shadow root and a frame', async () => {
		await open('<div id=x>one <c-c id=host></c-c> <iframe id=f srcdoc="<p>frame</p>"></iframe></div>', {
			setUp: `host.attachShadow({mode: 'open'}).innerHTML = '<b>two</b>';
				if (!f.contentDocument?.querySelector('p')) await new Promise(done => f.addEventListener('load', done, {once: true}));`,
		});
		await paint();
		await pointAt('two');
		await world.until("lens.overlay('.card')?.text.includes('two')");
		const inner = await world.until<DOMRect>("lens.boxOf('frame', document.querySelector('iframe').contentDocument)");
		const outer = await page.evaluate(() => {
			const {left, top} = document.querySelector('iframe')!.getBoundingClientRect();
			return {left, top};
		});
		await page.mouse.move(outer.left + inner.left + 8, outer.top + inner.top + 8);
		await world.until("lens.overlay('.card')?.text.includes('frame')");
	});
});

describe('a hostile page', () => {
	const HOSTILE = `
		Object.defineProperty(Element.prototype, 'attachShadow', {value() { globalThis.stolen = true; return {} }});
		for (const name of ['append', 'appendChild', 'getBoundingClientRect', 'showPopover']) Element.prototype[name] = () => { globalThis.stolen = true };
		Array.prototype.map = Array.prototype.find = Set.prototype.add = Map.prototype.get = () => { throw new Error('broken') };
		CSS.highlights.set = Highlight.prototype.add = () => { globalThis.stolen = true };
		Object.defineProperty(Document.prototype, 'adoptedStyleSheets', {get() { return [] }, set() {}});
		Range.prototype.getClientRects = () => [];
		globalThis.getComputedStyle = () => ({});`;
	const head = `<meta http-equiv=Content-Security-Policy content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'">
		<style>* { color: red !important; background: white !important; display: block !important; opacity: 0.01 !important; pointer-events: none !important; --ink: red !important; animation: x 1s infinite !important } @keyframes x { to { transform: scale(0) } }</style>`;

	it('neither breaks the paint and the card nor sees into them', async () => {
		const problems = await open('<p id=x>The quick brown fox</p>', {head});
		await evaluateBare(page, `(() => {${HOSTILE}})()`);
		await evaluateBare(page, "getSelection().selectAllChildren(document.querySelector('#x'))");
		await world.run("lens.send({type: 'passage.paint', scale: 'rank'})");
		await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
		expect(spelled(await painted())).toBe('The quick brown fox');
		await page.keyboard.press('ArrowRight');
		await world.until("lens.overlay('.card')");
		// The page sees one empty element whose shadow it can't open, and no text of ours.
		const host = await evaluateBare(
			page,
			"(e => ({shadow: e.shadowRoot, html: e.outerHTML, text: document.body.innerText}))(document.querySelector('[popover]'))",
		);
		expect(host).toEqual({shadow: null, html: '<div popover="manual"></div>', text: 'The quick brown fox'});
		const style = await world.run(
			`(() => { const h = document.querySelector('[popover]'); const s = getComputedStyle(h); return [s.opacity, s.animationName, s.position, s.transform] })()`,
		);
		expect(style).toEqual(['1', 'none', 'fixed', 'none']);
		expect(await evaluateBare(page, 'globalThis.stolen')).toBeUndefined();
		expect(problems).toEqual([]);
	});

	it('that takes the element away is not fought with, and the card comes back when asked for', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await page.evaluate(() => {
			Object.assign(globalThis, {removals: 0});
			new MutationObserver(records => {
				for (const {addedNodes} of records) {
					for (const node of addedNodes) {
						if ((node as Element).matches?.('[popover]')) {
							(node as Element).remove();
							(globalThis as unknown as {removals: number}).removals++;
						}
					}
				}
			}).observe(document, {subtree: true, childList: true});
			getSelection()!.selectAllChildren(document.querySelector('#x')!);
		});
		await world.run("lens.send({type: 'passage.paint', scale: 'rank'})");
		await world.until('lens.painted().length === 4');
		await frames(2);
		const removals = await page.evaluate<number>('removals');
		await frames(30);
		expect(await page.evaluate('removals')).toBe(removals);
		expect(removals).toBeLessThan(5);
		expect(spelled(await painted())).toBe('The quick brown fox');
	});

	it('that takes the colours away gets them back a few times, at a person’s gesture, then has its way', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		for (let i = 0; i < 25; i++) {
			await page.evaluate('CSS.highlights.clear(), document.adoptedStyleSheets = []');
			await page.mouse.move(300 + i, 300);
		}
		expect(await world.run('lens.traces().highlights')).toBe(0);
		await pointAt('x').catch(() => undefined);
	});

	it('cannot open the card with events it makes up', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		const {left, top} = await world.until<DOMRect>("lens.boxOf(' quick')");
		await page.evaluate(
			([x, y]) => {
				const init = {clientX: x, clientY: y, bubbles: true, composed: true};
				const target = document.elementFromPoint(x, y)!;
				target.dispatchEvent(new PointerEvent('pointermove', init));
				target.dispatchEvent(new MouseEvent('click', init));
				window.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));
			},
			[left + 5, top + 5],
		);
		expect(await world.run("lens.overlay('.card')")).toBeNull();
	});
});
