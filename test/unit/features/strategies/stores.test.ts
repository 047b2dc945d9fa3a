import {computed, type Signal, signal} from '@preact/signals';
import {beforeEach, describe, expect, it} from 'vitest';
import {EngineRequestError} from '../../../../src/client/engine-client.ts';
import {setValue, typeText} from '../../../../src/client/settings/draft.ts';
import {DEFAULT_SETTINGS, type Settings} from '../../../../src/client/settings/settings.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {promptOf} from '../../../../src/features/prompt/prompt.ts';
import {openSession, type SessionStorage} from '../../../../src/features/prompt/session.ts';
import {type BranchesStore, createBranchesStore} from '../../../../src/features/strategies/branches.ts';
import {createStrategyRuns, type StrategyRuns} from '../../../../src/features/strategies/runs.ts';
import {branchOf} from '../../../../src/features/strategies/tree.ts';
import type {GenerateAnswer} from '../../../../src/protocol/questions/generate.ts';
import type {EventOf, Params} from '../../../../src/protocol/questions.ts';
import type {ClassRow} from '../../../../src/protocol/values/token.ts';
import {token, tokens} from './fixtures.ts';

/** An engine that is asked, streams and answers when the test says so. */
function fakeEngine() {
	const asked: {
		params: Params<'generate'>;
		aborted(): boolean;
		stream(event: EventOf<'generate'>): void;
		answer(ids: readonly number[], fields?: Partial<GenerateAnswer>): Promise<void>;
		fail(message: string): Promise<void>;
	}[] = [];
	const settled = () => new Promise<void>(resolve => setTimeout(resolve));
	const request = (
		_: string,
		params: Params<'generate'>,
		options: {signal: AbortSignal; onEvent(event: unknown): void},
	) =>
		new Promise((resolve, reject) => {
			options.signal.addEventListener('abort', () => reject(new EngineRequestError('cancelled', 'Cancelled.')));
			asked.push({
				params,
				aborted: () => options.signal.aborted,
				stream: event => options.onEvent(event),
				answer(ids, fields = {}) {
					const continuation = {
						tokens: tokens(...ids),
						text: '',
						finishReason: 'length',
						logProb: -ids.length,
						beamScore: null,
					};
					resolve({continuations: [continuation], dropped: 0, trace: null, decodeMilliseconds: 100, ...fields});
					return settled();
				},
				fail(message) {
					reject(new EngineRequestError('out-of-memory', message));
					return settled();
				},
			});
		});
	return {asked, engine: {request: request as never}, settled};
}

function memory(): SessionStorage {
	const stored: Record<string, unknown> = {};
	return {
		get: async () => structuredClone(stored),
		set: async (items: Record<string, unknown>) => void Object.assign(stored, structuredClone(items)),
	} as unknown as SessionStorage;
}

const streamed = (...ids: number[]): EventOf<'generate'> => ({
	kind: 'tokens',
	tokens: ids.map(id => ({branch: 0, token: token(id)})),
});

let area: SessionStorage;
let stage: ReturnType<typeof fakeEngine>;
beforeEach(() => {
	area = memory();
	stage = fakeEngine();
});

