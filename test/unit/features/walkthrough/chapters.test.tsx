// @vitest-environment happy-dom
import {signal} from '@preact/signals';
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {t} from '../../../../src/client/browser/i18n.ts';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {PACES} from '../../../../src/features/loop/loop.ts';
import {HeadLabels} from '../../../../src/features/walkthrough/blocks/head-labels.tsx';
import {WhichPart} from '../../../../src/features/walkthrough/blocks/which-part.tsx';
import {CHAPTERS} from '../../../../src/features/walkthrough/chapters.ts';
import {HeadChapter} from '../../../../src/features/walkthrough/head/head-chapter.tsx';
import {InfluenceChapter} from '../../../../src/features/walkthrough/influence/influence-chapter.tsx';
import {LabelsChapter} from '../../../../src/features/walkthrough/labels/labels-chapter.tsx';
import {LoopChapter} from '../../../../src/features/walkthrough/loop/loop-chapter.tsx';
import {Python} from '../../../../src/features/walkthrough/shared/prose.tsx';
import type {Walk} from '../../../../src/features/walkthrough/state/walk.ts';
import {TokensChapter} from '../../../../src/features/walkthrough/tokens/tokens-chapter.tsx';
import {WalkPage} from '../../../../src/features/walkthrough/walk-page.tsx';
import type {Answer} from '../../../../src/protocol/questions.ts';
import {classesAnswer, type FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {fakeWalk} from '../../../helpers/fake-walk.ts';

beforeAll(installI18n);
let walks: ReturnType<typeof fakeWalk>[] = [];
afterEach(() => {
	vi.useRealTimers();
	render(null, document.body);
	for (const {walk} of walks) walk.dispose();
	walks = [];
});

async function show(
	View: (props: {walk: ReturnType<typeof fakeWalk>['walk']}) => preact.ComponentChildren,
	hash: string,
) {
	const fake = fakeWalk(hash);
	walks.push(fake);
	await act(() => render(<View walk={fake.walk} />, document.body));
	return fake;
}

/** Do something, and let what it answers arrive. */
const after = (does: () => unknown) =>
	act(async () => {
		does();
		for (let i = 0; i < 20; i++) await null;
	});

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const button = (name: string | RegExp) => {
	const found = all('button').find(({textContent}) =>
		typeof name === 'string' ? textContent === name : name.test(textContent),
	);
	if (!found) throw new Error(`There is no button ${name}.`);
	return found as HTMLButtonElement;
};
const press = (name: string | RegExp) => after(() => button(name).click());
const appendedIds = (engine: FakeEngine) => engine.last('classes').params.prompt.appended.map(({id}) => id);
const appended = () => all('.running mark').map(({textContent}) => textContent);

test('a link to a step of the loop opens on what was chosen, and going back takes the last of it away', async () => {
	const {engine, address} = await show(LoopChapter, '#loop?text=A&chosen=7,8,x');
	expect(engine.last('classes').params.prompt).toEqual({text: 'A', appended: [{id: 7}, {id: 8}], generated: 2});
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b', ' c'])));
	expect(appended()).toEqual(['·b', '·c']);
	expect(document.body.textContent).toContain('2 tokens appended');
	// How they were chosen is not in the link, and it is not said that nothing was.
	expect(document.body.textContent).not.toContain('Nothing is chosen yet');
	expect(document.body.textContent).toContain('The first class for the next place is');
	await press('Back');
	expect(appendedIds(engine)).toEqual([7]);
	expect(address.link()).toContain('chosen=7');
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b'])));
	await press('To the start');
	expect(address.link()).not.toContain('chosen');
});

test('a link names the classes with their spelling, and the engine is told both: ids are those of one model', async () => {
	const {engine, address} = await show(LoopChapter, `#loop?${new URLSearchParams({text: 'A', chosen: '7:%20b,8!e2'})}`);
	const spelled = [
		{id: 7, text: ' b'},
		{id: 8, bytes: [0xe2]},
	];
	expect(engine.last('classes').params.prompt.appended).toEqual(spelled);
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b'])));
	await press('Back');
	expect(engine.last('classes').params.prompt.appended).toEqual(spelled.slice(0, 1));
	expect(new URLSearchParams(address.link().split('?')[1]).get('chosen')).toBe('7:%20b');
});

/** What the strategy chose. */
const drawn = {
	id: 501,
	text: ' king',
	number: 0.7,
	start: 0.6,
	samplingProbability: 0.3,
	samplingRank: 2,
	rank: 2,
	end: false,
};

/** Let a draw be seen, and its class join the text. A timer that is set while others run fires a millisecond later. */
const join = () => act(async () => void (await vi.advanceTimersByTimeAsync(PACES.normal + 1)));

test('a chosen class is in the address; another text, seed or strategy begins again, a link to another step does not', async () => {
	vi.useFakeTimers();
	const {engine, address, follow} = await show(LoopChapter, '#loop?text=A');
	await after(() => engine.last('classes').answer(classesAnswer(['A'])));
	await press('Step');
	await after(() => engine.last('draw').answer(drawn));
	await join();
	expect(address.link()).toContain('chosen=501');
	expect(appended()).toEqual(['·king']);
	await after(() => address.setText('B'));
	expect(address.link()).not.toContain('chosen');
	await after(() => follow('#loop?text=C&chosen=5'));
	expect(engine.last('classes').params.prompt).toMatchObject({text: 'C', appended: [{id: 5}]});
	await press(/^Seed 1/);
	expect(address.link()).not.toContain('chosen');
	await after(() => follow('#loop?text=C&chosen=5'));
	await after(() =>
		all('[role="radio"], .segmented button, .segmented input')
			.find(({textContent, parentElement}) => (textContent || parentElement?.textContent) === 'greedy search')!
			.click(),
	);
	expect(address.link()).not.toContain('chosen');
});

test('with parts off, every step of the loop shows the classes of the whole body beside those that are left, and so does its Python', async () => {
	vi.useFakeTimers();
	const {engine, walk} = await show(LoopChapter, '#loop?text=A&strategy=greedy&off=2.4');
	await after(() => engine.last('classes').answer(classesAnswer(['A'])));
	const {params} = engine.last('changed');
	expect(params).toMatchObject({
		prompt: {text: 'A', appended: []},
		changes: {off: [{block: 1, part: 3}], fill: 'zero'},
	});
	const row = (id: number, text: string, before: number, after: number) => ({
		id,
		text,
		before: {rank: 1, logit: 0, probability: before},
		after: {rank: 1, logit: 0, probability: after},
	});
	const rows = [row(500, ' man', 0.6, 0.1), row(501, ' king', 0.3, 0.5)];
	const changed = {tokens: [], asked: [], moved: 0.5, steered: null};
	await after(() => engine.last('changed').answer({...changed, first: [rows, rows]}));
	expect(all('figcaption').map(({textContent}) => textContent)).toContain(
		'“·man” falls from 60.0\u00a0% to 10.0\u00a0%',
	);
	expect(document.body.textContent).toContain('heads = [(1, 3)]');
	await press('Step');
	await after(() => engine.last('draw').answer(drawn));
	await join();
	expect(engine.last('changed').params.prompt.appended).toMatchObject([{id: 501}]);
	await after(() => walk.body.reset());
	expect(document.body.textContent).not.toContain('falls from');
	expect(document.body.textContent).not.toContain('heads = [');
});

test.each([
	['zero', 'Later parts read what it writes'],
	['mean', 'Switched off it still gives its mean'],
] as const)('why the numbers of a part differ is said of what it gives when it is off: %s', async (fill, why) => {
	vi.useFakeTimers();
	const chosen = {id: 1, text: ' b'};
	const Part = ({walk}: {walk: Walk}) => (
		<WhichPart walk={walk} measure={{chosen, against: null}} layers={1} heads={1} />
	);
	const {engine} = await show(Part, `#vector?text=A&parts=each&fill=${fill}`);
	await act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
	const asked = engine.last('parts');
	expect(asked.params).toMatchObject({fill});
	const parts = [{block: 0, part: 0, value: 2} as const, {block: 0, part: 'mlp', value: 2} as const];
	for (const [i, part] of parts.entries())
		await after(() => asked.event({kind: 'ablated', done: i + 1, total: 2, whole: 2, part}));
	const measured = {chosen, against: null};
	await after(() => asked.answer({...measured, whole: 2, parts}));
	const rest = {logit: 2, embedding: 0.5, constant: 0, rounding: 0};
	await after(() =>
		engine.last('attribution').answer({...measured, ...rest, blocks: [{heads: [1], bias: 0, mlp: 0.5}]}),
	);
	expect(document.body.textContent).toMatch(
		/They differ most for head 1\.1: \S+ when it is switched off, \+1\.00 directly/,
	);
	expect(document.body.textContent).toContain(why);
});

test('patches are counted as they are computed, and the reader can take the rest back', async () => {
	vi.useFakeTimers();
	const {engine, address} = await show(InfluenceChapter, '#influence?text=A+b&other=A+c&patch=each');
	await after(() => engine.last('model').answer({id: 'test/model', hiddenStates: true, layers: 2} as Answer<'model'>));
	const moves = (id: number, from: number, to: number): Answer<'compare'>['changes'][number] => ({
		id,
		text: ` word ${id}`,
		standings: [
			{rank: 1, probability: from},
			{rank: 2, probability: to},
		],
	});
	const changes = [moves(1, 0.6, 0.1), moves(2, 0.1, 0.4)];
	await after(() => {
		for (const asked of engine.of('compare')) asked.answer({changes, first: [[], []], moved: 0.5, sameClasses: true});
	});
	await act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
	const asked = engine.last('patches');
	expect(asked.params).toMatchObject({prompts: [{text: 'A b'}, {text: 'A c'}], chosen: {id: 1}, against: {id: 2}});
	const [a, b, c] = ['A', ' b', ' c'].map((text, id) => ({id, text}));
	await after(() =>
		asked.event({
			kind: 'patching',
			tokens: [
				[a, b],
				[a, c],
			],
			chosen: b,
			against: c,
			whole: [1, -1],
			total: 6,
		}),
	);
	expect(document.body.textContent).toContain('0 of 6 patches computed');
	// Each is in the grid as it comes, on its row.
	const rows = () =>
		all('[role="table"] [role="row"]').map(row =>
			[...row.querySelectorAll('[role="cell"] [aria-label]')].map(cell => cell.getAttribute('aria-label')),
		);
	const unknown = rows();
	expect(unknown.map(({length}) => length)).toEqual([0, 2, 2, 2]);
	for (const [i, value] of [1, 0, -1].entries())
		await after(() => asked.event({kind: 'patched', cell: {block: Math.floor(i / 2), position: i % 2, value}}));
	expect(document.body.textContent).toContain('3 of 6 patches computed');
	expect(rows().flat()).toEqual([
		expect.stringContaining('0 %'),
		expect.stringContaining('50 %'),
		expect.stringContaining('100 %'),
		...unknown.flat().slice(3),
	]);
	await press('Cancel');
	expect(asked.cancelled).toBe(true);
	expect(address.link()).not.toContain('patch=each');
	expect(button('Patch every position after every block')).toBeTruthy();
});

test('a link to a position that no prompt has shows all patches, and none of them closer', async () => {
	vi.useFakeTimers();
	const {engine} = await show(InfluenceChapter, '#influence?text=A+b&other=A+c&patch=each&cell=1.0');
	await after(() => engine.last('model').answer({id: 'test/model', hiddenStates: true, layers: 2} as Answer<'model'>));
	const standing = (probability: number) => ({rank: 1, probability});
	const changes: Answer<'compare'>['changes'] = [
		{id: 1, text: ' b', standings: [standing(0.6), standing(0.1)]},
		{id: 2, text: ' c', standings: [standing(0.1), standing(0.4)]},
	];
	await after(() => {
		for (const asked of engine.of('compare')) asked.answer({changes, first: [[], []], moved: 0.5, sameClasses: true});
	});
	await act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
	const [a, b, c] = ['A', ' b', ' c'].map((text, id) => ({id, text}));
	const tokens: Answer<'patches'>['tokens'] = [
		[a, b],
		[a, c],
	];
	const about = {tokens, chosen: b, against: c, whole: [1, -1] as [number, number]};
	await after(() => engine.last('patches').event({kind: 'patching', ...about, total: 6}));
	await after(() =>
		engine.last('patches').answer({
			...about,
			blocks: [
				[1, 0],
				[1, 0],
				[1, -1],
			],
		}),
	);
	expect(all('[role="table"] [role="row"]')).toHaveLength(4);
	expect(document.body.textContent).toContain('for position in range(first.shape[1]):');
	expect(engine.of('changed')).toHaveLength(0);
});

test('of an ONNX export nothing can be changed: a link with parts off says so, and so does the chapter that patches and steers', async () => {
	const {engine, address} = await show(LoopChapter, '#loop?text=A&off=2.4');
	const onnx = {id: 'test/onnx', hiddenStates: false, layers: 6} as Answer<'model'>;
	await after(() => engine.last('model').answer(onnx));
	expect(all('.off-note [role="status"]').map(({textContent}) => textContent)).toEqual([
		expect.stringMatching(/parts cannot be switched off, patched or steered\. Choose a model/),
	]);
	expect(engine.last('classes').params.changes).toBeUndefined();
	await press('Reset');
	expect(address.link()).not.toContain('off=');
	render(null, document.body);
	const influence = await show(InfluenceChapter, '#influence?text=A');
	await after(() => influence.engine.last('model').answer(onnx));
	expect(all('[role="note"]').map(({textContent}) => textContent)).toEqual([
		expect.stringMatching(/patched or steered\..*Choose another model/),
	]);
	expect(document.body.textContent).not.toContain(t('walk_steer_title'));
});

test('what the loop was drawn with is a line of the page that is saved of it: strategy, settings, and the seed where it draws', () => {
	const lineOf = (hash: string, own: object = {}) => {
		const {walk} = fakeWalk(hash);
		const generation = signal({...NEUTRAL_GENERATION, ...own});
		const line = CHAPTERS.find(({id}) => id === 'loop')!.drawnWith!({...walk, generation});
		walk.dispose();
		return line;
	};
	expect(lineOf('#loop?text=A&seed=3')).toBe('Strategy: sampling · seed 3.');
	expect(lineOf('#loop?text=A&strategy=greedy&seed=3')).toBe('Strategy: greedy search.');
	const own = {doSample: true, temperature: 0.7};
	expect(lineOf('#loop?text=A&strategy=own', own)).toMatch(/^Strategy: .*Temperature 0\.7.* · seed 1\.$/);
	expect(CHAPTERS.filter(({drawnWith}) => drawnWith).map(({id}) => id)).toEqual(['loop']);
});

test('a step that is asked for before the classes are there is taken when they are, and a second one hurries it', async () => {
	vi.useFakeTimers();
	const {engine, address} = await show(LoopChapter, '#loop?text=A');
	await press('Step');
	await press('Step');
	expect(engine.of('draw')).toEqual([]);
	await after(() => engine.last('classes').answer(classesAnswer(['A'])));
	await after(() => engine.last('draw').answer(drawn));
	expect(appended()).toEqual([]);
	await press('Step');
	expect(address.link()).toContain('chosen=501');
	expect(engine.of('draw')).toHaveLength(1);
});

test('a class of the reader’s own choice ends a run of draws, as in the popup, and the address keeps that', async () => {
	vi.useFakeTimers();
	const {engine, address} = await show(LoopChapter, '#loop?text=A&chosen=7');
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b'])));
	await after(() =>
		all('[role="button"]')
			.at(0)!
			.dispatchEvent(new MouseEvent('click', {bubbles: true})),
	);
	expect(engine.last('classes').params.prompt).toEqual({text: 'A', appended: [{id: 7}, {id: 500, text: ' man'}]});
	expect(address.link()).toMatch(/chosen=7%2C500.*run=0/);
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b', ' man'])));
	await press('Step');
	// The first number of the seed, for what is now the prompt.
	expect(engine.last('draw').params).toMatchObject({index: 0, prompt: {appended: [{id: 7}, {id: 500}]}});
	await after(() => engine.last('draw').answer(drawn));
	await join();
	expect(engine.last('classes').params.prompt.generated).toBe(1);
	expect(appendedIds(engine)).toEqual([7, 500, 501]);
	expect(address.link()).toMatch(/run=1/);
});

test('when another model answers, everything is asked again, and what the last one chose is let go', async () => {
	const {engine, walk, address} = await show(LoopChapter, '#loop?text=A&chosen=7');
	await after(() => engine.last('classes').answer(classesAnswer(['A', ' b'])));
	const [models, classes] = [engine.of('model').length, engine.of('classes').length];
	await after(() => walk.onModelChange());
	expect(engine.of('model')).toHaveLength(models + 1);
	expect(engine.of('classes').length).toBeGreaterThan(classes);
	expect(engine.last('classes').params.prompt.appended).toEqual([]);
	expect(address.link()).not.toContain('chosen');
});

test('a step of the merges is in the address, and a new word begins at its bytes', async () => {
	const {engine, address} = await show(TokensChapter, '#tokens?word=abc&step=1');
	const token = (text: string) => ({id: text.charCodeAt(0), text});
	const merge = (left: string, right: string, tokens: string[]) => ({
		left: token(left),
		right: token(right),
		merged: token(left + right),
		rank: 3,
		tokens: tokens.map(token),
	});
	await after(() =>
		engine.last('replay').answer({
			start: [...'abc'].map(token),
			steps: [merge('a', 'b', ['ab', 'c']), merge('ab', 'c', ['abc'])],
			merges: 50_000,
		}),
	);
	expect(document.body.textContent).toContain('Step 1 of 2');
	await press('Back');
	expect(document.body.textContent).toContain('Step 0 of 2');
	expect(address.link()).not.toContain('step');
	expect(button('Step').disabled).toBe(false);
});

test('a head of two classes lists and asks about those two alone', async () => {
	const {engine} = await show(HeadChapter, '#head?text=A&head=two');
	expect(all('aside')).toEqual([]);
	expect(engine.of('classes')).toEqual([]);
	expect(engine.of('head')).toEqual([]);
	expect(engine.of('find').map(({params}) => params.query)).toEqual([' good', ' bad']);
});

const LINES = Array.from({length: 20}, (_, i) => `line ${i}`);
const task = `labels=good,bad&template=${encodeURIComponent('{text}:')}&lines=${encodeURIComponent(LINES.join('\n'))}`;
const row = (best: number) => ({
	logProbs: [-1, -2],
	probabilities: [0.75, 0.25],
	calibrated: null,
	best,
	dropped: 0,
});

test('many lines wait for a click, are counted as they come, and stay when they are cancelled', async () => {
	vi.useFakeTimers();
	try {
		const {engine} = await show(LabelsChapter, `#labels?${task}`);
		expect(engine.of('label')).toEqual([]);
		await press('Classify 20 lines');
		await act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
		const asked = engine.last('label');
		for (let i = 0; i < 3; i++) {
			await after(() => asked.event({kind: 'labelled', done: i + 1, total: 20, row: row(i % 2)}));
		}
		expect(document.body.textContent).toContain('3 of 20 lines classified');
		await press('Cancel');
		expect(asked.cancelled).toBe(true);
		expect(all('.lines tbody tr').map(({textContent}) => textContent)).toEqual([
			'line 0good75.0\u00a0%',
			'line 1bad25.0\u00a0%',
			'line 2good75.0\u00a0%',
		]);
		expect(button('Save as CSV')).toBeTruthy();
		await press('Classify 20 lines');
		await act(async () => void (await vi.advanceTimersByTimeAsync(1000)));
		expect(engine.of('label')).toHaveLength(2);
	} finally {
		vi.useRealTimers();
	}
});

test.each([
	['labels=good,good', 'The label “good” is there twice. Change one of them.'],
	['labels=good', 'Write at least two labels'],
	[`template=${encodeURIComponent('no slot')}`, 'The template has no {text}.'],
	['examples=no+arrow', '1 line of the examples is left out'],
	['lines=+', 'There is nothing to classify yet.'],
])('what is wrong with a task is said: %s', async (part, message) => {
	await show(LabelsChapter, `#labels?${part}`);
	expect(document.body.textContent).toContain(message);
});

test('a file that is no text in UTF-8 is refused by name, and true labels that nobody asked for can be taken over', async () => {
	const {engine} = await show(LabelsChapter, '#labels?labels=good,bad');
	const open = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
		const input = document.querySelector<HTMLInputElement>('input[type="file"]')!;
		Object.defineProperty(input, 'files', {value: [new File([bytes], name)], configurable: true});
		input.dispatchEvent(new Event('change', {bubbles: true}));
		await vi.waitFor(() => expect(document.body.textContent).toContain(name));
	};
	await open('latin.csv', Uint8Array.of(0x63, 0x61, 0x66, 0xe9));
	expect(document.body.textContent).toContain('latin.csv is not text in UTF-8.');
	await open('reviews.csv', new TextEncoder().encode('text,label\nLovely,pos\nDull,neg\n'));
	expect(document.body.textContent).toContain('2 true labels in the file are none of yours');
	await press('Use the file’s labels: pos, neg');
	expect(document.body.textContent).not.toContain('none of yours');
	await vi.waitFor(() => expect(engine.last('label').params).toMatchObject({labels: ['pos', 'neg'], truths: [0, 1]}));
});

