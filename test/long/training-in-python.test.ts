import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {trainingInPython} from '../../src/features/walkthrough/train/python.ts';
import {Trainer} from '../../src/features/walkthrough/train/trainer/trainer.ts';
import {printedBy, TORCH} from '../helpers/python.ts';

test.skipIf(!TORCH)('the training that is exported, in PyTorch, learns as quickly as here', {timeout: 600_000}, () => {
	const text = readFileSync('src/features/walkthrough/train/trainer/texts/jack.txt', 'utf8');
	const lesson = {text, seed: 7, learningRate: 0.003};
	const [step, loss, keptBack] = printedBy(TORCH!, trainingInPython(lesson, 100)).trim().split(' ').map(Number);
	expect(step).toBe(100);
	const trainer = new Trainer(new TextEncoder().encode(text), lesson);
	while (trainer.step < 100) trainer.next();
	// Its weights and batches are drawn by other random numbers. Untrained, both would be at 8 bits.
	expect(Math.abs(loss - trainer.learnedLoss() / Math.LN2)).toBeLessThan(0.4);
	expect(Math.abs(keptBack - trainer.keptBackLoss() / Math.LN2)).toBeLessThan(0.8);
});
