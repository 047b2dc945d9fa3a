import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {logSoftmax} from '../../../../src/engine/math/math.ts';
import {scorePassage} from '../../../../src/engine/scoring/passage.ts';
import {type SyntheticModel, syntheticModel} from '../../../helpers/synthetic-model.ts';

/** A passage longer than the context, scored by a toy model whose every number depends on all it has read. */

const C = 8;
const V = 6;
const toy = (bosTokenId: number | null = V - 1) => {
	const lm = syntheticModel({vocabSize: V, contextLength: C});
	Object.assign(lm.config, {bosTokenId});
	return lm;
};
const passages = fc.array(fc.nat(V - 2), {minLength: 2, maxLength: 40});
const strides = fc.integer({min: 1, max: C - 1});

async function scored(
	lm: SyntheticModel,
	ids: readonly number[],
	options: {stride?: number; alignedWindows?: boolean} = {},
) {
	const tokens: {index: number; logProb: number}[] = [];
	const windows: number[][] = [];
	const scoreWindow = lm.scoreWindow;
	lm.scoreWindow = (window, ...rest) => {
		windows.push([...window]);
		return scoreWindow(window, ...rest);
	};
	const totals = await scorePassage(lm, ids, {
		...options,
		onScored({first, scores}) {
			for (const [i, logProb] of scores.logProb.entries()) tokens.push({index: first + i, logProb});
		},
	});
	return {totals, tokens, windows};
}

/** What the model gives the token at this place when it reads from `start` on. */
const logProbFrom = (lm: SyntheticModel, text: readonly number[], start: number, place: number) =>
	logSoftmax(lm.logitsAfter(text.slice(start, place)))[text[place]];

describe.each([[true], [false]])(
	'windows of a full context, or aligned as in the guide to perplexity (%s)',
	alignedWindows => {
		test('score every token once, in order, from at least context - stride tokens before it, or all there are', async () => {
			await fc.assert(
				fc.asyncProperty(passages, strides, async (ids, stride) => {
					const lm = toy();
					const {tokens, totals} = await scored(lm, ids, {stride, alignedWindows});
					expect(tokens.map(({index}) => index)).toEqual([...ids.keys()]);
					const text = [lm.config.bosTokenId!, ...ids];
					for (const {index, logProb} of tokens) {
						const place = index + 1;
						const most = Math.max(0, place - (C - 1));
						const least = Math.max(0, place - (C - stride));
						const starts = Array.from({length: least - most + 1}, (_, i) => most + i);
						expect(starts.map(start => Math.abs(logProbFrom(lm, text, start, place) - logProb) < 1e-5)).toContain(true);
					}
					expect(totals.tokens).toBe(ids.length);
					expect(totals.logProb).toBeCloseTo(
						tokens.reduce((sum, {logProb}) => sum + logProb, 0),
						9,
					);
					expect(totals.windows).toBe(1 + Math.max(0, Math.ceil((text.length - C) / stride)));
				}),
			);
		});

		test('hold consecutive tokens: all of the context, but for the last aligned one and a short passage', async () => {
			await fc.assert(
				fc.asyncProperty(passages, strides, async (ids, stride) => {
					const lm = toy();
					const {windows} = await scored(lm, ids, {stride, alignedWindows});
					const text = [lm.config.bosTokenId!, ...ids];
					for (const [i, window] of windows.entries()) {
						const isLast = i === windows.length - 1;
						const end = isLast ? text.length : C + i * stride;
						const start = alignedWindows ? i * stride : Math.max(0, end - C);
						expect(window).toEqual(text.slice(start, end));
					}
				}),
			);
		});
	},
);

test('an empty passage has no tokens', async () => {
	expect((await scored(toy(), [])).totals).toEqual({tokens: 0, logProb: 0, windows: 0, massAfter: null});
});

test('a window may come in parts, which follow each other', async () => {
	const lm = toy();
	const scoreWindow = lm.scoreWindow;
	lm.scoreWindow = async function* (window, from, options) {
		for (let at = from; at < window.length - 1; at += 2) yield* scoreWindow(window.slice(0, at + 3), at, options);
	};
	const ids = Array.from({length: 25}, (_, i) => i % (V - 1));
	const {tokens} = await scored(lm, ids, {stride: 5});
	expect(tokens.map(({index}) => index)).toEqual([...ids.keys()]);
	expect(tokens).toEqual((await scored(toy(), ids, {stride: 5})).tokens);
});

