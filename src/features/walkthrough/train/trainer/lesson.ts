import * as v from 'valibot';

/** The learning rates that can be set: at 1 a step is as large as a weight. */
export const LEARNING_RATES = {least: 0.00001, most: 1};

/** What is learned, and how: it decides every bit of what comes of it. */
export const Lesson = v.object({
	text: v.string(),
	seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)),
	learningRate: v.pipe(v.number(), v.minValue(LEARNING_RATES.least), v.maxValue(LEARNING_RATES.most)),
});
export type Lesson = v.InferOutput<typeof Lesson>;

/** Of whole lessons, or of two whose texts are digests. */
export const isSameLesson = (a: Lesson, b: Lesson): boolean =>
	a.text === b.text && a.seed === b.seed && a.learningRate === b.learningRate;
