import {describe, expect, it} from 'vitest';
import {FULL, titles} from '../cases.ts';
import type {ContenderName, Measured} from '../contract.ts';
import {Measurements} from '../measurements.ts';
import {markdown} from '../report.ts';
import {aimsOf} from '../weights-aims.ts';
import type {WeightsResult} from '../weights-part.ts';
import {weightsReport} from '../weights-report.ts';

const sample: Measured = {times: {whole: 1}, heapBytes: 299e6, answer: 2};

/** Rounds of made-up times. @param times by title and contender. */
function result(
	times: Record<string, Partial<Record<ContenderName, number[]>>>,
	others: Partial<WeightsResult> = {},
): WeightsResult {
	const measurements = new Measurements();
	for (const [title, byContender] of Object.entries(times)) {
		for (const [contender, rounds] of Object.entries(byContender)) {
			for (const ms of rounds) measurements.add(title, contender as ContenderName, sample, ms);
		}
	}

	return {
		name: 'small',
		sizes: FULL,
		threads: 2,
		measurements,
		firstSeconds: {ours: {perSecond: [0, 9], rightAfterMs: 20, steadyMs: 10}},
		fileBytes: {ours: 1e6, transformers: 2e6, wllama: 3e6, native: 1e6},
		openedHeapBytes: {ours: 1e8},
		peakBytes: {},
		agreement: {wllama: {same: 7, of: 8}},
		bound: {bytes: 4e6, bytesPerPosition: 1e6 / 512, bytesPerSecond: 1e9},
		nativeAbsent: null,
		largestLogitDifference: 0,
		byThreads: [
			{threads: 1, token: 20, prefill: 3000},
			{threads: 2, token: 10, prefill: 2000},
		],
		...others,
	};
}

const aimed = (times: Parameters<typeof result>[0], id: string, others: Partial<WeightsResult> = {}) =>
	aimsOf(result(times, others)).find(aim => aim.id === `small-aim-${id}`)!;

describe('the aims', () => {
	it('ask for so many times the speed of another', () => {
		const token = (theirs: number) => aimed({[titles.token(512)]: {ours: [10], generate: [theirs]}}, 'token');
		expect(token(80)).toMatchObject({measured: '8.00×', met: true});
		expect(token(79)).toMatchObject({met: false});
	});

	it('allow so many times what reading weights and cache takes', () => {
		const bound = (ours: number) => aimed({[titles.token(512)]: {ours: [ours]}}, 'bound');
		expect(bound(10)).toMatchObject({measured: '2.00×', met: true});
		expect(bound(11)).toMatchObject({met: false});
	});

	it('are for memory, for the first seconds, and for the same bits too', () => {
		expect(aimed({}, 'memory', {peakBytes: {ours: 349e6}})).toMatchObject({measured: '349 MB', met: true});
		expect(aimed({}, 'memory', {peakBytes: {ours: 350e6}})).toMatchObject({met: false});
		expect(aimed({}, 'seconds')).toMatchObject({measured: '2.00×', met: false});
		expect(aimed({}, 'same')).toMatchObject({measured: '0', met: true});
		expect(aimed({}, 'same', {largestLogitDifference: 1e-9})).toMatchObject({measured: '1e-9', met: false});
	});

	it('are neither met nor missed where nothing was measured', () => {
		expect(aimed({}, 'token')).toMatchObject({measured: '–', met: null});
	});
});

describe('the tables', () => {
	const {tables} = weightsReport(
		result({
			[titles.token(512)]: {ours: [10, 20], generate: [20, 60], 'ours-forward': [9], forward: [18]},
			[titles.score(1000)]: {ours: [1000], library: [2500], loops: [2000]},
		}),
	);
	const rowsOf = (id: string) => markdown(tables.find(table => table.id === id)!).replace(/ {2,}/g, ' ');

	it('give every contender’s time, and how many times ours it is', () => {
		expect(rowsOf('small-users')).toContain('| a token at 512 | 15.0 ms | 40.0 ms (2.50×) | – | – | – | 5.0 ms |');
		expect(rowsOf('small-users')).toContain('| 1,000 tokens scored | 1000 ms | 2500 ms (2.50×) |');
	});

	it('compare the forward passes, and say what more threads bring', () => {
		expect(rowsOf('small-forward')).toContain('| a token at 512 | 9.0 ms | 18.0 ms (2.00×) |');
		expect(rowsOf('small-forward')).toContain('| 1,000 tokens scored | 1000 ms | 2000 ms (2.00×) |');
		expect(rowsOf('small-threads')).toContain('| 2 | 10.0 ms (2.00×) | 2000 ms (1.50×) |');
	});

	it('say what memory is taken, and whether all compute the same', () => {
		expect(rowsOf('small-memory')).toContain('| wllama | 3.0 MB | – | – | – | 7 of 8 | – |');
		expect(rowsOf('small-seconds')).toContain('| ours | 0 | 9 | 20.0 ms | 10.0 ms | 2.00× |');
	});
});
