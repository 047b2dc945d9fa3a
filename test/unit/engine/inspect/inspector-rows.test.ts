import fc from 'fast-check';
import {expect, test} from 'vitest';
import {LENS} from '../../../../src/engine/families/gpt2/inspect-blocks.ts';
import {Inspector} from '../../../../src/engine/inspect/inspector.ts';
import {CHUNK} from '../../../../src/engine/model/chunks.ts';
import type {GrowingInputs} from '../../../../src/engine/model/growing.ts';
import type {Session} from '../../../../src/engine/model/ort-session.ts';
import type {Feeds} from '../../../../src/engine/model/tensors.ts';
import {growingSession} from '../../../helpers/growing-session.ts';

/** Which number goes where, with a graph whose every number says what it is of: block, position, dimension. */

const [L, H, dh, K] = [2, 2, 3, 10];
const D = H * dh;
const config = {
	vocabSize: 500,
	contextLength: 4 * CHUNK,
	layers: L,
	heads: H,
	hiddenSize: D,
	layerNormEpsilon: 1e-5,
	bosTokenId: 499,
	eosTokenIds: [499],
};
const residual = (block: number, position: number, d: number) => 10_000 * block + 10 * position + d;
const hidden = (position: number, d: number) => 10 * position + d + 0.5;
const attention = (block: number, head: number, query: number, key: number) =>
	1e6 * block + 5e5 * head + 300 * query + key;
const entropy = (block: number, position: number) => block + position / 1000;

const numbers = (feed: Feeds[string]) => Array.from(feed.data as BigInt64Array, Number);

/** A session of the inspected graph, and what it was asked for. */
function graph() {
	const runs: {positions: number[]; outputs: readonly string[]}[] = [];
	let disposed = false;
	const caches = new Set<GrowingInputs>();
	const grower = growingSession({
		async run(feeds, outputs, signal) {
			signal?.throwIfAborted();
			const positions = numbers(feeds.position_ids);
			runs.push({positions, outputs});
			const rows = numbers(feeds.rows).map(row => positions[row]);
			const targets = numbers(feeds.row_targets);
			const m = positions.length;
			const past = positions[0];
			// What was read before is handed on.
			expect(feeds['prefix.0.key'].dims).toEqual([1, H, dh, past]);
			const perRow = (width: number, of: (block: number, row: number, k: number) => number) =>
				Array.from({length: (L + 1) * rows.length * width}, (_, i) =>
					of(Math.floor(i / (rows.length * width)), Math.floor(i / width) % rows.length, i % width),
				);
			const float = (values: number[], dims: number[]) => ({data: Float32Array.from(values), dims});
			const all: Record<string, unknown> = {
				residuals: float(
					perRow(D, (block, row, d) => residual(block, rows[row], d)),
					[L + 1, rows.length, D],
				),
				hidden: float(
					Array.from({length: m * D}, (_, i) => hidden(positions[Math.floor(i / D)], i % D)),
					[1, m, D],
				),
				[LENS.log_sum_exp]: float(
					perRow(1, () => 2),
					[],
				),
				[LENS.target_log_prob]: float(
					perRow(1, (block, row) => -targets[row] - block / 10),
					[],
				),
				[LENS.entropy]: float(
					perRow(1, (block, row) => entropy(block, rows[row])),
					[],
				),
				[LENS.rank_before]: {data: Int32Array.from(perRow(1, (_, row) => targets[row])), dims: []},
				[LENS.top_logits]: float(
					perRow(K, (block, row, k) => block + rows[row] / 1000 - k),
					[],
				),
				[LENS.top_ids]: {
					data: BigInt64Array.from(
						perRow(K, (block, row, k) => 1000 * block + rows[row] + k),
						BigInt,
					),
					dims: [],
				},
			};
			for (let l = 0; l < L; l++) {
				all[`present.${l}.key`] = {data: new Float32Array(D * m), dims: [1, H, dh, m]};
				all[`present.${l}.value`] = {data: new Float32Array(D * m), dims: [1, H, m, dh]};
				const W = Math.ceil((past + m) / 16) * 16;
				all[`attention.${l}`] = float(
					Array.from({length: H * m * W}, (_, i) => {
						const [head, query, key] = [Math.floor(i / (m * W)), Math.floor(i / W) % m, i % W];
						return attention(l, head, positions[query], key);
					}),
					[1, H, 1, m, W],
				);
			}
			return Object.fromEntries(outputs.map(name => [name, all[name]])) as Feeds;
		},
		async dispose() {
			disposed = true;
		},
	});
	const session: Session = {
		...grower,
		grow(...args) {
			const cache = grower.grow(...args);
			caches.add(cache);
			return cache;
		},
		free(cache) {
			caches.delete(cache);
			grower.free(cache);
		},
	};
	return {inspector: new Inspector(config, session), runs, isDisposed: () => disposed, cachesInUse: () => caches.size};
}
const text = (length: number) => Array.from({length}, (_, i) => i);
const lengths = fc.integer({min: 1, max: 3 * CHUNK});

