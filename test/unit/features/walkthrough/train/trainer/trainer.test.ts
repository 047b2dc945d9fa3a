import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {readAndOpenModel} from '../../../../../../src/engine/open-model.ts';
import {kernelHost} from '../../../../../../src/entrypoints/cli/kernel-host.ts';
import {huggingFaceFiles} from '../../../../../../src/features/walkthrough/train/trainer/hugging-face.ts';
import {Reader} from '../../../../../../src/features/walkthrough/train/trainer/reader.ts';
import {SHAPE} from '../../../../../../src/features/walkthrough/train/trainer/shape.ts';
import {
	baselinesOf,
	evenBatch,
	shortestText,
	splitText,
	trainingBatch,
} from '../../../../../../src/features/walkthrough/train/trainer/text.ts';
import {initialWeights, Trainer} from '../../../../../../src/features/walkthrough/train/trainer/trainer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const willie = new Uint8Array(readFileSync('src/features/walkthrough/train/trainer/texts/willie.txt'));

describe('a text to learn', () => {
	test('is learned but for its last tenth', () => {
		const {learned, keptBack} = splitText(bytes('0123456789'.repeat(10)));
		expect([learned.length, keptBack.length]).toEqual([90, 10]);
	});

	test('gives each step pieces of its own, which another run gets as well', () => {
		const batch = trainingBatch(willie, 4, 16, 7, 3);
		expect(trainingBatch(willie, 4, 16, 7, 3)).toEqual(batch);
		expect(trainingBatch(willie, 4, 16, 7, 4).begins).not.toEqual(batch.begins);
		for (let i = 0; i < 4; i++) {
			const begin = batch.begins[i];
			expect([...batch.ids.slice(16 * i, 16 * i + 16)]).toEqual([...willie.slice(begin, begin + 16)]);
			expect([...batch.targets.slice(16 * i, 16 * i + 16)]).toEqual([...willie.slice(begin + 1, begin + 17)]);
		}
	});

	test('of the shortest length leaves a whole piece to learn and one to keep back', () => {
		const {learned, keptBack} = splitText(new Uint8Array(shortestText(64)));
		expect(evenBatch(keptBack, 8, 64).ids).toHaveLength(64);
		expect(trainingBatch(learned, 8, 64, 1, 1).ids).toHaveLength(512);
	});

	test('has baselines that can be counted by hand', () => {
		const {uniform, frequencies, pairs} = baselinesOf(bytes('abababab'));
		expect([uniform, frequencies, pairs]).toEqual([1, 1, 0]);
		const quarter = baselinesOf(bytes('aaab'));
		// 3/4 log2(4/3) + 1/4 log2(4); after an a: a, a or b.
		expect(quarter.frequencies).toBeCloseTo(0.811278, 6);
		expect(quarter.pairs).toBeCloseTo(0.918296, 6);
	});
});

describe('training', () => {
	test('learns: 30 steps on a page bring the loss from chance below five bits a byte', () => {
		const trainer = new Trainer(willie, {seed: 7, learningRate: 0.003});
		const first = trainer.next();
		expect(first.losses).toHaveLength(512);
		expect(first.loss / Math.LN2).toBeGreaterThan(7.5);
		expect(trainer.keptBackLoss() / Math.LN2).toBeGreaterThan(6);
		for (let i = 0; i < 29; i++) trainer.next();
		expect(trainer.learnedLoss() / Math.LN2).toBeLessThan(5);
		expect(trainer.keptBackLoss() / Math.LN2).toBeLessThan(5);
	});

	test('gives the same bits for the same seed, and others for another; looking changes nothing', () => {
		const run = (seed: number, looks: boolean) => {
			const trainer = new Trainer(willie, {seed, learningRate: 0.003});
			for (let i = 0; i < 4; i++) {
				trainer.next();
				if (looks) {
					trainer.keptBackLoss();
					new Reader(trainer.weights, seed).continuation(bytes('Willie '), 5);
				}
			}
			return trainer.weights;
		};
		const weights = run(7, false);
		expect(run(7, true)).toEqual(weights);
		expect(run(8, false)).not.toEqual(weights);
	});

	test('continues a prompt by as many bytes as are asked for, also an empty one and one longer than its context', () => {
		const reader = new Reader(initialWeights(7), 7);
		for (const prompt of ['', 'W', 'W'.repeat(100)]) {
			expect(reader.distribution(bytes(prompt)).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 1);
			expect(reader.continuation(bytes(prompt), 3)).toHaveLength(3);
		}
	});

	test('makes a checkpoint that opens as a GPT-2 and predicts the same', async () => {
		const trainer = new Trainer(willie, {seed: 7, learningRate: 0.003});
		for (let i = 0; i < 3; i++) trainer.next();
		const files = new Map(huggingFaceFiles(SHAPE, trainer.weights).map(({name, bytes}) => [name, bytes]));
		const {lm, tokenizer} = await readAndOpenModel(async name => files.get(name) ?? null, {
			dtype: 'fp32',
			host: kernelHost(1),
		});
		try {
			const ids = tokenizer.encode('Willie saïd');
			expect(ids).toEqual([...bytes('Willie saïd')]);
			const {logits} = await lm.prefill(ids);
			const ours = new Reader(trainer.weights, 7).distribution(bytes('Willie saïd'));
			const largest = logits.slice(0, 256).reduce((most, x) => Math.max(most, x), -Infinity);
			const total = logits.reduce((sum, x) => sum + Math.exp(x - largest), 0);
			for (let i = 0; i < 256; i++) expect(Math.exp(logits[i] - largest) / total).toBeCloseTo(ours[i], 5);
		} finally {
			await lm.dispose();
		}
	});
});
