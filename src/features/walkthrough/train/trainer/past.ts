/** One step, with all that can be shown of it. */
export interface TrainedStep {
	step: number;
	/** Mean of the batch a byte, before its weights were changed. */
	loss: number;
	/** Mean on the tenth that is kept back, after the step; null where it was not measured. */
	keptBack: number | null;
	batch: StepBatch;
}

/** The pieces of one step: where they begin in the text's bytes, and every position's loss, [pieces, positions]. */
export interface StepBatch {
	begins: Int32Array;
	losses: Float32Array;
}

/** All steps so far. Losses have one unit, which its owner says. */
export interface Past {
	/** Of each step's batch, the first step's first. */
	losses: number[];
	/** On the tenth that is kept back, where it was measured; before the first step, too. */
	keptBack: {step: number; loss: number}[];
	/** The batches of the steps whose weights are kept, and the last one. */
	batches: Map<number, StepBatch>;
}

/** @param keptBack the untrained model's loss on what is kept back. */
export const noPast = (keptBack: number): Past => ({
	losses: [],
	keptBack: [{step: 0, loss: keptBack}],
	batches: new Map(),
});

/** Add the step that comes next. */
export function record({losses, keptBack, batches}: Past, step: TrainedStep): void {
	losses.push(step.loss);
	if (step.keptBack !== null) keptBack.push({step: step.step, loss: step.keptBack});
	if (!isKept(step.step - 1)) batches.delete(step.step - 1);
	batches.set(step.step, step.batch);
}

/** A past in another unit. */
export const converted = (past: Past, convert: (loss: number) => number): Past => ({
	losses: past.losses.map(convert),
	keptBack: past.keptBack.map(({step, loss}) => ({step, loss: convert(loss)})),
	batches: new Map([...past.batches].map(([step, {begins, losses}]) => [step, {begins, losses: losses.map(convert)}])),
});

/** The steps after which the weights are kept: 0, 1, 2, 5, 10, 20, 50, ... */
export function isKept(step: number): boolean {
	let lead = step;
	while (lead >= 10 && lead % 10 === 0) lead /= 10;
	return lead === 0 || lead === 1 || lead === 2 || lead === 5;
}
