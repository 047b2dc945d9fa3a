import type {Browser, Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {
	bundleForPage,
	evaluateBare,
	frames,
	type IsolatedWorld,
	isolate,
	launchBrowser,
} from '../../../../helpers/content-page.ts';
import {CASES} from './awkward.ts';

let browser: Browser;
let script: string;
let page: Page;
let world: IsolatedWorld;
let html = '';
let problems: string[] = [];

beforeAll(async () => {
	script = await bundleForPage('test/helpers/isolated-passage.ts', 'lens');
	browser = await launchBrowser();
	page = await browser.newPage({viewport: {width: 900, height: 700}});
	page.on('pageerror', error => problems.push(String(error)));
	await page.route(/page\.test/, route => {
		if (new URL(route.request().url()).pathname !== '/') return route.abort();
		return route.fulfill({contentType: 'text/html', body: html});
	});
});
afterAll(() => browser?.close());

/** A new page with this body, the content script beside it. `head` may hold a policy. */
async function open(body: string, {head = '', setUp = '', url = 'https://page.test/'} = {}) {
	html = `<!doctype html><html><head><meta charset=utf-8>${head}</head><body>${body}</body></html>`;
	problems = [];
	await page.mouse.move(0, 0);
	await page.goto(url);
	if (setUp) await page.evaluate(`(async () => {${setUp}})()`);
	world = await isolate(page, script);
	return problems;
}

/** Ask for the colours of the selection, or of the page. */
const ask = (what = 'selection', scale = 'rank') =>
	world.run<{outcome: string; text: string}>(`lens.send({type: 'passage.paint', what: '${what}', scale: '${scale}'})`);

/** Select all that is in an element, and colour it. */
async function paint(selector = '#x', scale = 'rank') {
	await page.evaluate(chosen => getSelection()!.selectAllChildren(document.querySelector(chosen)!), selector);
	const answer = await ask('selection', scale);
	await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
	return answer;
}

interface Painted {
	name: string;
	text: string;
	node: string;
	/** Grows along the text. */
	order: number;
}
const painted = () => world.run<Painted[]>('lens.painted()');
const spelled = (stretches: Painted[]) => stretches.map(({text}) => text).join('');
const blank = (text: string) => text.replace(/[ \t\r\n\f]+/g, '');

async function pointAt(text: string) {
	const {left, right, top, bottom} = await world.until<DOMRect>(`lens.boxOf(${JSON.stringify(text)})`);
	await page.mouse.move((left + right) / 2, (top + bottom) / 2);
}

/** Click a token, so that its card stays open. */
async function pin(text: string) {
	await pointAt(text);
	await page.mouse.down();
	await page.mouse.up();
	await world.until("lens.overlay('.card.pinned')");
}

describe('the paint', () => {
	it('spells the passage, read back from the page, however awkward that is', async () => {
		await open('');
		for (const {name, html, setUp, text} of CASES) {
			if (!text || /frame|attachShadow/.test(setUp ?? '')) continue;
			await page.setContent(`<!doctype html><body>${html}`);
			if (setUp) await page.evaluate(`(async () => {${setUp}})()`);
			await paint();
			expect(blank(spelled(await painted())), name).toBe(blank(text));
			await world.run("lens.send({type: 'passage.clear'})");
		}
	});

	it('reaches into shadow roots and frames of the same origin', async () => {
		await open('<div id=x>one <c-c id=host></c-c> <iframe id=f srcdoc="<p>in a frame</p>"></iframe></div>', {
			setUp: `host.attachShadow({mode: 'open'}).innerHTML = '<b>two</b>';
				if (!f.contentDocument?.querySelector('p')) await new Promise(done => f.addEventListener('load', done, {once: true}));`,
		});
		await paint();
		expect(blank(spelled(await painted()))).toBe('onetwo');
		const inFrame = "document.querySelector('iframe').contentDocument";
		expect(blank(spelled(await world.run(`lens.painted(${inFrame})`)))).toBe('inaframe');
		// Each tree that holds a part of the text needs the rules.
		const rules = `[document, document.querySelector('#host').shadowRoot, ${inFrame}].map(root => root.adoptedStyleSheets.length)`;
		expect(await world.run(rules)).toEqual([1, 1, 1]);
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run(rules)).toEqual([0, 0, 0]);
		expect(await world.run(`lens.traces(${inFrame}).highlights`)).toBe(0);
	});

	it('changes colour with the scale, and gives each character one colour only', async () => {
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
		await ask();
		await world.until('lens.painted().length === 32');
		// The legend is drawn in a frame of its own.
		await world.until("/scored 32 of 200 tokens/.test(lens.overlay('.legend-box')?.text)");
		const cancel = await world.run<{box: DOMRect}>("lens.overlay('.progress + .button')");
		await page.mouse.click(cancel.box.left + 5, cancel.box.top + 5);
		await world.until("/Stopped after 32 tokens/.test(lens.overlay('.legend-box').text)");
		expect(await world.run('lens.painted().length')).toBe(32);
	});

	it('is painted again by the model that is chosen meanwhile', async () => {
		await open('<p id=x>one two three four</p>');
		await paint();
		expect(new Set((await painted()).map(({name}) => name)).size).toBeGreaterThan(1);
		await world.run('lens.switchModel()');
		// It ranks every token first.
		await world.until('new Set(lens.painted().map(({name}) => name)).size === 1 && lens.painted().length === 4');
		await world.until("/perplexity 2\\D/.test(lens.overlay('.legend-box')?.text)");
		expect(spelled(await painted())).toBe('one two three four');
	});

	it('leaves nothing behind when cleared, one passage or all', async () => {
		await open('<p id=x>first passage here</p><p id=y>second passage</p>');
		const before = await world.run('lens.traces()');
		await paint('#x');
		await paint('#y');
		expect(await world.run("lens.send({type: 'passage.count'})")).toBe(2);
		const clear = await world.run<{box: DOMRect}>("lens.overlay('header .clear')");
		await page.mouse.click(clear.box.left + 5, clear.box.top + 5);
		await world.until("(await lens.send({type: 'passage.count'})) === 1");
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
		expect(await page.evaluate('seen')).toEqual([
			expect.stringMatching(/^childList NEXT-TOKEN-LENS-\w+$/),
			'childList ',
		]);
	});

	it('answers for fields and for nothing selected', async () => {
		await open('<textarea id=t>some text</textarea><input type=password value=secret id=s><p id=x></p>');
		expect(await ask()).toEqual({outcome: 'none'});
		await page.evaluate('t.focus(), t.setSelectionRange(5, 9)');
		expect(await ask()).toEqual({
			outcome: 'field',
			text: 'text',
		});
		await page.evaluate('s.focus(), s.select()');
		expect(await ask()).toEqual({outcome: 'none'});
	});

	it('follows the scale of the settings from any page, and ignores an invalid one', async () => {
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

	it('gives the focus back to the element that had it', async () => {
		await open('<p id=x>again and again</p><button id=b>b</button>');
		await page.evaluate('b.focus()');
		await paint();
		expect(await page.evaluate('document.activeElement.localName')).toMatch(/^next-token-lens-/);
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await page.evaluate('document.activeElement.id')).toBe('b');
	});

	it('takes away what an earlier script of the extension has left', async () => {
		await open('<p id=x>again and again</p>');
		await paint();
		const before = await world.run('lens.traces()');
		expect(before).toMatchObject({hosts: 1});
		// After the extension was reloaded: a new world, in which nothing of the earlier one is known.
		const renewed = await isolate(page, script, 'renewed');
		expect(await renewed.run('lens.traces().hosts')).toBe(0);
		expect(await renewed.run('lens.traces().highlights')).toBe(0);
	});

	it('stays near the viewport in a text so long that the browser would freeze, and follows the reader', async () => {
		await open('<p id=x></p>', {setUp: "x.append('word '.repeat(12_000))"});
		await paint();
		const shown = () => world.run<number>('lens.painted().length');
		expect(await shown()).toBeGreaterThan(200);
		expect(await shown()).toBeLessThan(6000);
		const first = (await painted())[0].order;
		await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
		await world.until(`lens.painted()[0].order > ${first}`);
		expect(await shown()).toBeLessThan(6000);
		// The token under the pointer is found wherever the reader is, and the whole goes at once.
		await page.mouse.move(300, 300);
		await world.until("lens.overlay('.card')");
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run('lens.traces().highlights')).toBe(0);
	});

	it('asks for few boxes in a long text, however many tokens arrive', async () => {
		await open('<p id=x></p>', {setUp: "x.append('word '.repeat(12_000))"});
		await world.run('lens.countBoxes()');
		await paint();
		// They arrive in 750 parts. To look for each of their 188 blocks at every part would be 70,000 boxes.
		expect(await world.run('lens.boxesAsked()')).toBeLessThan(2000);
		expect((await painted()).length).toBeGreaterThan(200);
	});

	it('takes the article of a page, or all text where there is none', async () => {
		await open('<nav>Home News</nav><main><h1>Head</h1><article><p>This is the story of the day.</p></article></main>');
		expect(await ask('page')).toEqual({outcome: 'painted', text: 'This is the story of the day.'});
		await open('<div>One text</div><div>and another</div>');
		expect(await ask('page')).toEqual({outcome: 'painted', text: 'One text\nand another'});
		await open('');
		expect(await ask('page')).toEqual({outcome: 'none'});
	});

	it('takes the article alone of a page without a name for it, and the rest on request', async () => {
		const paragraphs = Array.from(
			{length: 6},
			(_, i) =>
				`Paragraph ${i} of the story tells, in a sentence of some length, <a href=#>with a link</a>, what happened on that day, and why, and to whom, and who was told of it afterwards, and what they said.`,
		);
		const links = '<a href=#>Home</a> <a href=#>Longreads</a> <a href=#>About</a>';
		await open(
			`<div class=nav>${links}</div><div class=page><div class=sidebar><p>Most read</p><ul><li><a href=#>One</a><li><a href=#>Two</a></ul></div>
			<div class=story><p>${paragraphs.join('</p><p>')}</p></div></div><div class=footer>${links}</div>`,
		);
		const before = await page.content();
		const {outcome, text} = await ask('page');
		expect(outcome).toBe('painted');
		expect(text).toMatch(/^Paragraph 0 of the story tells, in a sentence of some length, with a link, what happened/);
		expect(text).toMatch(/and what they said\.$/);
		expect(text).not.toMatch(/Home|Longreads|Most read|Two/);
		await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
		expect(blank(spelled(await painted()))).toBe(blank(text));
		// Judged on a copy: the page itself is as it was.
		expect((await page.content()).replace(/<next-token-lens-\w+><\/next-token-lens-\w+>/, '')).toBe(before);
		await world.run("lens.press('.fold')");
		expect((await world.until<{text: string}>("lens.overlay('.legend-box')")).text).toContain('Only the article');
		await world.run("lens.press('.whole-page')");
		await world.until("/About$/.test(lens.painted().map(({text}) => text).join(''))");
		expect(spelled(await painted())).toMatch(/^Home.*Most read.*Paragraph 0.*About$/s);
	});

	it('is not confused by names of its own in a page that would confuse Readability', async () => {
		const text = 'A sentence of the story, of some length, that tells what happened, and why, and to whom. '.repeat(4);
		await open(
			`<form><input name=parentNode><input name=children><input name=className></form><img name=body><p>${text}</p><p>${text}</p><p>${text}</p>`,
		);
		const answer = await ask('page');
		expect(answer.outcome).toBe('painted');
		expect(answer.text).toContain('A sentence of the story');
	});

	it('marks what was expected by a tint, not by a line, which would look like a link', async () => {
		await open('<p id=x>Once upon a time there was a king.</p>');
		await paint();
		const {rules} = await world.run<Record<'rules', Record<string, string[]>>>('lens.colours()');
		for (const [name, [background, , , line]] of Object.entries(rules)) {
			if (name === 'current') continue;
			expect(background, name).not.toBe('');
			expect(line, name).toBe('');
		}
	});

	it('reaches a drop cap, which no highlight does, and follows it when the page grows', async () => {
		await open('<main><p id=x class=d>Once upon a time</p><p class=d>Another</p></main>', {
			head: '<style>.d::first-letter { float: left; font-size: 3em; color: blue }</style>',
		});
		await paint('#x', 'surprisal');
		const caps = () =>
			page.evaluate(() =>
				[...document.querySelectorAll('.d')].map(one => getComputedStyle(one, '::first-letter').backgroundColor),
			);
		const none = 'rgba(0, 0, 0, 0)';
		expect(await caps()).toEqual([expect.stringMatching(/^oklch/), none]);
		await page.evaluate(() => {
			const first = document.querySelector('.d')!.cloneNode(true) as HTMLElement;
			first.removeAttribute('id');
			document.querySelector('main')!.prepend(first);
		});
		await frames(page, 2);
		expect(await caps()).toEqual([none, expect.stringMatching(/^oklch/), none]);
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await caps()).toEqual([none, none, none]);
	});

	it('is there once, however often it is injected', async () => {
		await open('<p id=x>again and again</p>');
		const alone = await bundleForPage('src/features/passage/content/passage.iife.ts', 'again');
		await world.load(alone);
		await world.load(alone);
		await paint();
		await paint();
		expect(await world.run("lens.send({type: 'passage.count'})")).toBe(1);
		expect(spelled(await painted())).toBe('again and again');
	});

	it('ignores messages that are not the extension’s', async () => {
		await open('<p id=x>text</p>');
		expect(
			await world.run("lens.send({type: 'passage.paint', what: 'selection', scale: 'sideways'}) ?? 'nothing'"),
		).toBe('nothing');
		expect(await world.run("lens.send({type: 'passage.count'}, {id: 'other'}) ?? 'nothing'")).toBe('nothing');
	});
});

