/** Probabilities of a few labels from the log-probabilities that a language model gives them as continuations. */

/** The model's own distribution, restricted to some labels and renormalised. */
export function restrictedSoftmax(logProbs: readonly number[]): number[] {
	const largest = Math.max(...logProbs);
	const weights = logProbs.map(logProb => Math.exp(logProb - largest));
	const sum = weights.reduce((total, weight) => total + weight, 0);
	return weights.map(weight => weight / sum);
}

/**
 * Contextual calibration (Zhao et al. 2021, "Calibrate Before Use"): each label's probability divided by what the label
 * gets after a content-free input, and renormalised. The content-free input itself then gives every label the same.
 * The paper takes a softmax of the quotients; the order of the labels is the same.
 * @param contentFree log-probabilities of the same labels after the content-free input.
 */
export const calibrated = (logProbs: readonly number[], contentFree: readonly number[]): number[] =>
	restrictedSoftmax(logProbs.map((logProb, i) => logProb - contentFree[i]));

/** Index of the largest; the first among equals. */
export const bestOf = (probabilities: readonly number[]): number =>
	probabilities.reduce((best, probability, i) => (probability > probabilities[best] ? i : best), 0);

/** Predictions compared with the truth. */
export interface Evaluation {
	/** Items whose truth is known. */
	known: number;
	correct: number;
	/** [truth][prediction]: how many. */
	confusion: number[][];
}

/** @param truths index of the true label of each prediction; null where it is not known. */
export function evaluate(
	predictions: readonly number[],
	truths: readonly (number | null)[],
	labels: number,
): Evaluation {
	const confusion = Array.from({length: labels}, () => new Array<number>(labels).fill(0));
	let [known, correct] = [0, 0];
	for (const [i, predicted] of predictions.entries()) {
		const truth = truths[i] ?? null;
		if (truth === null) continue;
		known++;
		if (truth === predicted) correct++;
		confusion[truth][predicted]++;
	}

	return {known, correct, confusion};
}