test('without a stride, windows advance by half the context', async () => {
	const ids = Array.from({length: 20}, (_, i) => i % (V - 1));
	expect((await scored(toy(), ids)).windows).toEqual((await scored(toy(), ids, {stride: C / 2})).windows);
});

describe('a model without an end of text', () => {
	test('scores nothing before the second token, and the others from all the history there is', async () => {
		await fc.assert(
			fc.asyncProperty(passages, strides, async (ids, stride) => {
				const lm = toy(null);
				const {tokens, totals} = await scored(lm, ids, {stride});
				expect(tokens.map(({index}) => index)).toEqual([...ids.keys()].slice(1));
				expect(totals.tokens).toBe(ids.length - 1);
				for (const {index, logProb} of tokens.filter(({index}) => index < C))
					expect(logProb).toBeCloseTo(logProbFrom(lm, ids, 0, index), 5);
			}),
		);
	});

	test.each([[[]], [[3]]])('cannot score %j, of which no token follows another', async ids => {
		await expect(scored(toy(null), ids)).rejects.toMatchObject({
			code: 'bad-parameter',
			message: expect.stringMatching(/token/),
		});
	});
});

test('what comes before a passage may be several tokens, or none', async () => {
	const lm = toy();
	const ids = [1, 2, 3, 0, 1, 2, 3, 0, 1, 2];
	const of = async (begin: number[]) => {
		const tokens: number[] = [];
		await scorePassage(lm, ids, {
			begin,
			onScored: ({first, scores}) => {
				for (const [i, logProb] of scores.logProb.entries()) tokens[first + i] = logProb;
			},
		});
		return tokens;
	};
	const two = await of([4, 5]);
	expect(two).toHaveLength(ids.length);
	for (let i = 0; i < 6; i++) expect(two[i]).toBeCloseTo(logProbFrom(lm, [4, 5, ...ids], 0, i + 2), 5);
	const none = await of([]);
	expect(0 in none).toBe(false);
	expect(none[1]).toBeCloseTo(logProbFrom(lm, ids, 0, 1), 5);
});

test.each([0, -1, C, 1.5, Number.NaN])('a stride of %d is refused', async stride => {
	await expect(scored(toy(), [1, 2, 3], {stride})).rejects.toMatchObject({
		code: 'bad-parameter',
		message: expect.stringContaining(`from 1 to ${C - 1}, but is ${stride}`),
	});
});

test.each([[V - 1], [null]])(
	'progress counts tokens of the passage, never goes back, and ends with all; each run waits for its turn (beginning %s)',
	async bosTokenId => {
		const lm = toy(bosTokenId);
		const ids = Array.from({length: 25}, (_, i) => i % (V - 1));
		const turns: number[] = [];
		const scoreWindow = lm.scoreWindow;
		lm.scoreWindow = async function* (window, from, options = {}) {
			await options.beforeRun?.();
			// The last position predicts a token that is not in the window.
			for (let position = 1; position < window.length; position++) options.onProgress?.(position, window.length - 1);
			yield* scoreWindow(window, from, options);
		};
		const seen: [number, number][] = [];
		const controller = new AbortController();
		const {windows} = await scorePassage(lm, ids, {
			stride: 3,
			onScored() {},
			onProgress: (done, total) => seen.push([done, total]),
			beforeRun: async () => void turns.push(seen.length),
			signal: controller.signal,
		});
		expect(turns).toHaveLength(windows);
		const done = seen.map(([done]) => done);
		expect(done).toEqual(done.toSorted((a, b) => a - b));
		expect(done[0]).toBeLessThan(C);
		expect(done.at(-1)).toBe(ids.length);
		expect(new Set(seen.map(([, total]) => total))).toEqual(new Set([ids.length]));
		controller.abort(new Error('enough'));
		const options = {onScored() {}, signal: controller.signal};
		await expect(scorePassage(lm, ids, options)).rejects.toThrow('enough');
	},
);
