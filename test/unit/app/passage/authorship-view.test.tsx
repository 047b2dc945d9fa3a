// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';
import chinese from '../../../../public/_locales/zh_CN/messages.json';
import {Authorship} from '../../../../src/app/views/passage/authorship/authorship.tsx';
import {loadReferences} from '../../../../src/app/views/passage/authorship/references.ts';
import type {Scored} from '../../../../src/app/views/passage/scoring.ts';
import type {MeasuredToken, ScoreAnswer, ScoredToken} from '../../../../src/protocol/engine.ts';
import {refuse} from '../../../../src/refusals/refusal.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n, speak} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);
afterEach(async () => {
	await act(() => render(null, document.body));
	installI18n();
});

const NO_VERDICT = 'This is no verdict, and never evidence against a person.';

/** A text of as many tokens, each of this rank and as many bits. */
const tokensOf = (count: number, rank: number, bits: number): MeasuredToken[] =>
	Array.from({length: count}, (_, id) => ({
		id,
		text: ' a',
		start: 2 * id,
		end: 2 * id + 2,
		rank,
		logProb: -bits * Math.LN2,
		corrected: -bits * Math.LN2,
		entropy: 1,
	}));

const passage = (tokens: readonly MeasuredToken[]): Scored => ({
	text: ' a'.repeat(tokens.length),
	model: 'main',
	tokens: tokens.map((token): ScoredToken => ({...token, top: []})),
	vocabSize: 50_257,
	totals: {model: 'gpt2-mini'} as ScoreAnswer,
	status: 'done',
});

const said = () => document.body.textContent.replaceAll('\u00a0', ' ');
const click = (name: string) =>
	act(() => {
		const found = [...document.querySelectorAll<HTMLElement>('button')].find(({textContent}) => textContent === name);
		if (!found) throw new Error(`There is nothing called ${name}.`);
		found.click();
	});
const rows = () =>
	[...document.querySelectorAll('.summary-table tbody tr')].map(row =>
		[...row.children].map(cell => cell.textContent.replaceAll('\u00a0', ' ')),
	);

async function open(scored: Scored, second: {ref: string; name: string} | null = null) {
	const engine = new FakeEngine();
	await act(() => render(<Authorship engine={engine} scored={scored} second={second} />, document.body));
	expect(said()).toBe('What can this say about who wrote it?');
	await act(() => {
		const details = document.querySelector('details')!;
		details.open = true;
		details.dispatchEvent(new Event('toggle'));
	});
	return engine;
}

/** Every human text costs 6 bits a token, every generated one 4 or, every second one, 5. */
async function answerAll(engine: FakeEngine) {
	const {human} = await loadReferences();
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(1));
	const asked = engine.last('measure');
	await act(async () => {
		for (const row of asked.params.rows.keys()) {
			const isHuman = row < human.length;
			const tokens = isHuman ? tokensOf(80, 50, 6) : tokensOf(70, 3, row % 2 ? 4 : 5);
			asked.event({kind: 'measured', row, tokens, refusal: null});
		}
		asked.answer({model: 'gpt2-mini', dtype: 'int8', contextLength: 1024, vocabSize: 50_257});
	});
	await vi.waitFor(() => expect(rows()).toHaveLength(2));
	return asked;
}

test('nothing is read before it is asked for, and what is said first is what this cannot say', async () => {
	const engine = await open(passage(tokensOf(100, 3, 5)));
	expect(said()).toContain(NO_VERDICT);
	expect(said()).toContain('what is written in a second language');
	expect(engine.asked).toEqual([]);
	await click('Compare with texts of which it is known');
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(1));
	const {human, generated} = await loadReferences();
	expect(engine.last('measure').params.rows.map(({text}) => text)).toEqual(
		[...human, ...generated].map(({text}) => text),
	);
});

