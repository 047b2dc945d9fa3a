// @vitest-environment happy-dom

import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {generationOf} from '../../../../src/engine/parameters/registry.ts';
import {Header} from '../../../../src/entrypoints/popup/header/header.tsx';
import {adoptInbox, settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {Tabs} from '../../../../src/entrypoints/popup/tabs.tsx';
import {ClassesView} from '../../../../src/features/classes/classes-view.tsx';
import {ContinuationsView} from '../../../../src/features/continuations/continuations-view.tsx';
import {PromptEditor} from '../../../../src/features/prompt/editor/prompt-editor.tsx';
import {TABS} from '../../../../src/features/prompt/workspace.ts';
import {StrategiesView} from '../../../../src/features/strategies/strategies-view.tsx';
import {drawnWhile} from '../../../helpers/drawn-nodes.ts';
import {type FakeApp, openApp} from '../../../helpers/fake-app.ts';
import {classesAnswer, generated} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

const apps: FakeApp[] = [];
afterEach(() => {
	render(null, document.body);
	for (const {app} of apps.splice(0)) app.dispose();
});

const Continuations = ({app}: {app: FakeApp['app']}) => (
	<ContinuationsView app={app} continuations={app.continuations} onBranch={() => {}} />
);

/** A view on a prompt, with the classes answered if there is an answer. */
async function show(
	View: (props: {app: FakeApp['app']}) => preact.ComponentChildren,
	text: string,
	answer?: ReturnType<typeof classesAnswer>,
) {
	const fake = await openApp();
	apps.push(fake);
	const inbox = {text, source: {tabId: 1, frameId: 0, editable: false}, view: 'classes' as const, at: 1};
	await settleOpening(fake.app, {takeInbox: async () => inbox, selection: async () => null});
	if (text === '') fake.app.prompt.edit('');
	await vi.waitFor(() => fake.engine.last('classes'));
	if (answer) {
		fake.engine.last('classes').answer(answer);
		await vi.waitFor(() => expect(fake.app.classes.running.value).toBe(false));
	}
	await act(() => render(<View app={fake.app} />, document.body));
	return fake;
}

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string) => {
	const [found] = all(selector);
	if (!found) throw new Error(`There is no ${selector}.`);
	return found;
};
const said = (element: HTMLElement) => element.textContent.replaceAll('\u00a0', ' ');
const button = (name: string) => {
	const found = all('button').find(element => element.textContent === name);
	if (!found) throw new Error(`There is no button "${name}".`);
	return found;
};