describe('a page that changes', () => {
	it('loses the paint of changed and removed text, and keeps the rest', async () => {
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
		await world.until("(await lens.send({type: 'passage.count'})) === 0");
		expect(await world.run('lens.traces().highlights + lens.traces().sheets + lens.traces().hosts')).toBe(0);
		expect(problems).toEqual([]);
	});

	it('is not painted where it changed before the scores came', async () => {
		await open('<div id=x><p id=a>alpha</p><p id=b>beta</p></div>');
		await world.run('lens.model.upTo = 0');
		await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await ask();
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
		await pin(' brown');
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
		// The character once, whichever of its tokens it is.
		expect(seen).toEqual(['Hi', '·😀', '·😀', '·😀', '·😀', '·you']);
		await world.until("/ranked .*probability .*surprisal/.test(lens.overlay('.legend-box .spoken').text)");
		await page.keyboard.press('Home');
		await world.until("lens.overlay('.card')?.text.includes('token 1 of')");
		expect((await card())!.text).toContain('<|endoftext|>');
	});

	it('stays while the pointer is on it, and goes when that goes to the legend or off the page', async () => {
		await open('<p id=x style="margin:100px 200px">The quick brown fox</p>');
		await paint();
		const open_ = async () => {
			await pointAt(' quick');
			return shown();
		};
		const {box} = await open_();
		await page.mouse.move(box.left + 20, box.top + 20);
		await frames(page, 20);
		expect(await card()).not.toBeNull();
		const legend = await world.run<{box: DOMRect}>("lens.overlay('.legend-box')");
		await page.mouse.move(legend.box.left + 20, legend.box.top + 10);
		await world.until("!lens.overlay('.card')");
		await open_();
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x: -5, y: -5});
		await world.until("!lens.overlay('.card')");
	});

	it('continues from a class of the list that is clicked', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		await pin(' brown');
		const row = await world.run<{box: DOMRect}>("lens.overlay('.card li:nth-child(3) button')");
		await page.mouse.click(row.box.left + 60, row.box.top + 8);
		expect(await world.until("lens.sent.find(({type}) => type === 'prompt.open')")).toEqual({
			type: 'prompt.open',
			text: 'The quick class2',
		});
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

describe('the legend', () => {
	const legend = () => world.run<{text: string; box: DOMRect}>("lens.overlay('.legend-box')");
	const unfold = async () => {
		const {box} = await world.run<{box: DOMRect}>("lens.overlay('header .fold')");
		await page.mouse.click(box.left + 5, box.top + 5);
		await world.until("!lens.overlay('.legend-box.pill')");
	};

	it('is a pill that unfolds', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		const pill = (await legend()).box;
		expect((await legend()).text).not.toMatch(/no proof/);
		await unfold();
		expect((await legend()).text).toMatch(/no proof/);
		const {box} = await legend();
		expect(box.bottom - box.top).toBeGreaterThan(2 * (pill.bottom - pill.top));
	});

	it('has one line for each thing it says in a narrow window too, with both kinds of background on the page', async () => {
		await page.setViewportSize({width: 320, height: 568});
		try {
			await open('<div id=x><p style="background:#111;color:#eee">dark</p><p>light</p></div>');
			await paint();
			await world.until("lens.boxes('.pill > .paints').length === 2");
			const lines = await world.run<DOMRect[]>("lens.boxes('.pill > :not(.spoken)')");
			expect(lines).toHaveLength(4);
			for (const {height} of lines) expect(height).toBeLessThan(30);
			const {box} = await legend();
			expect(box.bottom - box.top).toBeLessThan(568 / 4);
		} finally {
			await page.setViewportSize({width: 900, height: 700});
		}
	});

	it('says of a text that the model hardly read that it is one, and leads to the models that do', async () => {
		await open(`<p id=x>${'😀'.repeat(12)}</p>`);
		await paint();
		expect((await legend()).text).toMatch(/This model has hardly read this language.*Models that read more/s);
		const {box} = await world.until<{box: DOMRect}>("lens.overlay('.other-models')");
		await page.mouse.click((box.left + box.right) / 2, (box.top + box.bottom) / 2);
		await world.until("lens.sent.some(({type}) => type === 'models.open')");
	});

	it('comes whole: never its numbers without the rest that they make', async () => {
		await open(`<p id=x>${'😀'.repeat(12)}</p>`);
		await page.evaluate('getSelection().selectAllChildren(x)');
		// Looked at between any two steps of the script, and then between any two tasks: not only where frames are drawn.
		const first = await world.run<string>(`(async () => {
			await lens.send({type: 'passage.paint', what: 'selection', scale: 'rank'});
			for (let looks = 0; ; looks++) {
				const {text} = lens.overlay('.legend-box');
				if (/perplexity/.test(text)) return text;
				await (looks < 200 ? null : new Promise(resolve => setTimeout(resolve)));
			}
		})()`);
		expect(first).toMatch(/perplexity.*This model has hardly read/s);
	});

	it.each(['rank', 'surprisal'])(
		'shows exactly the colours that are painted, on light and on dark: %s',
		async scale => {
			await open('<div id=x><p style="background:#111;color:#eee">dark</p><p>light</p></div>');
			await paint('#x', scale);
			const used = new Set((await painted()).map(({name}) => name));
			const {swatches, rules} =
				await world.run<Record<'swatches' | 'rules', Record<string, string[]>>>('lens.colours()');
			expect(Object.keys(swatches)).toEqual(expect.arrayContaining([...used]));
			for (const [name, colours] of Object.entries(swatches)) expect(colours, name).toEqual(rules[name]);
			expect(new Set(Object.keys(swatches).map(name => name.split('-')[1]))).toEqual(new Set(['light', 'dark']));
			await unfold();
			expect((await legend()).text).toMatch(/on a light background.*on a dark background/s);
			const {left, right, top, bottom} = (await legend()).box;
			expect(Math.min(left, top)).toBeGreaterThanOrEqual(12);
			expect(right).toBeLessThanOrEqual(900 - 12);
			expect(bottom).toBeLessThanOrEqual(700 - 12);
		},
	);

	it.each([
		['light', '#fff'],
		['dark', '#15161a'],
	])('is as light as the page: %s', async (tone, background) => {
		await page.emulateMedia({colorScheme: tone === 'light' ? 'dark' : 'light'});
		await open(`<body style="background:${background};color:#888"><p id=x>The quick brown fox</p>`);
		await paint();
		await page.emulateMedia({colorScheme: null});
		expect(await world.run('lens.colorScheme()')).toBe(tone);
		expect((await legend()).text).not.toMatch(/background/);
	});

	it('keeps out of the way of the text that is read', async () => {
		await open(`<div style="height:300px"></div><p id=x style="width:100%">${'word '.repeat(600)}</p>`);
		await paint();
		const covers = async () => {
			const {box} = await legend();
			return world.run<boolean>(
				`document.caretPositionFromPoint(${box.left + 10}, ${box.top - 5})?.offsetNode.parentNode?.id === 'x' && ${box.top} > 300`,
			);
		};
		expect(await covers()).toBe(false);
		expect((await legend()).box.top).toBeLessThan(300);
	});

	it('keeps its buttons on one line with two passages', async () => {
		await open('<p id=x>first passage here</p><p id=y>second passage</p>');
		await paint('#x');
		await paint('#y');
		await unfold();
		const boxes = await world.run<DOMRect[]>('lens.boxes("header button")');
		expect(boxes).toHaveLength(3);
		expect(new Set(boxes.map(({top}) => top)).size).toBe(1);
		for (const {top, bottom} of boxes) expect(bottom - top).toBeLessThan(30);
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
		await ask();
		await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
		expect(spelled(await painted())).toBe('The quick brown fox');
		await page.keyboard.press('ArrowRight');
		await world.until("lens.overlay('.card')");
		// The page sees one empty element whose shadow it can't open, and no text of ours.
		const host = await evaluateBare(
			page,
			'(e => ({shadow: e.shadowRoot, empty: e.innerHTML, attributes: e.attributes.length, text: document.body.innerText}))(document.documentElement.firstChild)',
		);
		expect(host).toEqual({shadow: null, empty: '', attributes: 0, text: 'The quick brown fox'});
		const style = await world.run(
			'(s => [s.opacity, s.animationName, s.display, s.pointerEvents])(getComputedStyle(document.documentElement.firstChild))',
		);
		expect(style).toEqual(['1', 'none', 'contents', 'auto']);
		expect(await evaluateBare(page, 'globalThis.stolen')).toBeUndefined();
		expect(problems).toEqual([]);
	});

	it('reads nothing of the legend and the card by its selection, nor by asking whether some text is there', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		await page.keyboard.press('ArrowRight');
		await world.until("lens.overlay('.card')");
		const seen = await page.evaluate(() => {
			const selection = getSelection()!;
			const find = (text: string) => (window as unknown as {find(text: string): boolean}).find(text);
			const host = document.documentElement.firstChild!;
			const read: string[] = [];
			for (const [node, offset] of [
				[host, 0],
				[document.documentElement, 0],
				[document.documentElement, 1],
			] as const) {
				for (const unit of ['character', 'word', 'line', 'documentboundary']) {
					selection.setPosition(node, offset);
					for (let i = 0; i < 20; i++) selection.modify('extend', 'forward', unit);
					read.push(selection.toString());
				}
			}
			selection.selectAllChildren(document.documentElement);
			read.push(selection.toString());
			document.execCommand('selectAll');
			read.push(selection.toString());
			selection.removeAllRanges();
			const found = ['rank among', 'class0', 'probability', 'perplexity', 'surprised'].filter(find);
			selection.removeAllRanges();
			return {read, found, control: find('quick brown')};
		});
		expect(seen.read.join('')).not.toMatch(/rank|class0|probability|perplexity|surprised/);
		expect(seen.found).toEqual([]);
		// The ways of reading work: they find the page's own text.
		expect(seen.control).toBe(true);
		expect(seen.read.join('')).toContain('The quick brown fox');
		expect(await world.run('lens.writtenText()')).toBe('');
	});

	it('learns nothing from its fonts: they are never requested', async () => {
		const names = [
			'ui-monospace',
			'Cascadia Mono',
			'SF Mono',
			'Menlo',
			'Consolas',
			'DejaVu Sans Mono',
			'ui-serif',
			'Georgia',
		];
		const generic = ['system-ui', 'monospace', 'sans-serif', 'serif'];
		const faces = [...names, ...generic].map(
			name => `@font-face { font-family: "${name}"; src: url("/font/${encodeURIComponent(name)}") }`,
		);
		const asked: string[] = [];
		const note = (request: {url(): string}) => asked.push(request.url());
		page.on('request', note);
		await open('<p id=x>The quick brown fox</p>', {head: `<style>${faces.join('')}</style>`});
		await paint();
		await page.keyboard.press('ArrowRight');
		await world.until("lens.overlay('.card')");
		await page.evaluate('document.fonts.ready.then(() => undefined)');
		await frames(page, 3);
		page.off('request', note);
		expect(asked.filter(url => url.includes('/font/'))).toEqual([]);
		for (const fonts of await world.run<string[]>('lens.fonts()')) {
			for (const font of fonts.split(', ')) expect(generic).toContain(font);
		}
	});

	it('does not stop the paint by names of the DOM that its forms take', async () => {
		const names = 'parentNode parentElement ownerDocument childNodes nodeType isConnected getRootNode closest';
		const fields = names.split(' ').map(name => `<input type=hidden name=${name}>`);
		await open(`<form id=x>${fields.join('')}<p>in <b>the</b> form</p></form><img name=defaultView><img name=body>`);
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('#x'))");
		await ask();
		await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
		expect(spelled(await painted())).toBe('in the form');
		await pointAt('the');
		await world.until("lens.overlay('.card')?.text.includes('the')");
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run('lens.traces().highlights + lens.traces().sheets + lens.traces().hosts')).toBe(0);
	});

	it('keeps its layout: no style that asks for the last child or for a popover sees the legend', async () => {
		await open('<p id=x>The quick brown fox</p>', {
			head: `<style>body:last-child p { margin-left: 33px } html:has(> [popover]) p { margin-left: 66px } html:has(> div) p { margin-left: 99px }</style>`,
		});
		await paint();
		expect(await page.evaluate('getComputedStyle(x).marginLeft')).toBe('33px');
	});

	it('that has copied the element has no copy of it left when the colours go', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await paint();
		await page.evaluate('document.body.append(document.documentElement.firstChild.cloneNode(true))');
		expect(await world.run('lens.traces().hosts')).toBe(2);
		await world.run("lens.send({type: 'passage.clear'})");
		expect(await world.run('lens.traces().hosts')).toBe(0);
	});

	it('that takes the element away is not fought with, and the card comes back when asked for', async () => {
		await open('<p id=x>The quick brown fox</p>');
		await page.evaluate(() => {
			Object.assign(globalThis, {removals: 0});
			new MutationObserver(records => {
				for (const {addedNodes} of records) {
					for (const node of addedNodes) {
						if (/^next-token-lens-/.test((node as Element).localName)) {
							(node as Element).remove();
							(globalThis as unknown as {removals: number}).removals++;
						}
					}
				}
			}).observe(document, {subtree: true, childList: true});
			getSelection()!.selectAllChildren(document.querySelector('#x')!);
		});
		await ask();
		await world.until('lens.painted().length === 4');
		await frames(page, 2);
		const removals = await page.evaluate<number>('removals');
		await frames(page, 30);
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
