import * as v from 'valibot';
import type {CheckpointFile} from './hugging-face.ts';
import type {Baselines} from './text.ts';

/** What a page asks of the worker that trains, and what comes back. */

const Step = v.pipe(v.number(), v.integer(), v.minValue(0));
const Question = v.pipe(v.number(), v.integer());

/** The learning rates that can be set: at 1 a step is as large as a weight. */
export const LEARNING_RATES = {least: 0.00001, most: 1};
/** A continuation is as long as a few lines. */
const MOST_CONTINUED = 400;

/** To the worker; checked there. */
export const ToTrainer = v.variant('type', [
	/** A new model, untrained, and the text that it will read. What was trained before is gone. */
	v.object({
		type: v.literal('begin'),
		text: v.string(),
		seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)),
		learningRate: v.pipe(v.number(), v.minValue(LEARNING_RATES.least), v.maxValue(LEARNING_RATES.most)),
	}),
	/** Train so many steps; null is until `pause`. */
	v.object({type: v.literal('run'), steps: v.nullable(v.pipe(Step, v.minValue(1)))}),
	v.object({type: v.literal('pause')}),
	/** What the model says of a prompt, now or after an earlier step whose weights were kept. */
	v.object({
		type: v.literal('look'),
		question: Question,
		step: v.nullable(Step),
		prompt: v.string(),
		continued: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_CONTINUED)),
	}),
	/** The model as it is now, as files. */
	v.object({type: v.literal('save'), question: Question}),
]);
export type ToTrainer = v.InferOutput<typeof ToTrainer>;

/** One step, with all that can be shown of it. Losses are in nats a byte. */
interface TrainedStep {
	step: number;
	/** Mean of the batch, before its weights were changed. */
	loss: number;
	/** Mean on the tenth that is kept back, after the step; null where it was not measured. */
	keptBack: number | null;
	/** Where each piece of the batch begins in the text, and each position's loss, [pieces, positions]. */
	begins: Int32Array;
	losses: Float32Array;
}

/** What a model says of a prompt. */
export interface Look {
	/** The step after which it was. */
	step: number;
	/** Probability of every byte, [256]: one kilobyte. */
	distribution: Float32Array;
	/** The bytes drawn after the prompt. */
	continuation: Uint8Array;
}

export type FromTrainer =
	| {type: 'begun'; baselines: Baselines; keptBack: number}
	| ({type: 'step'} & TrainedStep)
	/** No step is under way or waits. `isLost`: the loss is no number any more, and the model is beyond help. */
	| {type: 'paused'; step: number; isLost: boolean}
	| ({type: 'looked'; question: number} & Look)
	| {type: 'saved'; question: number; step: number; files: CheckpointFile[]}
	/** A message that could not be read or done; `question` where it asked for something. */
	| {type: 'failed'; question: number | null; why: string};

/** The steps after which the weights are kept: 0, 1, 2, 5, 10, 20, 50, ... */
export function isKept(step: number): boolean {
	let lead = step;
	while (lead >= 10 && lead % 10 === 0) lead /= 10;
	return lead === 0 || lead === 1 || lead === 2 || lead === 5;
}
