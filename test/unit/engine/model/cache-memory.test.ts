import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {checkWeights} from '../../../../src/engine/checkpoint/load-weights.ts';
import {type ModelFiles, readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
import {suffixBytes} from '../../../../src/engine/generation/plan.ts';
import type {KernelHost} from '../../../../src/engine/kernels/host.ts';
import type {Branches} from '../../../../src/engine/model/causal-lm.ts';
import {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import {declareModel, openModel as openOn} from '../../../../src/engine/open-model.ts';
import {kernelHost} from '../../../../src/entrypoints/cli/kernel-host.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';
import {json, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {collect} from '../../../helpers/collect.ts';
import {makeFamilyCheckpoint} from '../../../helpers/family-checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';

/** Memory that runs out is said, nothing is left of what did not fit, and what fits is answered as before. */

/** A cause would have the worker replaced, with all that it has open. */
const REFUSED = expect.toSatisfy(
	error => error instanceof EngineError && error.code === 'out-of-memory' && error.cause === undefined,
);
const PAGE = 64;

/** Tokens of a text; those of another seed are other ones from the first on. */
const text = (length: number, seed = 0) => Array.from({length}, (_, i) => (i * 37 + seed * 101 + 1) % 250);
const rows = (tokens: number, branches: number) =>
	Array.from({length: branches}, (_, b) => Array.from({length: tokens}, (_, i) => (b * 7 + i * 3) % 250));

/** Memory does not grow any further than it has now, as where the browser gives no more. */
const refuseToGrow = (memory: WebAssembly.Memory) =>
	vi.spyOn(memory, 'grow').mockImplementation(() => {
		throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
	});
afterEach(() => vi.restoreAllMocks());

describe('a model that does not fit', () => {
	let files: ModelFiles;
	beforeAll(async () => {
		files = await readModelFiles(readFrom(makeCheckpoint({contextLength: 300})));
	});

	/** Two threads, and how many of them have been started and not ended. */
	function countedHost() {
		const host = kernelHost(2);
		const running = new Set<string>();
		const counted: KernelHost = {
			...host,
			startThread(setup) {
				const thread = host.startThread(setup);
				running.add(setup.name);
				const terminate = () => {
					running.delete(setup.name);
					thread.terminate();
				};
				return {...thread, terminate};
			},
		};
		return {host: counted, running};
	}

	test.each([
		[
			'where no memory is given',
			() => {
				vi.spyOn(WebAssembly, 'Memory').mockImplementation(function refuse() {
					throw new RangeError('WebAssembly.Memory(): could not allocate memory');
				});
			},
		],
		['where it does not grow to what the model needs', () => void refuseToGrow(WebAssembly.Memory.prototype)],
	])('is refused %s, and opened once there is enough', async (_where, takeMemory) => {
		const {host, running} = countedHost();
		takeMemory();
		await expect(openOn(files, {host})).rejects.toThrow(REFUSED);
		expect(running.size).toBe(0);
		vi.restoreAllMocks();
		const {lm} = await openOn(files, {host});
		expect(running.size).toBe(1);
		expect((await lm.prefill(text(100))).logits.every(Number.isFinite)).toBe(true);
		await lm.dispose();
		expect(running.size).toBe(0);
	});

	test('leaves no thread where its files turn out to be broken', async () => {
		const {host, running} = countedHost();
		const broken = {...files, tokenizer: JSON.parse(new TextDecoder().decode(json({model: {type: 'Unigram'}})))};
		const [weights] = files.weights;
		const alsoCut = {
			size: weights.size,
			async read(into: Uint8Array, at: number) {
				if (into.byteLength > weights.size / 2) throw new Error('The disk was taken out.');
				await weights.read(into, at);
			},
		};
		await expect(openOn({...broken, weights: [alsoCut]}, {host})).rejects.toThrow(/Unigram/);
		await expect(openOn({...files, weights: [alsoCut]}, {host})).rejects.toThrow('The disk was taken out.');
		expect(running.size).toBe(0);
	});
});

describe('a text whose pages do not fit', () => {
	const LONG = 3000;
	let files: ModelFiles;
	let lm: KernelModel;
	/** The same model with all the memory it wants. */
	let roomy: KernelModel;
	beforeAll(async () => {
		files = await readModelFiles(readFrom(makeCheckpoint({contextLength: LONG, layers: 1})));
		({lm: roomy} = await openModel(files));
	});
	afterAll(() => roomy.dispose());
	/** With room for this many pages, and for what is left of a unit of WebAssembly's memory. */
	async function openWith(pages: number) {
		({lm} = await openModel(files));
		await lm.prefill(text(pages * PAGE, 99));
		lm.forget();
		refuseToGrow(lm.machine.memory.memory);
	}
	afterEach(() => lm.dispose());

	test('is refused, whatever reads it; what is shorter is answered, with the same bits', async () => {
		await openWith(10);
		const short = text(5 * PAGE);
		const before = await lm.prefill(short);
		expect(before.logits).toEqual((await roomy.prefill(short)).logits);
		const long = text((2 * LONG) / 3, 1);
		await expect(lm.prefill(long)).rejects.toThrow(REFUSED);
		await expect(collect(lm.scoreWindow(long, 0))).rejects.toThrow(REFUSED);
		await expect(lm.prefill([...short, ...long.slice(0, 600)])).rejects.toThrow(REFUSED);
		await expect(lm.prefill(long)).rejects.toThrow(/needs more memory than the browser gives it/);

		const another = text(9 * PAGE, 2);
		expect((await lm.prefill(another)).logits).toEqual((await roomy.prefill(another)).logits);
		expect(await collect(lm.scoreWindow(another, 200))).toEqual(await collect(roomy.scoreWindow(another, 200)));
		lm.forget();
		expect(lm.reader.pages.count).toBe(0);
		expect((await lm.prefill(short)).logits).toEqual(before.logits);
		vi.restoreAllMocks();
		expect((await lm.prefill(long)).logits).toEqual((await roomy.prefill(long)).logits);
	});

	test('is refused where its branches do not fit, and fewer of them are continued', async () => {
		await openWith(10);
		const prompt = text(5 * PAGE + 10);
		const prefix = await lm.prefill(prompt);
		await expect(lm.extend(prefix, null, rows(1, 40))).rejects.toThrow(REFUSED);
		const two = await lm.extend(prefix, null, rows(1, 2));
		await expect(lm.extend(prefix, two.branches, rows(10 * PAGE, 2))).rejects.toThrow(REFUSED);
		const next = await lm.extend(prefix, two.branches, rows(3, 2));
		const expected = await roomy.extend(await roomy.prefill(prompt), null, [
			[...rows(1, 2)[0], ...rows(3, 2)[0]],
			[...rows(1, 2)[1], ...rows(3, 2)[1]],
		]);
		expect(next.logits).toEqual(expected.logits);
	});

	test('does not take turns for ever with another that fits alone: one is refused, the other answered', async () => {
		await openWith(30);
		const prompts = [text(25 * PAGE, 3), text(25 * PAGE, 4)];
		const results = await Promise.allSettled(prompts.map(ids => lm.prefill(ids)));
		expect(results.map(({status}) => status).sort()).toEqual(['fulfilled', 'rejected']);
		for (const [i, result] of results.entries()) {
			if (result.status === 'rejected') expect(result.reason).toEqual(REFUSED);
			else expect(result.value.logits).toEqual((await roomy.prefill(prompts[i])).logits);
		}
	});
});

test('a context of which 4 GB hold a part opens, and a text beyond that is refused before anything is read', async () => {
	const files = makeFamilyCheckpoint({
		model_type: 'qwen3',
		vocab_size: 300,
		hidden_size: 16,
		num_hidden_layers: 2,
		num_attention_heads: 64,
		num_key_value_heads: 64,
		head_dim: 128,
		intermediate_size: 16,
		max_position_embeddings: 1_000_000,
		eos_token_id: 0,
	});
	const {lm} = await openModel(await readModelFiles(readFrom(files)));
	const long = text(80_000);
	const onProgress = vi.fn();
	const prefix = await lm.prefill(long.slice(0, 100));
	for (const ask of [
		() => lm.prefill(long, {onProgress}),
		() => collect(lm.scoreWindow(long, 0, {onProgress})),
		() => lm.extend(prefix, null, [long]),
	])
		await expect(ask()).rejects.toMatchObject({
			code: 'out-of-memory',
			message: expect.stringMatching(
				/^The model has memory for the keys and values of 6\d{4} tokens, and the text has 80\d00\. Shorten it\.$/,
			),
		});
	expect(onProgress).not.toHaveBeenCalled();
	expect((await lm.prefill(long.slice(0, 100))).logits.every(Number.isFinite)).toBe(true);
	await lm.dispose();
});

/** A model that keeps so many pages. */
async function keeping(pages: number) {
	const files = makeCheckpoint({layers: 2, width: 64, contextLength: 1024});
	const {weights, config} = await readModelFiles(readFrom(files));
	const declaration = declareModel(config);
	const checked = await checkWeights(weights, declaration, 'int8');
	const pageBytes = declaration.program.pageBytes.int8;
	const kept = pages * pageBytes;
	const lm = await KernelModel.open(declaration, checked.layout, kernelHost(1), kept);
	await checked.load(lm.machine.weightBytes(), () => {});
	return {lm, kept, pageBytes};
}

test.each([2, 4, 6, 8])(
	'branches go on with the same bits where %d other texts have taken pages meanwhile',
	async others => {
		const [{lm}, {lm: roomy}] = [await keeping(12), await keeping(1000)];
		const continued = async (model: KernelModel) => {
			const prefix = await model.prefill(text(60));
			// A page is full, and the next step takes one for each branch.
			const {branches} = await model.extend(prefix, null, rows(68, 4));
			for (let seed = 1; seed <= others; seed++) await model.prefill(text(PAGE, seed));
			return (await model.extend(prefix, branches, rows(1, 4))).logits;
		};
		expect(await continued(lm)).toEqual(await continued(roomy));
		await Promise.all([lm.dispose(), roomy.dispose()]);
	},
);

test('however much is asked for, memory stays that of the weights, of the cache and 100 MB at most', async () => {
	const {lm, kept, pageBytes} = await keeping(40);
	const heap = () => lm.machine.memory.memory.buffer.byteLength;
	const opened = heap();

	/** Beams of which each step goes on with some. */
	async function continued(prompt: readonly number[], beams: number) {
		const prefix = await lm.prefill(prompt);
		let branches: Branches | null = null;
		for (let step = 0; step < 40; step++) {
			const tokens = Array.from({length: beams}, (_, b) => [(step * 31 + b * 7) % 250]);
			const next = await lm.extend(prefix, branches, tokens);
			const best = Array.from({length: beams}, (_, b) => (b * step) % beams);
			branches = lm.select(next.branches, best);
		}
	}
	async function everything(seed: number) {
		for (let i = 0; i < 5; i++) await lm.prefill(text(1000, seed + i));
		await collect(lm.scoreWindow(text(1000, seed + 7), 0));
		await Promise.all([8, 9, 10].map(i => lm.prefill(text(700, seed + i))));
		const controller = new AbortController();
		const onProgress = () => controller.abort();
		await lm.prefill(text(900, seed + 11), {signal: controller.signal, onProgress}).catch(() => {});
		await continued(text(100, seed + 12), 8);
		await continued(text(20, seed + 13), 16);
	}

	for (const seed of [1, 20, 40]) await everything(seed);
	const before = heap();
	for (const seed of [60, 80]) await everything(seed);
	expect(heap()).toBe(before);
	// Three prompts of 700 tokens were read at once, and steps of 16 branches keep those before them.
	expect(heap()).toBeLessThan(opened + kept + 48 * pageBytes);
	expect(lm.reader.pages.count).toBeGreaterThan(38);
	await lm.dispose();
});

test('continuations take no more pages than a plan reckons with, and most of them', async () => {
	const {lm} = await openModel(await readModelFiles(readFrom(makeCheckpoint({contextLength: 300, layers: 1}))));
	const prefix = await lm.prefill(text(100));
	const prompt = lm.reader.pages.count;
	let branches: Branches | null = null;
	for (let step = 0; step < 130; step++) {
		const tokens = Array.from({length: 8}, (_, b) => [(step * 31 + b * 7) % 250]);
		({branches} = await lm.extend(prefix, branches, tokens));
	}
	const taken = lm.reader.pages.count - prompt;
	const reckoned = suffixBytes(8, 130, lm.config) / (PAGE * lm.config.cacheBytes!);
	expect(reckoned).toBe(8 * 4);
	expect(taken).toBeLessThanOrEqual(reckoned);
	expect(taken).toBeGreaterThan(reckoned / 2);
	await lm.dispose();
});

test('of the bundled model, all that is neither weights nor cache takes less than 100 MB', async () => {
	const {lm, weightBytes} = await openBundledModel({threads: 8});
	expect(lm.machine.memory.memory.buffer.byteLength - weightBytes).toBeLessThan(100e6);
	await lm.dispose();
});
