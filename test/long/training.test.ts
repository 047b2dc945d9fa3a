import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {Trainer} from '../../src/features/walkthrough/train/trainer/trainer.ts';

/** A whole training, as a person sees it. Takes minutes. */

const text = new Uint8Array(readFileSync('src/features/walkthrough/train/trainer/texts/willie.txt'));

/** Steps, and the losses after them in nats a byte: on the text that is learned, and on the tenth that is kept back. */
const RECORDED = [
	[10, 3.3178034498324345, 3.30155978752018],
	[100, 2.3105597568746328, 2.462042068803034],
	[1000, 0.5681946456546081, 3.750078747858471],
] as const;

test('the model’s losses on the shipped text are those recorded for its seed, to the bit', {timeout: 3_600_000}, () => {
	const trainer = new Trainer(text, {seed: 7, learningRate: 0.003});
	for (const [step, learned, keptBack] of RECORDED) {
		while (trainer.step < step) trainer.next();
		expect([step, trainer.learnedLoss(), trainer.keptBackLoss()]).toEqual([step, learned, keptBack]);
	}
});