describe('runs of strategies', () => {
	let text: Signal<string>;
	let settings: Signal<Settings>;
	let runs: StrategyRuns;
	let flush: () => void;

	async function open() {
		const session = await openSession('popup', area);
		const prompt = {prompt: computed(() => promptOf(text.value)), key: computed(() => text.value)};
		runs = createStrategyRuns({...stage, session, prompt, settings, ready: signal(true), freshSeed: () => 77});
		flush = session.flush;
	}
	beforeEach(async () => {
		text = signal('Once');
		settings = signal(DEFAULT_SETTINGS);
		await open();
	});
	const runOf = (id: number) => runs.picks.value.find(pick => pick.id === id)?.run;
	const statuses = () => runs.picks.value.map(({run}) => run?.status);

	it('runs the classic four first, one by one, on one prompt and one seed', async () => {
		expect(runs.picks.value.map(({preset}) => preset)).toEqual(['greedy', 'ancestral', 'nucleus', 'beam']);
		runs.start();
		expect(stage.asked).toHaveLength(1);
		expect(statuses()).toEqual(['running', 'waiting', 'waiting', 'waiting']);
		for (let i = 0; i < 4; i++) await stage.asked[i].answer([1, 2]);
		expect(statuses()).toEqual(['done', 'done', 'done', 'done']);
		expect(runs.running.value).toBe(false);
		expect(stage.asked.map(({params}) => params.prompt.text)).toEqual(['Once', 'Once', 'Once', 'Once']);
		expect(new Set(stage.asked.map(({params}) => params.generation.seed))).toEqual(new Set([77]));
		expect(stage.asked.map(({params}) => params.generation)).toMatchObject([
			{doSample: false, numBeams: 1},
			{doSample: true, topP: 1, topK: 0, temperature: 1, numReturnSequences: 1},
			{doSample: true, topP: 0.9},
			{doSample: false, numBeams: 4},
		]);
	});

	it('takes length and stop strings from the settings, and a fixed seed', () => {
		settings.value = {...DEFAULT_SETTINGS, maxNewTokens: 7, stopStrings: ['.'], seed: 5, seedMode: 'fixed'};
		runs.start();
		expect(stage.asked[0].params.generation).toMatchObject({maxNewTokens: 7, stopStrings: ['.'], seed: 5});
	});

	it('stops the one that runs and those that wait', async () => {
		runs.start();
		await stage.asked[0].answer([1]);
		runs.stop();
		expect(stage.asked[1].aborted()).toBe(true);
		expect(statuses()).toEqual(['done', 'stopped', 'stopped', 'stopped']);
		await stage.settled();
		expect(statuses()).toEqual(['done', 'stopped', 'stopped', 'stopped']);
	});

	it('goes on after one that failed, and says why it did', async () => {
		runs.start();
		await stage.asked[0].fail('Too many beams.');
		expect(runOf(0)).toMatchObject({status: 'failed', error: 'Too many beams.'});
		expect(statuses()[1]).toBe('running');
	});

	it('shows tokens as they come', () => {
		runs.start();
		stage.asked[0].stream(streamed(1, 2));
		stage.asked[0].stream(streamed(3));
		expect(runs.live.value.get(0)?.tokens.map(({id}) => id)).toEqual([1, 2, 3]);
	});

	it('runs an edited pick as edited, and as last allowed while the edit is refused', () => {
		runs.edit(0, setValue(runs.draftOf(0), 'repetitionPenalty', 1.3));
		runs.edit(0, typeText(runs.draftOf(0), 'noRepeatNgramSize', 'many'));
		expect(runs.draftOf(0).typed.noRepeatNgramSize).toBe('many');
		runs.start();
		expect(stage.asked[0].params.generation).toMatchObject({repetitionPenalty: 1.3, noRepeatNgramSize: 0});
	});

	it('can compare a strategy with itself, and lets go of a pick with its run', async () => {
		runs.duplicate(2);
		expect(runs.picks.value.map(({preset}) => preset)).toEqual(['greedy', 'ancestral', 'nucleus', 'nucleus', 'beam']);
		runs.start();
		await stage.asked[0].answer([1]);
		runs.toggle('greedy');
		expect(runOf(0)).toBeUndefined();
		runs.toggle('greedy');
		expect(runs.picks.value[0].preset).toBe('greedy');
		// A new pick never inherits the run of one that went.
		expect(runs.picks.value[0].run).toBeNull();
	});

	it('computes no strategy that was removed, whether it waited or ran', async () => {
		runs.start();
		runs.toggle('ancestral');
		runs.toggle('greedy');
		await stage.settled();
		expect(stage.asked[0].aborted()).toBe(true);
		expect(stage.asked).toHaveLength(2);
		expect(stage.asked[1].params.generation).toMatchObject({topP: 0.9});
	});

	it('repeats a run that the closing page cut short, with the same prompt and seed', async () => {
		runs.start();
		await stage.asked[0].answer([1, 2]);
		flush();
		runs.dispose();
		const before = stage.asked[1].params;
		stage = fakeEngine();
		text.value = 'Something else';
		await open();
		expect(runOf(0)).toMatchObject({status: 'done', answer: {continuations: [{tokens: [{id: 1}, {id: 2}]}]}});
		expect(stage.asked.map(({params}) => params)).toEqual([before]);
	});
});

