import * as v from 'valibot';
import type {CheckpointFile} from './hugging-face.ts';
import {Lesson} from './lesson.ts';
import type {Past, TrainedStep} from './past.ts';
import type {Baselines} from './text.ts';

/** What a page asks of the worker that trains, and what comes back. */

const Step = v.pipe(v.number(), v.integer(), v.minValue(0));
const Question = v.pipe(v.number(), v.integer());

/** A continuation is as long as a few lines. */
const MOST_CONTINUED = 400;

/** To the worker; checked there. */
export const ToTrainer = v.variant('type', [
	/**
	 * A lesson in place of the one before: from where it was stored, or with an untrained model where it was not. `anew`: untrained
	 * in any case, and what is stored is forgotten. Of several, the last is answered.
	 */
	v.object({type: v.literal('begin'), question: Question, lesson: Lesson, anew: v.boolean()}),
	/** Train so many steps; null is until `pause`. */
	v.object({type: v.literal('run'), steps: v.nullable(v.pipe(Step, v.minValue(1)))}),
	v.object({type: v.literal('pause')}),
	/** Store what has been trained now: the page may end. */
	v.object({type: v.literal('store')}),
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

/** What a model says of a prompt. */
export interface Look {
	/** The step after which it was. */
	step: number;
	/** Probability of every byte, [256]: one kilobyte. */
	distribution: Float32Array;
	/** The bytes drawn after the prompt. */
	continuation: Uint8Array;
}

/** What was found stored when a lesson began. */
export type Found =
	/** This very lesson, which goes on after so many steps. */
	| {kind: 'same'; step: number}
	/** Another lesson, which is stored until this one is. */
	| {kind: 'other'; step: number; isSameText: boolean; seed: number; learningRate: number}
	| {kind: 'unreadable'};

export type FromTrainer =
	/** `past`: all steps so far, in nats. */
	| {type: 'begun'; question: number; baselines: Baselines; past: Past; found: Found | null}
	| ({type: 'step'} & TrainedStep)
	/** No step is under way or waits. `isLost`: the loss is no number any more, and the model is beyond help. */
	| {type: 'paused'; step: number; isLost: boolean}
	| ({type: 'looked'; question: number} & Look)
	| {type: 'saved'; question: number; step: number; files: CheckpointFile[]}
	| {type: 'stored'; step: number}
	| {type: 'not-stored'; why: string}
	/** A message that could not be read or done; `question` where it asked for something. */
	| {type: 'failed'; question: number | null; why: string};
