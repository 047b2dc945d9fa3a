import {logSumExp} from '../math/math.ts';

/**
 * One step of training on the smallest part there is: a bias b added to the head's logits, [V]. GPT-2 has none, so it
 * begins at zero. The loss is the mean cross-entropy of the positions, in nats; its gradient with respect to b is the mean
 * of softmax(logits + b) minus the target's one-hot vector.
 */

/** Negative log-probability of a target under the logits plus a bias, in nats. */
export function crossEntropy(logits: Float32Array, target: number, bias: Float64Array | null = null): number {
	return logSumExpWith(logits, bias) - logits[target] - (bias?.[target] ?? 0);
}

/**
 * Adds one position's gradient, times `weight`, to a sum of gradients.
 * @param gradient [V]; written.
 */
export function addBiasGradient(
	gradient: Float64Array,
	logits: Float32Array,
	target: number,
	weight: number,
	bias: Float64Array | null = null,
): void {
	const total = logSumExpWith(logits, bias);
	for (let id = 0; id < logits.length; id++) gradient[id] += weight * Math.exp(logits[id] + (bias?.[id] ?? 0) - total);
	gradient[target] -= weight;
}

/** The bias after a step of gradient descent from zero. */
export const biasAfterStep = (gradient: Float64Array, learningRate: number): Float64Array =>
	gradient.map(slope => -learningRate * slope);

/** The logits with the bias added, float32 [V]. */
export const withBias = (logits: Float32Array, bias: Float64Array): Float32Array =>
	logits.map((logit, id) => logit + bias[id]);

function logSumExpWith(logits: Float32Array, bias: Float64Array | null): number {
	if (!bias) return logSumExp(logits);
	let max = -Infinity;
	for (let id = 0; id < logits.length; id++) max = Math.max(max, logits[id] + bias[id]);
	let sum = 0;
	for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id] + bias[id] - max);
	return max + Math.log(sum);
}
