// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {PassageView} from '../../../../src/features/passage/passage-view.tsx';
import {PromptEditor} from '../../../../src/features/prompt/editor/prompt-editor.tsx';
import type {ScoreAnswer, ScoredToken} from '../../../../src/protocol/questions/score.ts';
import type {Params} from '../../../../src/protocol/questions.ts';
import {drawnWhile} from '../../../helpers/drawn-nodes.ts';
import {type FakeApp, openApp} from '../../../helpers/fake-app.ts';
import {type Asked, classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import type {FakeStorage} from '../../../helpers/fake-storage.ts';

beforeAll(installI18n);

const apps: FakeApp[] = [];
afterEach(async () => {
	await act(() => render(null, document.body));
	for (const {app} of apps.splice(0)) app.dispose();
});

/** The view, opened on a passage that was sent from a page; or on what an earlier visit left. */
async function open(text: string | null, session?: FakeStorage) {
	const fake = await openApp({session});
	apps.push(fake);
	const inbox = text === null ? null : {text, source: null, view: 'passage' as const, at: 1};
	await settleOpening(fake.app, {takeInbox: async () => inbox, selection: async () => null});
	await act(() => render(<PassageView app={fake.app} passage={fake.app.passage} />, document.body));
	return fake;
}

/** Words of a text as its tokens: the first is certain, the others each half as probable as the one before. */
const tokensOf = (text: string): ScoredToken[] =>
	[...text.matchAll(/ ?\S+/g)].map((match, i) => ({
		id: 100 + i,
		text: match[0],
		start: match.index,
		end: match.index + match[0].length,
		rank: 10 ** i,
		logProb: -i * Math.LN2,
		corrected: -i * Math.LN2,
		entropy: Math.LN2,
		top: [{id: 7, text: ' likely', probability: 0.5}],
	}));

const totalsOf = (text: string, model: string): ScoreAnswer => {
	const tokens = tokensOf(text);
	const logProb = tokens.reduce((sum, token) => sum + token.logProb, 0);
	return {
		model,
		tokenCount: tokens.length,
		logProb,
		corrected: logProb,
		perplexity: Math.exp(-logProb / tokens.length),
		bitsPerToken: 1,
		bitsPerCharacter: 1,
		characters: text.length,
		windows: 1,
	};
};

async function answer(asked: Asked<'score'>, model = 'mini') {
	await act(async () => {
		asked.event({kind: 'scored', tokens: tokensOf(asked.params.text), vocabSize: 50_257});
		asked.answer(totalsOf(asked.params.text, model));
	});
}

const asked = (fake: FakeApp, wanted: Partial<Params<'score'>>) =>
	vi.waitFor(() => {
		const found = fake.engine
			.of('score')
			.find(({params}) => Object.entries(wanted).every(([key, value]) => params[key as 'text'] === value));
		if (!found) throw new Error(`Nobody asked for ${JSON.stringify(wanted)}.`);
		return found;
	});
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const said = () => document.body.textContent.replaceAll('\u00a0', ' ');
const click = (name: string) =>
	act(() => {
		const found = all('button, label').find(({textContent}) => textContent === name);
		if (!found) throw new Error(`There is nothing called ${name}.`);
		(found.querySelector('input') ?? found).click();
	});
const rows = () =>
	all('.summary-table tbody tr').map(row => [...row.children].map(cell => cell.textContent.replaceAll('\u00a0', ' ')));

test('a passage is scored at once, and its numbers follow from its tokens', async () => {
	const fake = await open('one two three');
	await answer(await asked(fake, {text: 'one two three'}));
	expect(Object.fromEntries(rows())).toMatchObject({
		tokens: '3',
		perplexity: '2.00',
		'bits per token': '1.00',
		'ranked first': '33.3 %',
		'ranked in the first ten': '66.7 %',
	});
	// Each token in the colour of its band, and in words for those who see no colours.
	expect(all('.passage-text .token').map(({className}) => className)).toEqual([
		'token band-1',
		'token band-1',
		'token band-2',
	]);
	expect(all('.passage-text li')[2].getAttribute('aria-label')).toMatch(/three.*ranked 100th.*25.0.%.*2.00 bits/);
	expect(all('.word-list')[0].textContent).toMatch(/Least expected words.*three.*two.*one/);
	expect(all('.histogram li')[2].textContent).toContain('ranks 11 to 100: 1 token, 33.3');
	expect(said()).toContain('Low surprise is no proof that a machine wrote a text');
});

test('progress has numbers, can be cancelled, and the rest can be asked for again', async () => {
	const fake = await open('one two three');
	const question = await asked(fake, {});
	await act(() => {
		question.event({kind: 'scored', tokens: tokensOf('one two'), vocabSize: 50_257});
		question.event({kind: 'progress', phase: 'passage', done: 2, total: 3});
	});
	expect(said()).toMatch(/2 of 3 tokens/);
	await click('Cancel');
	expect(question.cancelled).toBe(true);
	await vi.waitFor(() => expect(said()).toContain('Stopped after 2 tokens.'));
	await click('Try again');
	expect(fake.engine.of('score')).toHaveLength(2);
});

test('a click on the chip of a text’s beginning scores the passage without it, another one with it', async () => {
	const fake = await open('one two three');
	const both = (
		<>
			<PromptEditor app={fake.app} />
			<PassageView app={fake.app} passage={fake.app.passage} />
		</>
	);
	await act(() => render(both, document.body));
	const first = await asked(fake, {});
	expect(first.params).not.toHaveProperty('addSpecialTokens');
	await answer(first);
	const beginning = [{id: 2, text: '<bos>'}];
	const classes = await vi.waitFor(() => fake.engine.last('classes'));
	await act(async () => classes.answer({...classesAnswer(['one']), beginning}));

	await click('<bos>');
	const bare = await asked(fake, {addSpecialTokens: false});
	expect(bare.params.text).toBe('one two three');
	await answer(bare);
	await click('<bos>');
	await vi.waitFor(() => expect(fake.engine.of('score')).toHaveLength(3));
	expect(fake.engine.last('score').params).toEqual(first.params);
});

test('an error replaces the answer and has a button that asks again', async () => {
	const fake = await open('text');
	const question = await asked(fake, {});
	await act(async () => question.fail('worker-lost', 'The engine stopped before it answered.'));
	expect(said()).toContain('The engine stopped before it answered.');
	await click('Try again');
	expect(fake.engine.of('score')).toHaveLength(2);
});

test('two texts are shown side by side', async () => {
	const fake = await open('one two');
	await answer(await asked(fake, {text: 'one two'}));
	await click('two texts');
	const field = document.querySelector('textarea')!;
	await act(() => {
		field.value = 'a b c d';
		field.dispatchEvent(new Event('input', {bubbles: true}));
	});
	await answer(await asked(fake, {text: 'a b c d'}));
	expect(all('.summary-table thead th').map(({textContent}) => textContent)).toEqual(['the passage', 'the other text']);
	expect(rows()[0]).toEqual(['tokens', '2', '4']);
});

test('two models are shown side by side on the same text', async () => {
	const fake = await open('one two');
	await answer(await asked(fake, {model: 'main'}));
	await click('two models');
	const second = await asked(fake, {model: 'draft'});
	expect(second.params.text).toBe('one two');
	await answer(second, 'small');
	expect(rows()[0]).toEqual(['tokens', '2', '2']);
});

test('any model that is kept can be the second one, and its export names it', async () => {
	const fake = await open('one two');
	await answer(await asked(fake, {model: 'main'}));
	await click('two models');
	const kept = (id: string) => ({id, name: `org/${id}`, memory: 6e8, damaged: false});
	const models = [kept('own'), kept('gpt2@1')] as never;
	const library = await vi.waitFor(() => fake.engine.last('library'));
	const state = {kind: 'library' as const, downloads: [], active: 'own', storage: {used: 0, quota: 1}};
	await act(() => library.event({...state, models}));
	const choice = document.querySelector<HTMLSelectElement>('.second-model select')!;
	expect([...choice.options].map(({value}) => value)).toEqual(['draft', 'gpt2@1']);
	await act(() => {
		choice.value = 'gpt2@1';
		choice.dispatchEvent(new Event('change', {bubbles: true}));
	});
	await answer(await asked(fake, {model: 'gpt2@1'}), 'org/gpt2');
	expect(all('.summary-table thead th').map(({textContent}) => textContent)).toContain('org/gpt2@1');

	// Once it is removed, what is always there takes its place.
	await act(() => library.event({...state, models: [kept('own')] as never}));
	expect(choice.value).toBe('draft');
});

test('a closed popup shows the same passage with its numbers again, without asking', async () => {
	const fake = await open('one two three');
	await answer(await asked(fake, {}));
	await act(() => render(null, document.body));
	apps.splice(0);
	fake.app.dispose();
	const again = await open(null, fake.session);
	await vi.waitFor(() => expect(rows()[0]).toEqual(['tokens', '3']));
	await new Promise(resolve => setTimeout(resolve, 0));
	expect(again.engine.of('score')).toHaveLength(0);
});

test('markup in a passage is text', async () => {
	const fake = await open('<img src=x onerror=alert(1)> <script>');
	await answer(await asked(fake, {}));
	expect(document.querySelector('img, .passage-text script')).toBeNull();
	expect(all('.passage-text')[0].textContent).toContain('<script>');
});

describe('a long passage', () => {
	const words = (count: number) => Array.from({length: count}, (_, i) => `w${i}`).join(' ');

	test('tokens are drawn when they come, and stay as they are while others do', async () => {
		const text = words(1800);
		const fake = await open(text);
		const question = await asked(fake, {});
		const tokens = tokensOf(text).map(token => ({...token, rank: 1, logProb: 0, corrected: 0}));
		const drawn = await drawnWhile('token', async () => {
			for (let from = 0; from < tokens.length; from += 60)
				await act(() => question.event({kind: 'scored', tokens: tokens.slice(from, from + 60), vocabSize: 50_257}));
		});
		expect(all('.passage-text .token')).toHaveLength(1800);
		expect(drawn).toBeLessThan(2 * 1800);
	});

	test('of more tokens than can be kept, that is said, and the next popup scores them again only when asked to', async () => {
		const text = words(4001);
		const fake = await open(text);
		await answer(await asked(fake, {}));
		expect(said()).toContain('they are gone when this page closes');
		await vi.waitFor(() => expect(fake.session.read('lens.popup.passage-first')).toBeTruthy());
		fake.app.dispose();
		const next = await open(null, fake.session);
		await vi.waitFor(() => expect(said()).toContain('the scores of its 4,001 tokens were too many to keep'));
		// As the view does by itself, once typing pauses.
		next.app.passage.first.ask(text, 'main');
		expect(next.engine.of('score')).toEqual([]);
		await click('Score it again');
		expect(next.engine.last('score').params.text).toBe(text);
	});
});