test('a chapter that is saved as a page has the numbers of its figures as tables', async () => {
	const {engine} = await show(WalkPage, '#training?text=A+b');
	await after(() =>
		engine.last('biasStep').answer({
			tokens: [{id: 1, text: 'A', before: 2, after: 1}],
			meanBefore: 2,
			meanAfter: 1,
			predictedChange: -1,
			raised: [],
			lowered: [],
			classes: [{id: 1, text: 'A', before: 2, after: 1}],
			left: 0,
		}),
	);
	const saved: Blob[] = [];
	vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined);
	vi.spyOn(URL, 'createObjectURL').mockImplementation(blob => {
		saved.push(blob as Blob);
		return 'blob:x';
	});
	Object.assign(Reflect.get(globalThis, 'chrome'), {runtime: {getManifest: () => ({version: '1.2.3'})}});
	await press('Save as a page');
	const file = new DOMParser().parseFromString(await saved[0].text(), 'text/html');
	expect(file.querySelector('footer')?.textContent).toContain('1.2.3');
	const figures = [...file.querySelectorAll('figure')];
	expect(figures).toHaveLength(all('.fig').length);
	vi.restoreAllMocks();
	for (const figure of figures) expect(figure.querySelector('details table')).not.toBeNull();
});

describe('class mode', () => {
	const key = (key: string, target: EventTarget = document.body) =>
		after(() => target.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})));
	const isOn = () => document.documentElement.classList.contains('class-mode');

	test('the key P begins it and Escape ends it; letters that are typed are left alone', async () => {
		await show(WalkPage, '#tokens?text=A');
		await key('p', document.querySelector('textarea')!);
		expect(isOn()).toBe(false);
		await key('p');
		expect(isOn()).toBe(true);
		expect(all('[role=status]').map(({textContent}) => textContent)).toContainEqual(
			expect.stringMatching(/arrow keys.*Escape leaves/),
		);
		await key('Escape');
		expect(isOn()).toBe(false);
		expect(all('.question')).toEqual([]);
	});

	test('every chapter asks a question, whose answer waits', async () => {
		vi.stubGlobal(
			'Worker',
			class extends EventTarget {
				postMessage() {}
				terminate() {}
			},
		);
		for (const {id, question, answer} of CHAPTERS) {
			await show(WalkPage, `#${id}?text=A`);
			await key('p');
			const [asked] = all('.question');
			expect(asked.textContent).toContain(t(question));
			expect(asked.textContent).not.toContain(t(answer));
			await press('Show the answer');
			expect(asked.textContent).toContain(t(answer));
			await key('Escape');
			render(null, document.body);
		}
		vi.unstubAllGlobals();
	});

	test('its letter can be switched off, its button stays', async () => {
		const {walk} = await show(WalkPage, '#tokens?text=A');
		Object.assign(walk, {letterKeys: {peek: () => false}});
		await key('p');
		expect(isOn()).toBe(false);
		await press('Class mode');
		expect(isOn()).toBe(true);
	});
});

