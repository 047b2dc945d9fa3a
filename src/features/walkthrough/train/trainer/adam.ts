/** How Adam moves: step size, and how long it remembers. */
export interface AdamOptions {
	learningRate: number;
	beta1: number;
	beta2: number;
	epsilon: number;
}

export const ADAM: Omit<AdamOptions, 'learningRate'> = {beta1: 0.9, beta2: 0.99, epsilon: 1e-8};

/** What Adam remembers of every weight: the running means of its gradient and of its square. */
export interface Moments {
	mean: Float32Array;
	square: Float32Array;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1), in place.
 * @param step 1 for the first one.
 */
export function adamStep(
	weights: Float32Array,
	gradients: Float32Array,
	{mean, square}: Moments,
	step: number,
	{learningRate, beta1, beta2, epsilon}: AdamOptions,
): void {
	const meanScale = 1 / (1 - power(beta1, step));
	const squareScale = 1 / (1 - power(beta2, step));
	for (let i = 0; i < weights.length; i++) {
		const g = gradients[i];
		mean[i] = beta1 * mean[i] + (1 - beta1) * g;
		square[i] = beta2 * square[i] + (1 - beta2) * g * g;
		weights[i] -= (learningRate * mean[i] * meanScale) / (Math.sqrt(square[i] * squareScale) + epsilon);
	}
}

/** base^n by repeated squaring: `**` may be rounded differently in other browsers. */
function power(base: number, n: number): number {
	let result = 1;
	for (let factor = base, left = n; left > 0; left = Math.floor(left / 2), factor *= factor)
		if (left % 2 === 1) result *= factor;
	return result;
}
