import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type ModelFiles, readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {Inspector} from '../../../../src/engine/inspect/inspector.ts';
import type {WindowScores} from '../../../../src/engine/model/causal-lm.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import {nextTask} from '../../../../src/engine/model/next-task.ts';

import {type CheckpointOptions, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {collect} from '../../../helpers/collect.ts';
import {openModel, type TestOptions} from '../../../helpers/open-model.ts';

/**
 * Requests of every kind, several at once, taken back or not, in any order: each is answered as a model answers it that has
 * read nothing before, and no more pages are kept than there is room for.
 */

const MODELS: [string, CheckpointOptions, TestOptions][] = [
	['a long context', {contextLength: 200, width: 24, heads: 3}, {}],
	['a context that is shorter than a chunk', {contextLength: 3}, {}],
	['an odd width, one head and an untied head', {contextLength: 100, width: 15, heads: 1, untied: true}, {}],
	['a width of one block and a half', {contextLength: 130, width: 96, heads: 4, layers: 1, vocabSize: 300}, {}],
	['float32 weights', {contextLength: 129, width: 20}, {dtype: 'fp32'}],
];

/** After how many parts a request is taken back; null for never. */
const leaving = fc.option(fc.nat(3), {freq: 2});
/** Texts share their beginnings. */
const texts = (contextLength: number) =>
	fc
		.record({
			length: fc.oneof(
				fc.constantFrom(1, 2, 63, 64, 65, 128, 129, 191, 192, 193, contextLength - 1, contextLength),
				fc.integer({min: 1, max: contextLength}),
			),
			ending: fc.nat(1),
			from: fc.constantFrom(0, 1, 64, 70, 128),
		})
		.map(({length, ending, from}) =>
			Array.from(
				{length: Math.max(1, Math.min(length, contextLength))},
				(_, i) => ((i < from ? i : i * 7 + ending * 50) % 250) + 1,
			),
		);
const requests = (contextLength: number) => {
	const ids = texts(contextLength);
	return fc.oneof(
		fc.record({
			kind: fc.constant('read' as const),
			ids,
			hidden: fc.boolean(),
			leaving,
			branches: fc.integer({min: 1, max: 3}),
			steps: fc.nat(2),
		}),
		fc.record({
			kind: fc.constant('score' as const),
			ids,
			from: fc.nat(contextLength),
			leaving,
			how: fc.constantFrom('abort', 'return', 'throw'),
		}),
		fc.record({kind: fc.constant('inspect' as const), ids, leaving, attention: fc.boolean()}),
		fc.record({kind: fc.constant('head' as const), ids}),
	);
};
type Request = ReturnType<typeof requests> extends fc.Arbitrary<infer T> ? T : never;
const LEFT = 'left';

/** @param patient whether nothing is taken back. @returns what was answered, up to where it was left. */
async function answer(lm: KernelModel, inspector: Inspector, request: Request, patient = false): Promise<unknown[]> {
	const controller = new AbortController();
	let parts = 0;
	const after = patient || !('leaving' in request) ? null : request.leaving;
	const onProgress = () => {
		if (parts++ === after) controller.abort();
	};
	const options = {signal: controller.signal, onProgress};
	const {ids} = request;
	if (request.kind === 'head') return [await lm.headRows(ids)];
	if (request.kind === 'inspect') {
		const seen = await inspector.inspect(ids, {
			...options,
			residuals: [0, ids.length - 1],
			...(request.attention ? {attentionOf: [0]} : {}),
		});
		return [seen];
	}
	if (request.kind === 'score') {
		if (request.how === 'abort') return collect(lm.scoreWindow(ids, request.from, options));
		const found = [];
		const beforeRun = async () => {
			await nextTask();
			if (request.how === 'throw' && after !== null && found.length === after) throw new Error(LEFT);
		};
		for await (const part of lm.scoreWindow(ids, request.from, {beforeRun})) {
			found.push(part);
			if (request.how === 'return' && found.length === after) break;
		}
		return found;
	}

	const {hidden, branches: B, steps} = request;
	const prefix = await lm.prefill(ids, {...options, hidden});
	const found: unknown[] = [prefix.ids, prefix.logits, hidden ? prefix.hidden : null];
	let branches = null;
	for (let s = 0; s < Math.min(steps, lm.config.contextLength - ids.length); s++) {
		const step = await lm.extend(
			prefix,
			branches,
			Array.from({length: B}, (_, b) => [b + s + 1]),
			{
				signal: controller.signal,
				hidden,
			},
		);
		found.push(step.logits, step.hidden);
		branches = step.branches;
	}
	return found;
}

describe.each(MODELS)('requests to a model with %s', (_what, checkpoint, options) => {
	let files: ModelFiles;
	let lm: KernelModel;
	const known = new Map<string, Promise<unknown[]>>();
	beforeAll(async () => {
		files = await readModelFiles(readFrom(makeCheckpoint(checkpoint)));
		({lm} = await openModel(files, options));
	});
	afterAll(() => lm.dispose());

	/** What a model answers that has read nothing before. */
	function alone(request: Request): Promise<unknown[]> {
		const key = JSON.stringify({...request, leaving: null});
		if (!known.has(key)) known.set(key, askFresh({...request, leaving: null} as Request));
		return known.get(key)!;
	}

	async function askFresh(request: Request): Promise<unknown[]> {
		const fresh = await openModel(files, {...options, trusted: true});
		const answered = await answer(fresh.lm, new Inspector(fresh.lm), request, true);
		await fresh.lm.dispose();
		return answered;
	}

	test('are answered as each alone', async () => {
		const inspector = new Inspector(lm);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.array(requests(lm.config.contextLength), {minLength: 1, maxLength: 3}), {
					minLength: 1,
					maxLength: 4,
				}),
				async rounds => {
					for (const together of rounds) {
						const results = await Promise.all(
							together.map(request => answer(lm, inspector, request).catch(error => error)),
						);
						for (const [i, result] of results.entries()) {
							const request = together[i];
							const expected = await alone(request);
							if (result instanceof Error) {
								expect('leaving' in request && request.leaving !== null).toBe(true);
								expect(result.message).toMatch(/abort|left/i);
							} else {
								const found = joined(request, result);
								expect(found).toEqual(joined(request, expected).slice(0, found.length));
							}
						}
					}
				},
			),
			{numRuns: 6},
		);
	});
});

/** Scores come in parts, which depend on what was read before; what is in them does not. */
function joined(request: Request, result: unknown[]): unknown[] {
	if (request.kind !== 'score') return result;
	const parts = result as WindowScores[];
	return parts.flatMap(({rank, logProb}) => [...rank].map((place, i) => [place, logProb[i]]));
}