describe('the classes', () => {
	test('each row has rank, exact text, logit and probability', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const cells = all('.class-row').map(row =>
			[...row.querySelectorAll<HTMLElement>(':scope > [aria-hidden]')].map(said),
		);
		expect(cells).toEqual([
			['1', '·man', '−30.00', '60.0 %'],
			['2', '·king', '−31.00', '30.0 %'],
			['3', '·octopus', '−32.00', '10.0 %'],
		]);
		expect(said(document.body)).toContain('Which of 50,257 classes comes next?');
		expect(said(one('.class-line'))).toContain('Entropy 1.30 bits: as unsure as between about 2.5');
	});

	test('with settings, the removed classes are listed below the kept ones, with both probabilities', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const after = all('.segmented input')[1] as HTMLInputElement;
		await act(() => after.click());
		expect(all('.class-row').map(row => row.classList.contains('cut'))).toEqual([false, false, true]);
		expect(said(all('.class-row')[0])).toContain('66.7 %');
		// Of the removed class the model's own probability shows: with the settings it has none.
		expect(said(all('.class-row.cut .probability')[0])).toBe('10.0 %');
		expect(said(one('.rule'))).toBe('top-k 50, top-p 0.95: 2 classes kept · 90.0 %');
		expect(said(document.body)).toContain('Cut: 50,255 classes, which together hold 10.0 %');
	});

	test('where a push shows the list with settings, the view says so, until the person chooses what to look at', async () => {
		const fake = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const row = one('button.class-row');
		row.focus();
		await act(() => void row.dispatchEvent(new KeyboardEvent('keydown', {key: '+', bubbles: true})));
		await vi.waitFor(() => fake.engine.of('classes')[1]);
		await act(async () => fake.engine.last('classes').answer(classesAnswer(['lived', ' a'])));
		const status = () => said(one('.bar-line [role=status]'));
		await vi.waitFor(() => expect(status()).toBe('Now with settings: this acts there.'));
		await act(() => (all('.segmented input')[0] as HTMLInputElement).click());
		expect(status()).toBe('');
		expect(said(document.body)).toContain('Which of 50,257 classes comes next?');
	});

	test('choosing one appends it', async () => {
		const {app} = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		await act(() => all('.class-row')[1].click());
		expect(app.prompt.prompt.value.appended).toEqual([{id: 501, text: ' king', bytes: undefined, rank: 2}]);
	});

	test('one stop in the tab order, arrow keys between the rows', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const rows = all('button.class-row');
		expect(rows.map(row => row.tabIndex)).toEqual([0, -1, -1]);
		rows[0].focus();
		for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
			await act(() => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})));
		}
		expect(document.activeElement).toBe(rows[1]);
		expect(rows.map(row => row.tabIndex)).toEqual([-1, 0, -1]);
	});

	test('the focus stays in the list when an undo takes the focused class away', async () => {
		const fake = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		all('.class-row')[1].focus();
		fake.app.prompt.edit('lived');
		await vi.waitFor(() => expect(fake.engine.of('classes')).toHaveLength(2));
		const others = classesAnswer(['lived']);
		const rows = others.model.map(row => ({...row, id: row.id + 100}));
		await act(async () => fake.engine.last('classes').answer({...others, model: rows, sampling: rows}));
		await vi.waitFor(() => expect(document.activeElement).toBe(all('.class-row')[0]));
	});

	test('a screen reader hears rank, class, probability and logit', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		expect(said(one('.class-row > .spoken'))).toMatch(/1st: .*space man.*, 60\.0 %, logit −?\d+\.\d+$/);
	});

	test('progress is shown with numbers, over rows that keep their height', async () => {
		const {engine} = await show(ClassesView, 'lived a');
		await act(() => engine.last('classes').event({kind: 'progress', phase: 'prompt', done: 312, total: 480}));
		expect(said(one('[role=progressbar]'))).toBe('reading 312 of 480 tokens');
		expect(all('.skeleton')).toHaveLength(20);
	});

	test('an error replaces the rows and has a button that asks again', async () => {
		const {engine} = await show(ClassesView, 'lived a');
		await act(async () => engine.last('classes').fail('worker-lost', 'The engine stopped. Ask again.'));
		expect(said(one('[role=alert]'))).toContain('The engine stopped. Ask again.');
		await act(() => button('Try again').click());
		await vi.waitFor(() => expect(engine.of('classes')).toHaveLength(2));
		expect(all('[role=alert]')).toHaveLength(0);
	});

	test('hostile text is text', async () => {
		await show(ClassesView, '<img src=x>', classesAnswer(['<img'], ['<script>alert(1)</script>', '<b>', '&lt;']));
		expect(all('script, b, img')).toEqual([]);
		expect(said(all('.class-row')[0])).toContain('<script>alert(1)</script>');
	});
});