describe('branches', () => {
	let branches: BranchesStore;
	let flush: () => void;
	async function open() {
		const session = await openSession('popup', area);
		branches = createBranchesStore({...stage, session, ready: signal(true)});
		flush = session.flush;
	}
	beforeEach(open);

	const root = {
		title: 'Sampling',
		prompt: {text: 'Once', appended: []},
		generation: {...DEFAULT_GENERATION, seed: 3},
		tokens: tokens(1, 2, 3),
		finishReason: 'length' as const,
	};
	const row = (id: number, logit: number, probability: number, text = ` c${id}`): ClassRow => ({
		id,
		text,
		rank: id,
		logit,
		probability,
		samplingRank: id,
		samplingProbability: 0,
		kept: false,
		end: false,
	});
	const model = [row(1, 10, 0.5), row(9, 8, 0.5 * Math.exp(-2))];
	const ids = (id: number) => branchOf(branches.tree.value!, id).tokens.map(token => token.id);

	it('keep how much of the text was left out to make room for them', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		await stage.asked[0].answer([20], {dropped: 7});
		expect(branchOf(branches.tree.value!, 1).dropped).toBe(7);
		flush();
		await open();
		expect(branchOf(branches.tree.value!, 1).dropped).toBe(7);
	});

	it('grow from the class a person chose, with the settings of the root', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		expect(stage.asked[0].params).toMatchObject({
			prompt: {text: 'Once', appended: [{id: 1}, {id: 9}]},
			generation: {seed: 3, doSample: true, numReturnSequences: 1},
		});
		stage.asked[0].stream(streamed(20));
		expect(ids(1)).toEqual([1, 9, 20]);
		await stage.asked[0].answer([20, 21]);
		expect(ids(1)).toEqual([1, 9, 20, 21]);
		expect(branchOf(branches.tree.value!, 1).finishReason).toBe('length');
	});

	it('have as many tokens as the settings allow, with the chosen class', () => {
		branches.open({...root, generation: {...root.generation, maxNewTokens: 4, minNewTokens: 2}});
		branches.choose(0, model[1], {model});
		expect(stage.asked[0].params.generation).toMatchObject({maxNewTokens: 3, minNewTokens: 1});
		branches.open({...root, generation: {...root.generation, maxNewTokens: 1}});
		branches.choose(0, model[1], {model});
		expect(stage.asked).toHaveLength(1);
		expect(branchOf(branches.tree.value!, 1)).toMatchObject({finishReason: 'length', tokens: [{id: 9}]});
	});

	it('know the probability of a chosen class, however small', () => {
		branches.open(root);
		branches.choose(1, row(9, -990, 0), {model});
		const [, chosen] = branchOf(branches.tree.value!, 1).tokens;
		expect(chosen.logProb).toBeCloseTo(Math.log(0.5) - 1000, 9);
		expect(chosen.top.map(({id}) => id)).toEqual([1, 9]);
	});

	it('end where <|endoftext|> is chosen', () => {
		branches.open(root);
		branches.choose(1, {...row(50256, 1, 0.1), end: true}, {model});
		expect(stage.asked).toHaveLength(0);
		expect(branchOf(branches.tree.value!, 1).finishReason).toBe('end-of-text');
	});

	it('are stopped by another one, and can grow again from the start', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		stage.asked[0].stream(streamed(20));
		branches.select(0);
		branches.choose(2, model[1], {model});
		expect(stage.asked[0].aborted()).toBe(true);
		expect(branchOf(branches.tree.value!, 1)).toMatchObject({finishReason: 'stopped'});
		expect(ids(1)).toEqual([1, 9, 20]);
		await stage.asked[1].answer([30]);
		branches.regrow(1);
		await stage.asked[2].answer([20, 21]);
		expect(ids(1)).toEqual([1, 9, 20, 21]);
		expect(ids(2)).toEqual([1, 2, 9, 30]);
	});

	it('say why one could not grow', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		await stage.asked[0].fail('No memory.');
		expect(branches.error.value).toEqual({id: 1, message: 'No memory.'});
		expect(branchOf(branches.tree.value!, 1).finishReason).toBe('stopped');
	});

	it('stay when the same continuation is opened again, and go with another', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		await stage.asked[0].answer([20]);
		branches.open(root);
		expect(branches.tree.value?.branches).toHaveLength(2);
		expect(branches.tree.value?.selected).toBe(0);
		branches.open({...root, tokens: tokens(4)});
		expect(branches.tree.value?.branches).toHaveLength(1);
	});

	it('are there again when the page opens, and an unfinished one goes on', async () => {
		branches.open(root);
		branches.choose(1, model[1], {model});
		stage.asked[0].stream(streamed(20));
		flush();
		branches.dispose();
		stage = fakeEngine();
		await open();
		expect(stage.asked[0].params.prompt).toMatchObject({text: 'Once', appended: [{id: 1}, {id: 9}]});
		await stage.asked[0].answer([20, 21]);
		expect(ids(1)).toEqual([1, 9, 20, 21]);
	});
});
