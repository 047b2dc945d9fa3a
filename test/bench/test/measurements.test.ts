import {describe, expect, it} from 'vitest';
import type {Case} from '../cases.ts';
import type {HostName, Measured, Task} from '../contract.ts';
import type {Host} from '../host.ts';
import {Measurements, measureCases} from '../measurements.ts';
import {firstSecondsOf} from '../opening.ts';
import {Passages} from '../prompts.ts';
import {median, ratioOf} from '../statistics.ts';

const measured = (whole: number): Measured => ({times: {whole}, heapBytes: null, answer: null});

describe('the median', () => {
	it('is the middle, or the mean of both middles', () => {
		expect(median([9, 1, 3])).toBe(3);
		expect(median([4, 1, 9, 2])).toBe(3);
	});
});

describe('a ratio', () => {
	it('is of each round, so that a slow minute counts for both', () => {
		expect(ratioOf([10, 100, 10], [20, 300, 40])).toBe(3);
	});

	it('leaves out the rounds that one had no part in', () => {
		expect(ratioOf([10, 10, 10], [50])).toBe(5);
		expect(ratioOf([10], [])).toBeNull();
	});
});

describe('cases', () => {
	/** A host that notes when it was asked, and says how long it took. */
	const host = (name: string, asked: string[], ms: (task: Task) => number): Host => ({
		open: async () => measured(1),
		async ask(task) {
			asked.push(name);
			return measured(ms(task));
		},
		peakBytes: async () => null,
		dispose: async () => {},
	});
	const work: Case = {
		quantities: [{title: 'work', time: 'whole'}],
		contenders: ['ours', 'generate', 'native'],
		prepare: passages => () => ({kind: 'score', mode: 'generate', ids: passages.take(2, 0).prompt.ids}),
	};
	const passages = new Passages([1, 2, 3, 4], {
		encode: text => text.split(' ').map(Number),
		decode: ids => ids.join(' '),
	});

	it('are measured in turns, those first that were last, by whoever is there', async () => {
		const asked: string[] = [];
		const hosts = new Map<HostName, Host>([
			['ours', host('ours', asked, () => 10)],
			['transformers', host('transformers', asked, () => 30)],
		]);
		const measurements = new Measurements();
		await measureCases([work], hosts, passages, measurements, {rounds: 2, wanted: () => true, say() {}});
		expect(asked).toEqual(['ours', 'transformers', 'transformers', 'ours']);
		expect(measurements.ratio('work', 'ours', 'generate')).toBe(3);
		expect(measurements.ms('work', 'native')).toBeNull();
	});
});

describe('passages', () => {
	const tokenizer = {
		encode: (text: string) => text.split(' ').map(Number),
		decode: (ids: readonly number[]) => ids.join(' '),
	};

	it('begin at another place each', () => {
		const passages = new Passages([1, 2, 3, 4, 5, 6], tokenizer);
		expect(passages.take(2, 2)).toEqual({prompt: {ids: [1, 2], text: '1 2'}, following: [3, 4], longer: []});
		expect(passages.take(2, 0, 1).longer).toEqual([{ids: [2, 3, 4], text: '2 3 4'}]);
	});

	it('leave out what does not encode to itself', () => {
		// A text that begins with 1 is encoded otherwise.
		const odd = {...tokenizer, encode: (text: string) => tokenizer.encode(text.replace(/^1/, '0'))};
		expect(new Passages([1, 2, 3, 4], odd).take(2, 0).prompt.ids).toEqual([2, 3]);
		expect(() => new Passages([1, 1, 1], odd).take(2, 0)).toThrow('no passage of 2 tokens');
	});
});

describe('the first seconds', () => {
	it('are the tokens of every second, and how long one takes at first and in the end', () => {
		const tokens = [1500, ...Array.from({length: 10}, (_, i) => 1600 + 100 * i), 8000, 8050, 8100];
		const {perSecond, rightAfterMs, steadyMs} = firstSecondsOf(tokens, 10);
		expect(perSecond).toEqual([0, 5, 6, 0, 0, 0, 0, 0, 3, 0]);
		expect(rightAfterMs).toBe(100);
		expect(steadyMs).toBe(50);
	});

	it('are no numbers where no token came', () => {
		expect(firstSecondsOf([], 2)).toEqual({perSecond: [0, 0], rightAfterMs: null, steadyMs: null});
	});
});
