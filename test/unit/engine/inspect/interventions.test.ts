import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {ablations} from '../../../../src/engine/inspect/ablations.ts';
import {attributionOf} from '../../../../src/engine/inspect/attribution.ts';
import {changedModel} from '../../../../src/engine/inspect/changed-model.ts';
import {NO_INTERVENTION, type Part, partsOf} from '../../../../src/engine/inspect/intervention.ts';
import {meansOf} from '../../../../src/engine/inspect/means.ts';
import {patches} from '../../../../src/engine/inspect/patching.ts';
import {steeringOf} from '../../../../src/engine/inspect/steering.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import {collect} from '../../../helpers/collect.ts';
import type {Hooks} from '../../../helpers/hooks.ts';
import {SMALL_MODELS, type SmallModel} from '../../../helpers/small-models.ts';

const IDS = [5, 77, 200, 33, 8, 120, 77];
const OTHER = [5, 77, 14, 33, 8, 9, 77];
/** More than a run has rows. */
const LONG = Array.from({length: 80}, (_, i) => (i * 37) % 299);

type Row = Float32Array | Float64Array;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	expect(a.length).toBe(b.length);
	let largest = 0;
	for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
	return largest;
};
const mapped = <R extends Row>(rows: R[], change: (row: R, position: number) => void): R[] =>
	rows.map((row, position) => {
		const copy = row.slice() as R;
		change(copy, position);
		return copy;
	});
/** The mean of rows in every channel. */
const meanOf = (rows: Row[]) => rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);