describe('where a class ranks', () => {
	const find = async (query: string) => {
		const fake = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const input = one('.find input') as HTMLInputElement;
		await act(() => {
			input.value = query;
			input.dispatchEvent(new Event('input', {bubbles: true}));
		});
		return {...fake, asked: await vi.waitFor(() => fake.engine.last('find'))};
	};

	test('of a word with and without the space before it, however many others are more probable', async () => {
		const {asked} = await find('dog');
		const row = (id: number, text: string, rank: number) => ({...classesAnswer([]).model[0], id, text, rank});
		const answer = {exact: row(1, 'dog', 9000), spaced: row(2, ' dog', 700), tokens: [{id: 1, text: 'dog'}]};
		await act(async () => asked.answer({...answer, rows: [row(3, ' dogs', 500)], total: 40}));
		expect(said(one('.find-answer'))).toMatch(/dog 9,000th.*·dog 700th/);
		expect(all('.class-row').map(row => said(row.querySelector('.rank')!))).toEqual(['500', '700', '9,000']);
	});

	test('also at rank 40,000', async () => {
		const {asked} = await find(' Paris');
		expect(asked.params).toMatchObject({query: ' Paris', prompt: {text: 'lived a'}});
		const row = {...classesAnswer([]).model[0], id: 6342, text: ' Paris', rank: 40_013, probability: 2e-9, kept: false};
		await act(async () => asked.answer({exact: row, tokens: [{id: 6342, text: ' Paris'}], rows: [row], total: 3}));
		expect(said(one('.find-answer'))).toContain('·Paris 40,013th · <0.01 %');
		expect(said(one('.find-answer'))).toContain('3 classes contain it.');
	});

	test('the matches are ordered by probability, and Enter appends the most probable', async () => {
		const {app, asked} = await find('Paris');
		const [row] = classesAnswer([]).model;
		const exact = {...row, id: 40313, text: 'Paris', rank: 38_038, samplingRank: 38_038, probability: 1e-9};
		const likely = {...row, id: 6342, text: ' Paris', rank: 39, samplingRank: 39, probability: 0.003};
		await act(async () => asked.answer({exact, tokens: [exact], rows: [likely], total: 2}));
		expect(
			all('.class-row').map(row => [said(row.querySelector('.rank')!), said(row.querySelector('.token-text')!)]),
		).toEqual([
			['39', '·Paris'],
			['38,038', 'Paris'],
		]);
		await act(() => void one('.find input').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})));
		expect(app.prompt.prompt.value.appended.map(({text}) => text)).toEqual([' Paris']);
	});

	test('the down arrow goes from the field into the rows', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		one('.find input').focus();
		await act(
			() => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true})),
		);
		expect(document.activeElement).toBe(all('.class-row')[0]);
	});

	test('a text of several tokens is reported as several', async () => {
		const {asked} = await find('dragonfly');
		await act(async () =>
			asked.answer({
				exact: null,
				tokens: [
					{id: 1, text: 'dragon'},
					{id: 2, text: 'fly'},
				],
				rows: [],
				total: 0,
			}),
		);
		expect(said(one('.find-answer'))).toContain('Not one class but 2 tokens: dragon fly No class contains it.');
	});
});