test('every number is of the position that was asked for, in any order, however the text is cut into chunks', async () => {
	await fc.assert(
		fc.asyncProperty(lengths, fc.array(fc.nat(10_000), {minLength: 1, maxLength: 6}), async (length, wanted) => {
			const residuals = wanted.map(position => position % length);
			const targets = residuals.map((position, i) => (position + i) % 400);
			const {inspector} = graph();
			const inspection = await inspector.inspect(text(length), {residuals, targets});
			const r = residuals.length;
			expect(inspection.attention).toBeNull();
			expect(inspection.residuals).toHaveLength((L + 1) * r * D);
			expect(inspection.lens.topIds).toHaveLength((L + 1) * r * inspection.lens.k);
			for (const [i, position] of residuals.entries()) {
				for (let d = 0; d < D; d++) expect(inspection.hidden[i * D + d]).toBeCloseTo(hidden(position, d), 5);
				for (let block = 0; block <= L; block++) {
					const at = block * r + i;
					for (let d = 0; d < D; d++) expect(inspection.residuals[at * D + d]).toBe(residual(block, position, d));
					expect(inspection.lens.rank[at]).toBe(targets[i] + 1);
					expect(inspection.lens.logProb[at]).toBeCloseTo(-targets[i] - block / 10, 4);
					expect(inspection.lens.logSumExp[at]).toBe(2);
					expect(inspection.lens.entropy[at]).toBeCloseTo(entropy(block, position), 5);
					for (let k = 0; k < K; k++) {
						expect(inspection.lens.topIds[at * K + k]).toBe(1000 * block + position + k);
						expect(inspection.lens.topLogProbs[at * K + k]).toBeCloseTo(block + position / 1000 - k - 2, 4);
					}
				}
			}
		}),
		{numRuns: 30},
	);
});

test('attention is of the block that was asked for, head by head, and 0 at what comes later', async () => {
	await fc.assert(
		fc.asyncProperty(lengths, fc.nat(L - 1), async (length, attentionOf) => {
			const {inspector} = graph();
			const found = (await inspector.inspect(text(length), {attentionOf})).attention!;
			expect(found).toHaveLength(H * length * length);
			for (let head = 0; head < H; head++) {
				for (let query = 0; query < length; query++) {
					const row = found.subarray((head * length + query) * length, (head * length + query + 1) * length);
					const expected = Float32Array.from({length}, (_, key) =>
						key <= query ? attention(attentionOf, head, query, key) : 0,
					);
					expect(row).toEqual(expected);
				}
			}
		}),
		{numRuns: 10},
	);
});

test('nothing is computed that is not asked for, chunk by chunk', async () => {
	const present = text(L).flatMap(l => [`present.${l}.key`, `present.${l}.value`]);
	const asked = async (options: Parameters<Inspector['inspect']>[1]) => {
		const {inspector, runs} = graph();
		await inspector.inspect(text(2 * CHUNK + 5), options);
		expect(runs.flatMap(({positions}) => positions)).toEqual(text(2 * CHUNK + 5));
		return runs.map(({outputs}) => outputs.filter(name => !present.includes(name)));
	};
	const rows = ['residuals', 'hidden', ...Object.values(LENS)];
	expect(await asked({})).toEqual([[], [], []]);
	expect(await asked({residuals: [CHUNK]})).toEqual([[], rows, []]);
	expect(await asked({attentionOf: 1})).toEqual([['attention.1'], ['attention.1'], ['attention.1']]);
});

test('progress counts positions, and a cancelled inspection stops between chunks and keeps no cache', async () => {
	const {inspector, runs, cachesInUse} = graph();
	const seen: [number, number][] = [];
	const controller = new AbortController();
	const inspecting = inspector.inspect(text(2 * CHUNK + 5), {
		signal: controller.signal,
		onProgress(done, total) {
			seen.push([done, total]);
			if (done === CHUNK) controller.abort(new Error('enough'));
		},
	});
	await expect(inspecting).rejects.toThrow('enough');
	expect(seen).toEqual([
		[0, 2 * CHUNK + 5],
		[CHUNK, 2 * CHUNK + 5],
	]);
	expect(runs).toHaveLength(1);
	expect(cachesInUse()).toBe(0);
});

test.each<[number, Parameters<Inspector['inspect']>[1], string, RegExp]>([
	[0, {}, 'bad-parameter', /at least one token/],
	[4 * CHUNK + 1, {}, 'too-long', new RegExp(`${4 * CHUNK + 1} tokens do not fit .* of ${4 * CHUNK}`)],
	[3, {residuals: [-1]}, 'bad-parameter', /no position -1; the text has the positions 0 to 2/],
	[3, {residuals: [3]}, 'bad-parameter', /no position 3/],
	[3, {residuals: [0.5]}, 'bad-parameter', /no position 0.5/],
	[3, {residuals: [0], targets: []}, 'bad-parameter', /1 positions? needs? as many targets, but there are 0/],
	[3, {residuals: [0], targets: [500]}, 'bad-parameter', /no class with the id 500/],
	[3, {residuals: [0], targets: [-1]}, 'bad-parameter', /no class with the id -1/],
	[3, {attentionOf: L}, 'bad-parameter', /no block 2; the model has the blocks 0 to 1/],
	[3, {attentionOf: -1}, 'bad-parameter', /no block -1/],
])('%d tokens with %j are refused before anything is computed', async (length, options, code, message) => {
	const {inspector, runs} = graph();
	await expect(inspector.inspect(text(length), options)).rejects.toMatchObject({
		code,
		message: expect.stringMatching(message),
	});
	expect(runs).toEqual([]);
});

test('a full context fits, and the memory is given back', async () => {
	const {inspector, runs, isDisposed, cachesInUse} = graph();
	await inspector.inspect(text(4 * CHUNK));
	expect(runs).toHaveLength(4);
	expect(cachesInUse()).toBe(0);
	await inspector.dispose();
	expect(isDisposed()).toBe(true);
});