describe.each(Object.entries(SMALL_MODELS))('%s', (_, make) => {
	let model: SmallModel;
	let lm: KernelModel;
	beforeAll(async () => {
		model = make();
		lm = await model.open();
	});
	afterAll(() => lm.dispose());

	/** What a part hands on in the plain forward pass, whole. */
	const handedOn = (name: 'heads' | 'attention' | 'mlp', of: number, ids = IDS) => {
		let seen: Row[] = [];
		model.logits(lm, ids, {
			[name]: (block: number, rows: Row[]) => {
				if (block === of) seen = rows;
				return rows;
			},
		});
		return seen;
	};
	/** The same parts off in the plain forward pass. */
	const hooksOf = (off: readonly Part[], fill: 'zero' | 'mean'): Hooks<Row> => {
		const hook = (name: 'attention' | 'mlp') => (block: number, rows: Row[]) => {
			if (!off.some(one => one.block === block && one.part === name)) return rows;
			const mean = meanOf(handedOn(name, block));
			return mapped(rows, row => row.set(fill === 'mean' ? mean : row.map(() => 0)));
		};
		return {
			attention: hook('attention'),
			mlp: hook('mlp'),
			heads: (block, rows) => {
				const heads = off.flatMap(one => (one.block === block && typeof one.part === 'number' ? [one.part] : []));
				if (heads.length === 0) return rows;
				const size = rows[0].length / lm.config.heads;
				const mean = meanOf(handedOn('heads', block));
				return mapped(rows, row => {
					for (const head of heads)
						for (let i = head * size; i < (head + 1) * size; i++) row[i] = fill === 'mean' ? mean[i] : 0;
				});
			},
		};
	};
	const SETS: Part[][] = [
		[{block: 1, part: 2}],
		[{block: 0, part: 'attention'}],
		[{block: 2, part: 'mlp'}],
		[
			{block: 0, part: 1},
			{block: 0, part: 3},
			{block: 1, part: 'mlp'},
			{block: 2, part: 'attention'},
		],
	];

	test.each(['zero', 'mean'] as const)(
		'with parts off, that give %s, is the plain forward pass with the same',
		async fill => {
			const means = fill === 'mean' ? await meansOf(lm, IDS) : null;
			const before = (await lm.prefill(IDS)).logits;
			for (const off of SETS) {
				const changed = changedModel(lm, {...NO_INTERVENTION, off, means});
				const {logits} = await changed.prefill(IDS);
				expect(largestDifference(logits, model.logits(lm, IDS, hooksOf(off, fill)))).toBeLessThan(1e-4);
				expect(largestDifference(logits, before)).toBeGreaterThan(1e-3);
				changed.forget();
			}
		},
	);

	test('with a part off that is named twice is as with it named once', async () => {
		const means = await meansOf(lm, IDS);
		for (const off of SETS) {
			const [once, twice] = [off, [...off, ...off]].map(off => changedModel(lm, {...NO_INTERVENTION, off, means}));
			expect((await twice.prefill(IDS)).logits).toEqual((await once.prefill(IDS)).logits);
		}
	});

	test('that is changed answers step by step as at once, and leaves the whole one as it was', async () => {
		const changed = changedModel(lm, {...NO_INTERVENTION, off: SETS[3]});
		const whole = (await lm.prefill(LONG)).logits;
		const {logits} = await changed.prefill(LONG);
		const first = await changed.prefill(LONG.slice(0, 70));
		expect((await changed.extend(first, null, [LONG.slice(70)])).logits).toEqual(logits);
		lm.forget();
		expect((await lm.prefill(LONG)).logits).toEqual(whole);
		expect((await changed.prefill(LONG)).logits).toEqual(logits);
	});

	test.each(['zero', 'mean'] as const)(
		'with one part after another off, that gives %s, answers bit for bit as with each',
		async fill => {
			for (const ids of [IDS, LONG]) {
				const means = fill === 'mean' ? await meansOf(lm, ids) : null;
				const parts = partsOf(lm.config);
				const all = await collect(ablations(lm, ids, parts, means));
				expect(all.map(({part}) => part)).toEqual([null, ...parts]);
				expect(all[0].logits).toEqual((await lm.prefill(ids)).logits);
				for (const {part, logits} of all.slice(1)) {
					const changed = changedModel(lm, {...NO_INTERVENTION, off: [part!], means});
					expect(logits).toEqual((await changed.prefill(ids)).logits);
					changed.forget();
				}
			}
		},
	);

	test('is patched as the plain forward pass is, in every position and block', async () => {
		const all = await collect(patches(lm, IDS, OTHER));
		const streams: Row[][] = [];
		const theirs = model.logits(lm, OTHER, {
			stream: (blocks, rows) => {
				streams[blocks] = rows;
				return rows;
			},
		});
		expect(all).toHaveLength(1 + (lm.config.layers + 1) * IDS.length);
		for (const one of all) {
			if ('whole' in one) {
				expect(largestDifference(one.whole[0], model.logits(lm, IDS))).toBeLessThan(1e-4);
				expect(largestDifference(one.whole[1], theirs)).toBeLessThan(1e-4);
				continue;
			}
			const {block, position, logits} = one;
			const expected = model.logits(lm, IDS, {
				stream: (blocks, rows) =>
					blocks === block ? mapped(rows, (row, at) => at === position && row.set(streams[block][at])) : rows,
			});
			expect(largestDifference(logits, expected)).toBeLessThan(1e-4);
			const vector = Float32Array.from(streams[block][position]);
			const changed = changedModel(lm, {...NO_INTERVENTION, replaced: [{block, position, vector}]});
			expect(largestDifference((await changed.prefill(IDS)).logits, logits)).toBeLessThan(1e-4);
			changed.forget();
		}
		// After the last block only the last position is classified.
		expect((all.at(-1) as {logits: Float32Array}).logits).toEqual((await lm.prefill(OTHER)).logits);
	});

	test.each(['beginning', 'every'] as const)('is steered (%s) as the plain forward pass is', async at => {
		const [toward, from, space, block, weight] = [[9, 40, 41], [12], 3, 2, 1.7];
		const added = await steeringOf(lm, {toward, from, space, block, weight, at});
		const streamOf = (ids: readonly number[]) => {
			let seen: Row[] = [];
			model.logits(lm, ids, {
				stream: (blocks, rows) => {
					if (blocks === block) seen = rows;
					return rows;
				},
			});
			return seen;
		};
		const plus = streamOf(toward);
		const minus = streamOf(at === 'every' ? from : [12, 3, 3]);
		const expected = model.logits(lm, IDS, {
			stream: (blocks, rows) =>
				blocks !== block
					? rows
					: mapped(rows, (row, position) => {
							const [a, b] = at === 'every' ? [plus.at(-1)!, minus.at(-1)!] : [plus[position], minus[position]];
							if (a) for (let i = 0; i < row.length; i++) row[i] += weight * (a[i] - b[i]);
						}),
		});
		const {logits} = await changedModel(lm, {...NO_INTERVENTION, added}).prefill(IDS);
		expect(largestDifference(logits, expected)).toBeLessThan(2e-4);
	});

	test('is not steered by a text that is longer than its context, and answers as before', async () => {
		const before = (await lm.prefill(IDS)).logits;
		const {contextLength} = lm.config;
		const long = (length: number) => Array.from({length}, (_, i) => i % 299);
		const steered = (toward: readonly number[], from: readonly number[]) =>
			steeringOf(lm, {toward, from, space: 3, block: 1, weight: 1, at: 'every'});
		expect(await steered(long(contextLength), [12])).toHaveLength(1);
		const told = `${contextLength + 1} tokens do not fit into the model’s context of ${contextLength}.`;
		await expect(steered(long(contextLength + 1), [12])).rejects.toThrow(told);
		await expect(steered([12], long(contextLength + 1))).rejects.toThrow(told);
		lm.forget();
		expect((await lm.prefill(IDS)).logits).toEqual(before);
	});

	test.each([null, 17])('has a logit that its parts add up to (against %s)', async against => {
		const {logit, embedding, blocks, constant, rounding} = await attributionOf(lm, IDS, 42, against);
		const {logits} = await lm.prefill(IDS);
		expect(logit).toBe(logits[42] - (against === null ? 0 : logits[against]));
		const parts = blocks.reduce((sum, {heads, bias, mlp}) => sum + heads.reduce((a, b) => a + b, 0) + bias + mlp, 0);
		expect(embedding + parts + constant + rounding).toBeCloseTo(logit, 10);
		expect(Math.abs(rounding)).toBeLessThan(1e-4);
		expect(blocks.map(({heads}) => heads.length)).toEqual(blocks.map(() => lm.config.heads));
	});

	test('has nothing after the last head but the final norm: its share is what the logit loses with it off, but for the norm', async () => {
		const last = lm.config.layers - 1;
		const {blocks, embedding} = await attributionOf(lm, IDS, 42, null);
		// The feed-forward of the last block adds to the stream that is normed: without it only the scale differs.
		const off = changedModel(lm, {...NO_INTERVENTION, off: [{block: last, part: 'mlp'}]});
		const without = await attributionOf(off, IDS, 42, null);
		expect(without.blocks[last].mlp).toBe(0);
		const scale = without.embedding / embedding;
		for (const [b, {heads}] of blocks.entries())
			for (const [h, share] of heads.entries()) expect(without.blocks[b].heads[h]).toBeCloseTo(scale * share, 4);
	});
});