describe('the prompt', () => {
	test('is editable text, with its tokens under it and its spaces visible', async () => {
		await show(PromptEditor, 'lived a', classesAnswer(['lived', ' a']));
		expect((one('textarea') as HTMLTextAreaElement).value).toBe('lived a');
		expect(all('.mirror .cell').map(cell => cell.textContent)).toEqual(['lived', ' a']);
		expect(all('.mirror .dot')).toHaveLength(1);
		expect(said(one('.meta'))).toContain('2 tokens');
		expect(said(one('.meta'))).toContain('from a page');
	});

	test('draws a character of several tokens once, and counts its tokens under it', async () => {
		const answer = {...classesAnswer([]), fromEndOfText: false};
		answer.tokens = [
			{id: 1, text: 'Hi'},
			{id: 12520, bytes: [0x20, 0xf0, 0x9f]},
			{id: 246, bytes: [0x98]},
			{id: 222, bytes: [0x80]},
		];
		await show(PromptEditor, 'Hi 😀', answer);
		const cells = all('.mirror .cell').map(cell => [cell.textContent, cell.style.getPropertyValue('--tokens')]);
		expect(cells).toEqual([
			['Hi', '1'],
			[' 😀', '3'],
		]);
		expect(all('.mirror .part')).toHaveLength(3);
	});

	test('of a long text, a key press, a caret that moves and a class that is pointed at draw few tokens again', async () => {
		const words = Array.from({length: 1500}, (_, i) => ` w${i}`);
		const fake = await show(PromptEditor, words.join(''), classesAnswer(words));
		const area = one('textarea') as HTMLTextAreaElement;
		const drawn = (event: () => void) => drawnWhile('cell', () => act(event));
		const row = fake.app.classes.answer.value!.model[0];
		const pointed = await drawn(() => {
			fake.app.pointed.value = row;
		});
		expect(said(one('.next-class'))).toBe('·man');
		const moved = await drawn(() => {
			area.focus();
			area.setSelectionRange(700, 700);
			document.dispatchEvent(new Event('selectionchange'));
		});
		expect(said(one('.meta-token'))).toMatch(/w\d+/);
		expect([pointed, moved]).toEqual([0, 0]);
		for (const at of [0, 3000, area.value.length]) {
			const typed = await drawn(() => {
				area.value = `${area.value.slice(0, at)} x${area.value.slice(at)}`;
				area.dispatchEvent(new Event('input', {bubbles: true}));
			});
			expect(one('.mirror').textContent).toContain(area.value);
			expect(typed).toBeLessThan(150);
			// Its tokens, all with other numbers after the edit.
			const tokens = area.value.match(/ \w+?(?= |$)/g)!;
			await vi.waitFor(() => expect(fake.engine.last('classes').params.prompt.text).toBe(area.value));
			const read = await drawn(() => fake.engine.last('classes').answer(classesAnswer(tokens)));
			expect(read).toBeLessThan(150);
			expect(all('.mirror .cell').map(cell => cell.textContent)).toEqual(tokens);
		}
	});

	test('has what the tokenizer puts before a text as a chip, which a click leaves out', async () => {
		const beginning = [{id: 2, text: '<bos>'}];
		const {app, engine} = await show(PromptEditor, 'lived a', {...classesAnswer(['lived', ' a']), beginning});
		const chip = one('button.beginning');
		expect(said(chip)).toBe('<bos>');
		expect(chip.getAttribute('aria-pressed')).toBe('true');
		expect(said(one('.meta'))).toContain('3 tokens');
		await act(() => chip.click());
		await vi.waitFor(() => expect(engine.last('classes').params.prompt.addSpecialTokens).toBe(false));
		expect(one('button.beginning').getAttribute('aria-pressed')).toBe('false');
		// It stays out while the text is edited.
		app.prompt.edit('lived a long');
		expect(app.prompt.prompt.value.addSpecialTokens).toBe(false);
		app.prompt.addSpecialTokens(true);
		expect(app.prompt.prompt.value.addSpecialTokens).toBeUndefined();
	});

	test('shows bytes that never become a character as bytes, never as a replacement character', async () => {
		const answer = {...classesAnswer([]), fromEndOfText: false};
		answer.tokens = [
			{id: 1, text: 'Hi'},
			{id: 246, bytes: [0x98]},
		];
		await show(PromptEditor, 'Hi', answer);
		expect(all('.mirror .spelled').map(cell => cell.textContent)).toEqual(['⟨98⟩']);
		expect(document.body.textContent).not.toContain('\ufffd');
	});

	test('typing edits it', async () => {
		const {app} = await show(PromptEditor, 'lived a', classesAnswer(['lived', ' a']));
		const area = one('textarea') as HTMLTextAreaElement;
		await act(() => {
			area.value = 'lived an';
			area.dispatchEvent(new Event('input', {bubbles: true}));
		});
		expect(app.prompt.prompt.value.text).toBe('lived an');
		expect(one('.mirror').textContent).toContain('lived an');
	});

	test('a composition of an input method is asked when it ends', async () => {
		const {app} = await show(PromptEditor, 'lived a', classesAnswer(['lived', ' a']));
		const area = one('textarea') as HTMLTextAreaElement;
		await act(() => {
			area.dispatchEvent(new Event('compositionstart', {bubbles: true}));
			area.value = 'lived aに';
			area.dispatchEvent(new Event('input', {bubbles: true}));
		});
		expect(app.prompt.prompt.value.text).toBe('lived a');
		expect(area.value).toBe('lived aに');
		expect(one('.mirror').textContent).toContain('に');
		await act(() => void area.dispatchEvent(new Event('compositionend', {bubbles: true})));
		expect(app.prompt.prompt.value.text).toBe('lived aに');
	});

	test('an empty prompt says what the model starts from', async () => {
		await show(PromptEditor, '', classesAnswer([]));
		expect(said(document.body)).toContain('<|endoftext|>');
		expect(said(one('.meta'))).toContain('0 tokens');
	});

	test('dropped tokens are counted', async () => {
		await show(PromptEditor, 'lived a', {...classesAnswer(['lived', ' a']), dropped: 44_017});
		expect(said(document.body)).toContain('The oldest 44,017 tokens are left out');
	});
});

