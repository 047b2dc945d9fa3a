import {describe, expect, it} from 'vitest';
import {FULL, titles} from '../../../scripts/bench/cases.ts';
import type {ContenderName, Measured} from '../../../scripts/bench/contract.ts';
import {Measurements} from '../../../scripts/bench/measurements.ts';
import {markdown} from '../../../scripts/bench/report.ts';
import {aimsOf} from '../../../scripts/bench/weights-aims.ts';
import type {WeightsResult} from '../../../scripts/bench/weights-part.ts';
import {weightsReport} from '../../../scripts/bench/weights-report.ts';

const sample = (out: number, heapBytes: number): Measured => ({
	times: {whole: 1},
	traffic: {out, in: 0},
	heapBytes,
	answer: 2,
});

/** Rounds of made-up times. @param times by title and contender. */
function result(times: Record<string, Partial<Record<ContenderName, number[]>>>): WeightsResult {
	const measurements = new Measurements();
	for (const [title, byContender] of Object.entries(times)) {
		for (const [contender, rounds] of Object.entries(byContender)) {
			const ours = contender.startsWith('ours');
			for (const ms of rounds) measurements.add(title, contender as ContenderName, sample(ours ? 5 : 100, 299e6), ms);
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
		bound: {bytes: 5e6, bytesPerSecond: 1e9},
		nativeAbsent: null,
	};
}

const aimed = (times: Parameters<typeof result>[0], id: string) =>
	aimsOf(result(times)).find(aim => aim.id === `small-aim-${id}`)!;

describe('the aims', () => {
	it('ask for so many times the speed of another', () => {
		const token = (theirs: number) => aimed({[titles.token(512)]: {ours: [10], generate: [theirs]}}, 'token');
		expect(token(25)).toMatchObject({measured: '2.50×', met: true});
		expect(token(24)).toMatchObject({met: false});
	});

	it('allow so many times the time of the native engine, or of a shorter context', () => {
		const native = (ours: number) => aimed({[titles.token(512)]: {ours: [ours], native: [10]}}, 'native');
		expect(native(20)).toMatchObject({measured: '2.00×', met: true});
		expect(native(21)).toMatchObject({met: false});
		const long = {[titles.token(32)]: {ours: [10]}, [titles.token(990)]: {ours: [14]}};
		expect(aimed(long, 'long')).toMatchObject({measured: '1.40×', met: false});
	});

	it('are for bytes, memory and the first seconds too', () => {
		const scored = {[titles.score(1000)]: {ours: [1], library: [1]}};
		expect(aimed(scored, 'bytes')).toMatchObject({measured: '5.0 %', met: true});
		expect(aimed(scored, 'heap')).toMatchObject({measured: '299 MB', met: true});
		expect(aimed({}, 'seconds')).toMatchObject({measured: '2.00×', met: false});
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

	it('compare the forward passes, and the bytes that cross', () => {
		expect(rowsOf('small-forward')).toContain('| a token at 512 | 9.0 ms | 18.0 ms (2.00×) | 0.0 MB | 5.0 % |');
		expect(rowsOf('small-forward')).toContain('| 1,000 tokens scored | 1000 ms | 2000 ms (2.00×) |');
	});

	it('say what memory is taken, and whether all compute the same', () => {
		expect(rowsOf('small-memory')).toContain('| wllama | 3.0 MB | – | – | – | 7 of 8 | – |');
		expect(rowsOf('small-seconds')).toContain('| ours | 0 | 9 | 20.0 ms | 10.0 ms | 2.00× |');
	});
});