test('a part, a block or a length that is not there is refused', async () => {
	const lm = await SMALL_MODELS['GPT-2']().open();
	const changed = (change: object) => () => changedModel(lm, {...NO_INTERVENTION, ...change});
	expect(changed({off: [{block: 3, part: 0}]})).toThrow(
		'There is no head 1 in block 4: the model has 3 blocks of 4 heads.',
	);
	expect(changed({off: [{block: 0, part: 4}]})).toThrow('There is no head 5 in block 1');
	expect(changed({off: [{block: 7, part: 'mlp'}]})).toThrow('There is no mlp in block 8: the model has 3 blocks.');
	const vector = new Float32Array(48);
	expect(changed({replaced: [{block: 4, position: 0, vector}]})).toThrow('There is no residual stream after block 4');
	expect(changed({added: [{block: 4, position: null, vector, weight: 1}]})).toThrow('after block 4');
	await expect(collect(patches(lm, [1, 2], [1]))).rejects.toThrow('the first has 2, the second 1');
	await lm.dispose();
});

test('work that is taken back stops before its next part', async () => {
	const lm = await SMALL_MODELS['GPT-2']().open();
	const controller = new AbortController();
	let seen = 0;
	const run = async () => {
		for await (const _ of ablations(lm, IDS, partsOf(lm.config), null, {signal: controller.signal}))
			if (++seen === 3) controller.abort();
	};
	await expect(run()).rejects.toThrow(/abort/i);
	expect(seen).toBe(3);
	await lm.dispose();
});
