import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import type {Branches, CausalLM, RunOptions, Step} from '../../../../src/engine/model/causal-lm.ts';
import {CHUNK, scoredChunk} from '../../../../src/engine/model/chunks.ts';
import {Gpt2} from '../../../../src/engine/model/shared-prefix-model.ts';
import {openModel} from '../../../../src/engine/open-model.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';
import {makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {collect} from '../../../helpers/collect.ts';
import {memory} from '../../../helpers/counted-module.ts';
import {forgetPrompts} from '../../../helpers/forget-prompts.ts';
import {growingSession} from '../../../helpers/growing-session.ts';

/** The cache of a text that is read grows in the runtime's memory: with the same numbers, and nothing left of it. */

vi.mock(import('../../../../src/engine/model/wasm-module.ts'), async importOriginal =>
	(await import('../../../helpers/counted-module.ts')).withCountedModule(importOriginal),
);

/** Tokens of a text, of which every one has a place in the bundled model's vocabulary. */
const text = (length: number, seed: number) => Array.from({length}, (_, i) => (i * 7919 + seed * 104_729) % 5000);

let lm: Gpt2;
/** The same model, its cache handed out and in again at every run. */
let through: CausalLM;
let passage: number[];
beforeAll(async () => {
	({lm} = await openBundledModel());
	through = new Gpt2(lm.config, growingSession(lm.session));
	passage = text(scoredChunk(lm.config) + 150, 1);
	expect(passage.length).toBeLessThan(lm.config.contextLength);
	// All that is taken once and kept has been taken: the names of inputs and outputs.
	await collect(lm.scoreWindow(passage, 0));
	await lm.extend(await lm.prefill([1], {hidden: true}), null, [[2]]);
});
afterAll(() => lm.dispose());

/** What is in use after a run that holds little. */
async function inUse() {
	await lm.headRows([1]);
	return memory().inUse();
}

const scores = (model: CausalLM, ids: readonly number[], options?: RunOptions) =>
	collect(model.scoreWindow(ids, 0, options));

describe('a passage', () => {
	test('is scored with the numbers of a cache that is handed out and in again, and leaves nothing', async () => {
		const before = await inUse();
		const found = await scores(lm, passage);
		expect(found.length).toBeGreaterThan(1);
		expect(await inUse()).toEqual(before);
		expect(found).toEqual(await scores(through, passage));
	});

	test('is scored with the same numbers beside requests of every kind', async () => {
		const alone = await scores(lm, passage);
		const others = [text(900, 2), text(700, 3)];
		const alsoAlone = [await scores(lm, others[0]), await scores(lm, others[1])];
		await forgetPrompts(lm);
		const before = await inUse();
		const between = async () => {
			const prefix = await lm.prefill(text(2 * CHUNK + 9, 4));
			await lm.extend(prefix, null, [[5], [6]]);
			await lm.headRows([3]);
		};
		const [found, ...alsoFound] = await Promise.all([
			scores(lm, passage, {beforeRun: between}),
			...others.map(ids => scores(lm, ids)),
		]);
		expect(found).toEqual(alone);
		expect(alsoFound).toEqual(alsoAlone);
		expect(await inUse()).toEqual(before);
	});

	test('leaves nothing when whoever asked stops listening', async () => {
		const before = await inUse();
		for await (const part of lm.scoreWindow(passage, 0)) {
			expect(part.rank.length).toBeLessThan(passage.length - 1);
			break;
		}
		expect(await inUse()).toEqual(before);
	});

	test('leaves nothing when it is taken back, or when its turn is', async () => {
		const before = await inUse();
		const controller = new AbortController();
		const leaving = scores(lm, passage, {signal: controller.signal, onProgress: () => controller.abort()});
		await expect(leaving).rejects.toThrow(/abort/i);
		expect(await inUse()).toEqual(before);
		let turns = 0;
		const refused = scores(lm, passage, {
			async beforeRun() {
				if (++turns === 2) throw new Error('no turn');
			},
		});
		await expect(refused).rejects.toThrow('no turn');
		expect(await inUse()).toEqual(before);
	});

	test('for which there is no memory leaves nothing, and can be asked for again', async () => {
		const alone = await scores(lm, passage);
		const before = await inUse();
		// Some of the layers find their room.
		const room = 4 * scoredChunk(lm.config) * lm.config.hiddenSize;
		memory().refuse(room, 3);
		await expect(scores(lm, passage)).rejects.toMatchObject({name: 'EngineError', code: 'out-of-memory'});
		memory().refuse();
		expect(await inUse()).toEqual(before);
		expect(await scores(lm, passage)).toEqual(alone);
	});
});

describe('a prompt', () => {
	const ids = text(4 * CHUNK + 10, 7);
	const nextLogits = async (model: CausalLM, ids: readonly number[]) => {
		const prefix = await model.prefill(ids, {hidden: true});
		const {logits} = await model.extend(prefix, null, [[11], [12]]);
		return {prompt: prefix.logits, hidden: prefix.hidden, logits};
	};

	test('is read with the numbers of a cache that is handed out and in again, and leaves nothing', async () => {
		await forgetPrompts(lm);
		const before = await inUse();
		const found = await nextLogits(lm, ids);
		expect(await inUse()).toEqual(before);
		expect(found).toEqual(await nextLogits(through, ids));
	});

	test('has its cache in the runtime’s memory already when it is continued', async () => {
		await forgetPrompts(lm);
		const prefix = await lm.prefill(ids);
		memory().allocated();
		await lm.extend(prefix, null, [[11]]);
		expect(memory().allocated()).toBeLessThan(1e5);
		await forgetPrompts(lm);
		memory().allocated();
		await lm.extend(prefix, null, [[11]]);
		expect(memory().allocated()).toBeGreaterThan(1e6);
	});

	test('that begins as others did ends as if it were read alone', async () => {
		const endings = [ids.slice(0, 2 * CHUNK), [...ids.slice(0, 3 * CHUNK + 5), 1, 2, 3], [...ids, 4, 5, 6], ids];
		const alone = [];
		for (const ending of endings) {
			await forgetPrompts(lm);
			alone.push(await nextLogits(through, ending));
		}
		await forgetPrompts(lm);
		const before = await inUse();
		const found = [];
		for (const ending of endings) found.push(await nextLogits(lm, ending));
		expect(found).toEqual(alone);
		const together = await Promise.all(endings.map(ending => nextLogits(lm, [...ending, 9])));
		for (const [i, ending] of endings.entries()) expect(together[i]).toEqual(await nextLogits(through, [...ending, 9]));
		expect(await inUse()).toEqual(before);
	});

	test('that is taken back half-way leaves nothing', async () => {
		await forgetPrompts(lm);
		const before = await inUse();
		const controller = new AbortController();
		const leaving = lm.prefill(ids, {
			signal: controller.signal,
			onProgress: done => done === 2 * CHUNK && controller.abort(),
		});
		await expect(leaving).rejects.toThrow(/abort/i);
		expect(await inUse()).toEqual(before);
	});

	test('that two ask for at once is read once, for one whether or not the other stays, and leaves nothing', async () => {
		await forgetPrompts(lm);
		const before = await inUse();
		const [one, other] = await Promise.all([lm.prefill(ids), lm.prefill(ids)]);
		expect(other).toBe(one);
		expect(await inUse()).toEqual(before);

		await forgetPrompts(lm);
		const controller = new AbortController();
		const leaving = lm.prefill(ids, {
			signal: controller.signal,
			onProgress: done => done === 2 * CHUNK && controller.abort(),
		});
		const staying = lm.prefill(ids);
		await expect(leaving).rejects.toThrow(/abort/i);
		expect((await staying).logits).toEqual(one.logits);
		expect(await inUse()).toEqual(before);
	});

	test('for which there is no memory leaves nothing, and can be asked for again', async () => {
		await forgetPrompts(lm);
		const before = await inUse();
		memory().refuse(4 * CHUNK * lm.config.hiddenSize, 3);
		await expect(lm.prefill(ids)).rejects.toMatchObject({name: 'EngineError', code: 'out-of-memory'});
		memory().refuse();
		expect(await inUse()).toEqual(before);
		expect((await lm.prefill(ids)).ids).toEqual(ids);
	});
});

test('a model that cannot run for want of memory leaves nothing when it is opened', async () => {
	const files = await readModelFiles(readFrom(makeCheckpoint()));
	const before = await inUse();
	// There is room for the session, and none for its first input.
	memory().refuse(1, 3);
	await expect(openModel(files)).rejects.toMatchObject({code: 'out-of-memory'});
	memory().refuse();
	expect(await inUse()).toEqual(before);
});

describe('continuations', () => {
	/** Three steps of two continuations after these tokens. */
	async function steps(model: CausalLM, spent: boolean, between = async () => {}) {
		const prefix = await model.prefill(text(CHUNK + 5, 6));
		let branches: Branches | null = null;
		const logits: Float32Array[] = [];
		for (const tokens of [
			[[1], [2]],
			[[3], [4]],
			[[5], [6]],
		]) {
			const step: Step = await model.extend(prefix, branches, tokens, {spent});
			logits.push(step.logits);
			branches = step.branches;
			await between();
		}
		return logits;
	}

	test('have the same logits whether their cache may stay in the runtime or not, and others may come between', async () => {
		const kept = await steps(through, false);
		expect(await steps(lm, false)).toEqual(kept);
		expect(await steps(lm, true)).toEqual(kept);
		expect(await steps(lm, true, async () => void (await lm.headRows([1])))).toEqual(kept);
	});

	test('can be taken back and chosen from until they are spent, and go on from there', async () => {
		const prefix = await lm.prefill(text(CHUNK + 5, 6));
		const one = await lm.extend(prefix, null, [[1], [2]]);
		const two = await lm.extend(prefix, one.branches, [[3], [4]]);
		const back = await lm.extend(prefix, lm.truncate(two.branches, 1), [[3], [4]], {spent: true});
		expect(back.logits).toEqual(two.logits);
		const chosen = await lm.extend(prefix, lm.select(two.branches, [1]), [[9]], {spent: true});
		const both = await lm.extend(prefix, two.branches, [[8], [9]], {spent: true});
		expect(both.logits.slice(lm.config.vocabSize)).toEqual(chosen.logits);
	});

	test('leave nothing in the runtime once others run', async () => {
		const before = await inUse();
		await steps(lm, true);
		await forgetPrompts(lm);
		expect(await inUse()).toEqual(before);
	});
});