test('a text lies among human and generated ones, with whom a limit there would flag', async () => {
	const engine = await open(passage(tokensOf(100, 3, 5)));
	await click('Compare with texts of which it is known');
	await answerAll(engine);
	// As many tokens of every text as the shortest has.
	expect(said()).toContain('The first 70 tokens of every text, by gpt2-mini');
	expect(rows()[0]).toEqual([
		'perplexity',
		'32.0',
		'64.0 (64.0 to 64.0)',
		expect.stringMatching(/ \(16\.0 to 32\.0\)$/),
	]);
	expect(rows()[1].slice(0, 3)).toEqual(['ranked in the first ten', '100 %', '0 % (0 % to 0 %)']);
	expect(said()).toMatch(
		/perplexity: a limit at this value would flag 0 of 39 human texts \(0 % to 8\.97 %.* and 39 of 39 generated/,
	);
	expect(document.querySelectorAll('.histogram')).toHaveLength(3);
	expect(said().split(NO_VERDICT)).toHaveLength(3);
	expect(said()).toContain('seeds 1, 6, 11');
	expect(said()).toMatch(/openstax\/\S+, CC BY 4\.0/);
	expect(said()).not.toMatch(/\bAI\b|\bscore\b|out of 100/i);
});

test('with two models there is Binoculars, of the same tokens', async () => {
	const engine = await open(passage(tokensOf(100, 3, 5)), {ref: 'draft', name: ''});
	await click('Compare with texts of which it is known');
	await answerAll(engine);
	await click('Compare what both models expect (Binoculars)');
	await vi.waitFor(() => expect(engine.of('binoculars')).toHaveLength(1));
	const asked = engine.last('binoculars');
	expect(asked.params).toMatchObject({most: 70, model: 'draft'});
	await act(async () => {
		for (const row of asked.params.texts.keys())
			asked.event({kind: 'crossed', row, tokens: 70, logProb: row === 0 ? -90 : -100, crossEntropy: 100});
		asked.answer({first: 'gpt2-mini', second: 'its first blocks'});
	});
	await vi.waitFor(() => expect(rows()).toHaveLength(3));
	expect(rows()[2]).toEqual(['Binoculars', '0.900', '1.00 (1.00 to 1.00)', '1.00 (1.00 to 1.00)']);
	expect(said()).toContain('log-perplexity of gpt2-mini over the cross-entropy of gpt2-mini and its first blocks');
});

test('the ratio of another second model is asked for anew', async () => {
	const scored = passage(tokensOf(100, 3, 5));
	const engine = await open(scored, {ref: 'draft', name: ''});
	await click('Compare with texts of which it is known');
	await answerAll(engine);
	const cross = async (times: number, logProb: number) => {
		await click('Compare what both models expect (Binoculars)');
		await vi.waitFor(() => expect(engine.of('binoculars')).toHaveLength(times));
		const asked = engine.last('binoculars');
		await act(async () => {
			for (const row of asked.params.texts.keys())
				asked.event({kind: 'crossed', row, tokens: 70, logProb, crossEntropy: 100});
			asked.answer({first: 'gpt2-mini', second: String(asked.params.model)});
		});
		await vi.waitFor(() => expect(rows()).toHaveLength(3));
		return rows()[2][1];
	};
	const choose = (second: {ref: string; name: string} | null) =>
		act(() => render(<Authorship engine={engine} scored={scored} second={second} />, document.body));
	expect(await cross(1, -90)).toBe('0.900');
	await choose({ref: 'org/other', name: 'org/other'});
	expect(rows()).toHaveLength(2);
	expect(await cross(2, -80)).toBe('0.800');
	expect(said()).toContain('the cross-entropy of gpt2-mini and org/other');
	await choose(null);
	expect(rows()).toHaveLength(2);
});

test('a model whose context is too short for the reference texts compares nothing, and says so', async () => {
	const engine = await open(passage(tokensOf(100, 3, 5)));
	await click('Compare with texts of which it is known');
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(1));
	const refusal = refuse('too-long', {length: 1103, context: 64});
	await act(() => engine.last('measure').event({kind: 'measured', row: 0, tokens: [], refusal}));
	expect(engine.last('measure').cancelled).toBe(true);
	expect(said()).toContain('The texts to compare with are longer than this model’s context.');
	expect(rows()).toEqual([]);
	expect(document.querySelector('.authorship button')).toBeNull();
});

test('reading says how far it is, stops when it is told to or closed, and a failure is said', async () => {
	const engine = await open(passage(tokensOf(100, 3, 5)));
	await click('Compare with texts of which it is known');
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(1));
	await act(() => engine.last('measure').event({kind: 'measured', row: 0, tokens: tokensOf(80, 1, 1), refusal: null}));
	expect(said()).toContain('1 of 78 texts read');
	await click('Cancel');
	expect(engine.last('measure').cancelled).toBe(true);
	await click('Compare with texts of which it is known');
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(2));
	await act(async () => engine.last('measure').fail('worker-lost', 'The engine stopped.'));
	await vi.waitFor(() => expect(said()).toContain('The engine stopped.'));
	await click('Compare with texts of which it is known');
	await vi.waitFor(() => expect(engine.of('measure')).toHaveLength(3));
	await act(() => {
		const details = document.querySelector('details')!;
		details.open = false;
		details.dispatchEvent(new Event('toggle'));
	});
	expect(engine.last('measure').cancelled).toBe(true);
});

test('of a short text nothing is said, in Chinese too', async () => {
	const engine = await open(passage(tokensOf(49, 3, 5)));
	expect(said()).toContain('The text has 49 tokens. Below 50, nothing can be said.');
	expect(engine.asked).toEqual([]);
	await act(() => render(null, document.body));
	speak(chinese);
	await act(() =>
		render(<Authorship engine={engine} scored={passage(tokensOf(9, 3, 5))} second={null} />, document.body),
	);
	await act(() => {
		const details = document.querySelector('details')!;
		details.open = true;
		details.dispatchEvent(new Event('toggle'));
	});
	expect(said()).toContain('这不是结论，更不能作为指控任何人的证据。');
});