describe('the continuations', () => {
	const sample = async () => {
		const fake = await show(Continuations, 'lived a', classesAnswer(['lived', ' a']));
		fake.app.tab.value = 'continuations';
		const asked = await vi.waitFor(() => fake.engine.last('generate'));
		return {...fake, asked};
	};

	test('stream, tinted by rank, with their log-probability', async () => {
		const {asked} = await sample();
		await act(() =>
			asked.event({
				kind: 'tokens',
				tokens: [
					{branch: 0, token: generated(' man', 1, 0.5)},
					{branch: 0, token: generated(' octopus', 20_000, 0.001)},
				],
			}),
		);
		const tokens = all('.continuation:first-child .token');
		expect(tokens.map(token => [token.textContent, token.className])).toEqual([
			['·man', 'token band-1'],
			['·octopus', 'token band-4'],
		]);
		expect(said(one('.continuation-foot'))).toContain('−3.80 nats per token · −7.60 nats');
		expect(said(one('.continuation-foot'))).toContain('2 tokens so far');
	});

	test('focus on a token tells its probability, its rank and the classes it beat', async () => {
		const {asked} = await sample();
		await act(() => asked.event({kind: 'tokens', tokens: [{branch: 0, token: generated(' man', 2, 0.25)}]}));
		const token = one('.continuation li[data-item]');
		Object.assign(token, {matches: () => true});
		await act(() => void token.dispatchEvent(new FocusEvent('focusin', {bubbles: true})));
		const tip = said(one('[role=tooltip]'));
		expect(tip).toContain('25.0 %');
		expect(tip).toContain('· 2nd');
		expect(tip).toContain('·first');
		expect(token.getAttribute('aria-describedby')).toBe(one('[role=tooltip]').id);
		await act(() => void document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'})));
		expect(all('[role=tooltip]')).toHaveLength(0);
	});

	test('the seed can be fixed', async () => {
		const {app, asked} = await sample();
		const {seed} = asked.params.generation;
		await act(() => button('Fix this seed').click());
		expect(app.settings.settings.value).toMatchObject({seedMode: 'fixed', seed});
		expect(said(one('.seed'))).toContain(`seed ${seed}, fixed`);
	});

	test('"insert" shows and inserts everything after the text of the page: the chosen classes, then the continuation', async () => {
		const {app, asked} = await sample();
		app.prompt.replace('I hope you', 'page', {tabId: 1, frameId: 0, editable: true, field: 'f'});
		app.prompt.append({id: 1, text: ' are'});
		app.prompt.append({id: 2, text: ' happy'});
		await vi.waitFor(() => expect(asked.cancelled).toBe(true));
		const again = await vi.waitFor(() => {
			expect(app.continuations.current.value).toBe(true);
			return fakeLast();
		});
		function fakeLast() {
			return apps.at(-1)!.engine.last('generate');
		}
		await act(async () =>
			again.answer({
				continuations: [
					{tokens: [generated(', and I will'), generated(' visit')], finishReason: 'length', beamScore: null},
				],
				trace: null,
				decodeMilliseconds: 1,
				dropped: 0,
			} as never),
		);
		const insert = one('.continuation .insert');
		expect(said(insert)).toBe('Insert “are happy, and I will…”');
		const inserted: unknown[] = [];
		Object.assign(chrome, {
			scripting: {
				executeScript: async ({args}: {args: unknown[]}) => {
					inserted.push(args);
					return [{frameId: 0, result: true}];
				},
			},
		});
		await act(async () => insert.click());
		expect(inserted).toEqual([[' are happy, and I will visit', 'f']]);
	});

	test('"plain text" says in words what the numbers say, and leads with the copy', async () => {
		const {app, asked} = await sample();
		const surprise = {...generated(' walrus'), rank: 11};
		await act(() => asked.event({kind: 'tokens', tokens: [{branch: 0, token: generated(' man')}]}));
		expect(said(one('.continuation-foot'))).toContain('nats per token');
		await act(() => one('.plain-switch input').click());
		expect(app.plain.value).toBe(true);
		expect(said(one('.continuation-foot'))).not.toContain('nats');
		expect(said(one('.continuation-foot'))).toContain('expected');
		await act(() => asked.event({kind: 'tokens', tokens: [{branch: 0, token: surprise}]}));
		expect(said(one('.continuation-foot'))).toContain('surprising in 1 place');
		// What may be hidden is blank; a character that cannot be seen is still told by its name.
		expect(all('.continuation-text .blank').map(said)).toEqual(['·', '·']);
	});

	test('"insert" is there only where a field waits for it', async () => {
		const {asked} = await sample();
		await act(() => asked.event({kind: 'tokens', tokens: [{branch: 0, token: generated(' man')}]}));
		expect(all('.continuation button').map(element => element.textContent)).toEqual(['Copy']);
	});
});

test('strategies run once it is known which prompt the page opens on', async () => {
	const fake = await show(({app}) => <StrategiesView app={app} strategies={app.strategies} />, '', classesAnswer([]));
	const run = () => all('button').find(button => said(button) === 'Run') as HTMLButtonElement;
	await act(async () => {
		fake.app.ready.value = false;
	});
	expect(run().disabled).toBe(true);
	await act(async () => {
		fake.app.ready.value = true;
	});
	expect(run().disabled).toBe(false);
});

test('the way to the walk stands beside the tabs, and takes the prompt and the tokens appended to it along', async () => {
	const fake = await show(({app}) => <Tabs app={app} names={TABS} />, 'lived a', classesAnswer(['lived', ' a']));
	await act(async () => fake.app.prompt.append({id: 502, text: ' long'}));
	const opened: string[] = [];
	const kept: Record<string, unknown>[] = [];
	Object.assign(chrome, {
		storage: {session: {set: async (items: Record<string, unknown>) => kept.push(items)}},
		tabs: {create: async ({url}: {url: string}) => opened.push(url)},
		runtime: {getURL: (path: string) => `chrome-extension://id/${path}`},
	});
	await act(async () => one('.tabs > button').click());
	// The page it came from as well: its article can be learned there.
	expect(kept).toEqual([{'walk-text': 'lived a long', 'walk-page': 1}]);
	expect(opened).toEqual(['chrome-extension://id/src/entrypoints/walkthrough/index.html']);
});

/** Presses Escape where the focus is; returns whether the browser would close the popup. */
const escapeClosesPopup = () => {
	const event = new KeyboardEvent('keydown', {key: 'Escape', bubbles: true, cancelable: true});
	(document.activeElement ?? document.body).dispatchEvent(event);
	return !event.defaultPrevented;
};

describe('Escape', () => {
	test('closes the dialog of keys and words, not the popup', async () => {
		await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		await act(() => one('.keys-open').click());
		expect(all('.key-list kbd').map(said)).toContain('?');
		const words = all('.words dt').map(said).join(', ');
		for (const word of [
			'class',
			'logit',
			'rank',
			'temperature',
			'seed',
			'nats',
			'surprisal',
			'entropy',
			'perplexity',
		]) {
			expect(words).toContain(word);
		}
		let closes = true;
		await act(() => {
			closes = escapeClosesPopup();
		});
		expect(closes).toBe(false);
		expect(all('dialog[open]')).toEqual([]);
		expect(escapeClosesPopup()).toBe(true);
	});

	test('closes the model’s panel, not the popup, and the focus goes back to its button', async () => {
		await show(Header, 'lived a', classesAnswer(['lived', ' a']));
		await act(() => one('.model-pill').click());
		expect(all('.model-info')).toHaveLength(1);
		let closes = true;
		await act(() => {
			closes = escapeClosesPopup();
		});
		expect(closes).toBe(false);
		expect(all('.model-info')).toEqual([]);
		expect(document.activeElement).toBe(one('.model-pill'));
		expect(escapeClosesPopup()).toBe(true);
	});
});

describe('the comparison', () => {
	const compare = async () => {
		const fake = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		const opener = one('[aria-label="Compare two prompts or two models"]');
		opener.focus();
		await act(() => opener.click());
		return fake;
	};
	const type = (text: string) =>
		act(() => {
			const field = one('.compare-field input') as HTMLInputElement;
			field.value = text;
			field.dispatchEvent(new Event('input', {bubbles: true}));
		});

	test('has a heading of the level below the page’s, above those of its lists', async () => {
		await compare();
		expect(said(one('.compare h2'))).toBe('Compare two prompts or two models');
	});

	test('opens with the focus in its field, so that a space is typed and does not close it', async () => {
		await compare();
		expect(document.activeElement).toBe(one('.compare-field input'));
	});

	test('is of the distributions that are chosen above it', async () => {
		const {engine, app} = await compare();
		await type('lived an');
		await vi.waitFor(() => expect(engine.last('compare').params.generation).toBeUndefined());
		await act(() => (all('.segmented input')[1] as HTMLInputElement).click());
		await vi.waitFor(() => expect(engine.last('compare').params.generation).toBeDefined());
		expect(engine.last('compare').params.generation).toEqual({...generationOf(app.settings.settings.value), seed: 0});
	});

	test('and the search end when a new text comes from a page: it begins with its classes', async () => {
		const {app} = await compare();
		await type('lived an');
		app.query.value = 'cat';
		await act(() => adoptInbox(app, {text: 'another text', source: null, view: 'classes', at: 7}));
		expect(all('.compare')).toEqual([]);
		expect(all('.class-row')).not.toEqual([]);
		expect((one('.find input') as HTMLInputElement).value).toBe('');
	});
});

describe('a draw', () => {
	const draw = {
		number: 0.98,
		start: 0.97,
		samplingProbability: 0.02,
		samplingRank: 31,
		rank: 140,
		end: false,
	};
	const stepTo = async (token: {id: number; text: string}) => {
		const fake = await show(ClassesView, 'lived a', classesAnswer(['lived', ' a']));
		await act(async () => void fake.app.loop.step());
		await vi.waitFor(() => fake.engine.last('draw'));
		await act(async () => fake.engine.last('draw').answer({...draw, ...token}));
		return fake;
	};

	test('lights the row of its class, in the colour of its rank', async () => {
		await stepTo({id: 501, text: ' king'});
		expect(all('.class-row.lit').map(row => said(row.querySelector('.token-text')!))).toEqual(['·king']);
		expect(one('.class-row.lit').className).toContain('solid-3');
	});

	test('of a class that is not listed gives it a row', async () => {
		await stepTo({id: 9000, text: ' zebra'});
		const row = one('.class-row.lit');
		expect(said(row)).toContain('·zebra');
		expect(said(row)).toContain('31');
		expect(said(row)).toContain('2.00 %');
	});

	test('is a needle on the strip, and says its number', async () => {
		await stepTo({id: 501, text: ' king'});
		expect(one('.mass-needle').style.getPropertyValue('--at')).toBe('0.98');
		expect(one('.mass-hit').style.getPropertyValue('--at')).toBe('0.97');
		expect(said(one('.class-line'))).toContain('The number 0.9800 falls on ·king');
	});
});

describe('the bars', () => {
	const widths = () => all('.class-rows .class-row').map(row => Number(row.style.getPropertyValue('--fraction')));

	test.each([
		[[0.94, 0.03], '100 %'],
		[[0.31, 0.1], '50 %'],
		[[0.2, 0.1], '20 %'],
		[[0.09, 0.03], '10 %'],
		[[0.011, 0.01], '5 %'],
	])('of %j are measured against %s', async (probabilities, end) => {
		const answer = classesAnswer(['lived', ' a']);
		const model = probabilities.map((probability, i) => ({...answer.model[i], probability}));
		await show(ClassesView, 'lived a', {...answer, model});
		expect(said(one('.scale-end'))).toBe(`full bar: ${end}`);
		const scale = Number.parseFloat(end) / 100;
		expect(widths()).toEqual(probabilities.map(probability => expect.closeTo(probability / scale, 10)));
	});

	test('the last row gives the probability that all other classes share', async () => {
		const answer = classesAnswer(['lived', ' a']);
		await show(ClassesView, 'lived a', {...answer, model: answer.model.slice(0, 2)});
		expect(said(one('.rest'))).toBe('50,255 other classes share10.0 %');
	});
});

test('a selection that cuts a word offers whole words, until the text is another', async () => {
	const fake = await openApp();
	apps.push(fake);
	const {app} = fake;
	const cut = {before: '', after: 'o'};
	adoptInbox(app, {text: 'It was about tw', source: null, cut, view: 'classes', at: 1});
	await act(() => render(<PromptEditor app={app} />, document.body));
	expect(said(one('.end-hint'))).toContain('The selection cuts “two”.');
	await act(() => button('Use whole words').click());
	expect(app.prompt.prompt.value.text).toBe('It was about two');
	expect(all('.end-hint')).toEqual([]);
	await act(() => app.prompt.undo());
	expect(all('.end-hint')).toHaveLength(1);
	await act(() => app.prompt.edit('It was about twelve'));
	expect(all('.end-hint')).toEqual([]);
});
