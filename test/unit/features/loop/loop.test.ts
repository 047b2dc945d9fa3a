import {afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {PACES} from '../../../../src/features/loop/loop.ts';
import {promptKey, promptOf, tokensSince} from '../../../../src/features/prompt/prompt.ts';
import {withRecent} from '../../../../src/features/prompt/recent-prompts.ts';
import type {DrawAnswer} from '../../../../src/protocol/questions/draw.ts';
import type {Generation} from '../../../../src/protocol/values/generation.ts';
import {type FakeApp, openApp, withGeneration} from '../../../helpers/fake-app.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

/** The loop without its face: what a step asks, when its class joins the prompt, and what ends the playing. */

beforeAll(installI18n);
beforeEach(() => {
	vi.useFakeTimers();
});
const apps: FakeApp[] = [];
afterEach(() => {
	for (const {app} of apps.splice(0)) app.dispose();
	vi.useRealTimers();
});

// A timer that is set while others run fires a millisecond later.
const settle = () => vi.advanceTimersByTimeAsync(1);

async function open(text = 'lived a', generation: Partial<Generation> = {}) {
	const fake = await openApp();
	apps.push(fake);
	const {settings} = fake.app;
	settings.save(withGeneration(settings.settings.value, generation));
	const inbox = {text, source: null, view: 'classes' as const, at: 1};
	await settleOpening(fake.app, {takeInbox: async () => inbox, selection: async () => null});
	await answerClasses(fake);
	return fake;
}

async function answerClasses({engine}: FakeApp) {
	await settle();
	const {answer, params} = engine.last('classes');
	const read = classesAnswer(['lived', ' a']);
	answer({...read, tokens: [...read.tokens, ...params.prompt.appended]});
	await settle();
}

const answerOf = (text: string, changes: Partial<DrawAnswer> = {}): DrawAnswer => ({
	id: text.length,
	text,
	number: 0.3,
	start: 0,
	samplingProbability: 0.6,
	samplingRank: 1,
	rank: 1,
	end: false,
	...changes,
});

async function draw(fake: FakeApp, answer = answerOf(' man')) {
	await settle();
	fake.engine.last('draw').answer(answer);
	await settle();
}

/** A whole step, until its class is in the prompt and the next classes are there. */
async function wholeStep(fake: FakeApp, answer?: DrawAnswer) {
	void fake.app.loop.step();
	await draw(fake, answer);
	await vi.advanceTimersByTimeAsync(PACES.slow);
	await answerClasses(fake);
}

const chosen = ({app}: FakeApp) => app.prompt.prompt.value.appended.map(({text}) => text);

describe('a step', () => {
	test('shows the distribution that is drawn from, then the draw, then appends its class', async () => {
		const fake = await open();
		const {loop} = fake.app;
		expect(loop.distribution.value).toBe('model');
		void loop.step();
		await settle();
		expect(loop.distribution.value).toBe('sampling');
		await draw(fake);
		expect(loop.drawn.value).toMatchObject({text: ' man', number: 0.3, appended: false});
		expect(chosen(fake)).toEqual([]);
		await vi.advanceTimersByTimeAsync(PACES.normal);
		expect(chosen(fake)).toEqual([' man']);
		expect(loop.drawn.value?.appended).toBe(true);
	});

	test('keeps the rank of its class', async () => {
		const fake = await open();
		await wholeStep(fake, answerOf(' man', {rank: 120}));
		expect(fake.app.prompt.prompt.value.appended[0].rank).toBe(120);
	});

	test('after step takes the next number of the same seed; a choice by hand or an undo starts another run', async () => {
		const fake = await open();
		const asked = () => fake.engine.of('draw').map(({params}) => [params.index, params.prompt.generated ?? 0]);
		await wholeStep(fake);
		await wholeStep(fake);
		expect(asked()).toEqual([
			[0, 0],
			[1, 1],
		]);
		const [first, second] = fake.engine.of('draw').map(({params}) => params.generation.seed);
		expect(second).toBe(first);
		fake.app.prompt.append({id: 9, text: ' x'});
		await answerClasses(fake);
		await wholeStep(fake);
		fake.app.prompt.undo();
		await answerClasses(fake);
		await wholeStep(fake);
		expect(asked().slice(2)).toEqual([
			[0, 0],
			[0, 0],
		]);
	});

	test('takes the fixed seed where one is fixed', async () => {
		const fake = await open();
		const {settings} = fake.app;
		settings.save({...withGeneration(settings.settings.value, {seed: 77}), seedMode: 'fixed'});
		await wholeStep(fake);
		expect(fake.engine.last('draw').params.generation.seed).toBe(77);
	});

	test('asked for again while its draw is shown, appends it at once', async () => {
		const fake = await open();
		void fake.app.loop.step();
		await draw(fake);
		void fake.app.loop.step();
		await settle();
		expect(chosen(fake)).toEqual([' man']);
	});

	test('is given up when the prompt is edited meanwhile', async () => {
		const fake = await open();
		void fake.app.loop.step();
		await draw(fake);
		fake.app.prompt.edit('something else');
		await vi.advanceTimersByTimeAsync(PACES.slow);
		expect(fake.app.prompt.prompt.value).toMatchObject({text: 'something else', appended: []});
		expect(fake.app.loop.drawn.value).toBeNull();
	});

	test.each([
		['beam', {doSample: false, numReturnSequences: 1, numBeams: 4}],
		['speculative', {doSample: false, numReturnSequences: 1, numAssistantTokens: 4}],
	] as const)('of %s search is none: the strategy is told, and nothing is drawn', async (strategy, generation) => {
		const fake = await open('lived a', generation);
		await fake.app.loop.step();
		expect(fake.app.loop.refused.value).toBe(strategy);
		expect(fake.engine.of('draw')).toEqual([]);
	});

	test('that fails says why, and can be taken again', async () => {
		const fake = await open();
		void fake.app.loop.step();
		await settle();
		fake.engine.last('draw').fail('worker-lost', 'The engine stopped.');
		await settle();
		expect(fake.app.loop.error.value?.message).toBe('The engine stopped.');
		await wholeStep(fake);
		expect(chosen(fake)).toEqual([' man']);
	});
});

describe('playing', () => {
	/** Answers the next `count` questions of a playing loop. */
	async function playOn(fake: FakeApp, answers: DrawAnswer[]) {
		for (const answer of answers) {
			await draw(fake, answer);
			await vi.advanceTimersByTimeAsync(PACES.normal);
			if (fake.app.classes.running.value) await answerClasses(fake);
		}
	}

	test('steps until the length that the settings allow', async () => {
		const fake = await open('lived a', {maxNewTokens: 3});
		fake.app.loop.play();
		await playOn(fake, [answerOf(' a'), answerOf(' bb'), answerOf(' ccc')]);
		expect(chosen(fake)).toEqual([' a', ' bb', ' ccc']);
		expect(fake.app.loop.playing.value).toBe(false);
		expect(fake.app.loop.ended.value).toBe('length');
	});

	test('ends at <|endoftext|> and at a stop string across tokens', async () => {
		const fake = await open('lived a', {stopStrings: ['b c']});
		fake.app.loop.play();
		await playOn(fake, [answerOf(' b'), answerOf(' cd')]);
		expect(fake.app.loop.ended.value).toBe('stop-string');
		fake.app.loop.play();
		await answerClasses(fake);
		await playOn(fake, [answerOf('<|endoftext|>', {end: true})]);
		expect(fake.app.loop.ended.value).toBe('end-of-text');
		expect(fake.app.loop.playing.value).toBe(false);
	});

	test('pauses after the draw that is shown', async () => {
		const fake = await open();
		fake.app.loop.play();
		await draw(fake);
		fake.app.loop.pause();
		await vi.advanceTimersByTimeAsync(PACES.slow);
		await answerClasses(fake);
		await settle();
		expect(chosen(fake)).toEqual([' man']);
		expect(fake.engine.of('draw')).toHaveLength(1);
	});

	test('ends when somebody else changes the prompt', async () => {
		const fake = await open();
		fake.app.loop.play();
		await draw(fake);
		fake.app.prompt.append({id: 9, text: ' mine'});
		await answerClasses(fake);
		await vi.advanceTimersByTimeAsync(PACES.slow);
		expect(fake.app.loop.playing.value).toBe(false);
		expect(chosen(fake)).toEqual([' mine']);
	});
});

describe('the tokens of a prompt', () => {
	const tokens = [
		{id: 1, text: 'lived'},
		{id: 2, text: ' a'},
	];
	const grown = (...ids: number[]) => ({...promptOf('lived a'), appended: ids.map(id => ({id, text: `${id}`}))});

	test('are known at once when classes are appended or taken back', () => {
		const ids = (prompt: ReturnType<typeof grown>, answered: ReturnType<typeof grown>) =>
			tokensSince(prompt, promptKey(answered), [...tokens, ...answered.appended])?.map(({id}) => id);
		expect(ids(grown(7), grown())).toEqual([1, 2, 7]);
		expect(ids(grown(7, 8), grown(7))).toEqual([1, 2, 7, 8]);
		expect(ids(grown(7), grown(7, 8))).toEqual([1, 2, 7]);
		expect(ids(grown(7, 9), grown(7, 8))).toEqual([1, 2, 7, 9]);
		expect(ids({...grown(7), generated: 1}, grown())).toEqual([1, 2, 7]);
	});

	test('are not known once the text itself has changed', () => {
		expect(tokensSince(promptOf('lived an'), promptKey(promptOf('lived a')), tokens)).toBeNull();
	});
});

describe('recent prompts', () => {
	test('a prompt that grows stays one; another is put before it, the same one only once', () => {
		let texts: readonly string[] = [];
		for (const text of ['Once', 'Once upon', 'Once upon a time', 'My', 'My favourite', 'Once upon a time']) {
			texts = withRecent(texts, text);
		}
		expect(texts).toEqual(['Once upon a time', 'My favourite']);
	});

	test('an empty text, or one that is too long to keep, is left out', () => {
		expect(withRecent(['a'], '  ')).toEqual(['a']);
		expect(withRecent(['a'], 'x'.repeat(5000))).toEqual(['a']);
	});

	test('examples are nobody’s own', async () => {
		const fake = await open('mine');
		fake.app.prompt.replace('an example', 'example');
		expect(fake.app.recent.texts.value).toEqual(['mine']);
	});
});