test('where a head looks: the widest number has room beside its bar', async () => {
	const text = {previous: 0.7, first: 0.1, self: 0.1, same: 0.00001, induction: null};
	const answer = {read: 6, random: [], blocks: [[{text, repeated: text}]]};
	await act(() => render(<HeadLabels answer={answer} looked={{block: 1, head: 1}} />, document.body));
	const rows = all('.picture g g');
	const tiny = rows.filter(row => row.textContent?.replaceAll('\u00a0', ' ') === '<0.01 %');
	expect(tiny).toHaveLength(2);
	for (const row of tiny) {
		const bar = Number(row.querySelector('.track')!.getAttribute('width'));
		const number = Number(row.querySelector('text')!.getAttribute('x'));
		// At its size a character is less than 8 wide.
		expect(number - 8 * '<0.01 %'.length).toBeGreaterThanOrEqual(bar);
	}
});

test('each chapter has a title of its own in the tabs and in the history', async () => {
	const {walk} = await show(WalkPage, '#tokens?text=A');
	expect(document.title).toContain(t('walk_tokens_title'));
	await after(() => {
		walk.address.chapter.value = 'vector';
	});
	expect(document.title).toContain(t('walk_vector_title'));
	expect(document.title).not.toContain(t('walk_tokens_title'));
});

test('the code of a step can be scrolled by keyboard', async () => {
	await act(() => render(<Python code="logits = h @ W.T" />, document.body));
	// Asked of the property: happy-dom gives the focus to any element.
	expect(all('pre').map(({tabIndex}) => tabIndex)).toEqual([0]);
});
