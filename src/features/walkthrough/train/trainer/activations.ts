import {exp, tanh} from './exact-math.ts';

const GELU = Math.sqrt(2 / Math.PI);

/** Activations of a block that its backward pass needs. */
export class BlockActivations {
	readonly input: Float32Array;
	readonly norm1: Float32Array;
	readonly qkv: Float32Array;
	readonly attention: Float32Array;
	readonly mixed: Float32Array;
	readonly middle: Float32Array;
	readonly norm2: Float32Array;
	readonly wide: Float32Array;
	readonly gelu: Float32Array;
	/** Mean and 1 / standard deviation of each row, of both norms. */
	readonly statistics1: Float32Array;
	readonly statistics2: Float32Array;

	constructor(T: number, H: number, D: number, B: number) {
		const R = B * T;
		this.input = new Float32Array(R * D);
		this.norm1 = new Float32Array(R * D);
		this.qkv = new Float32Array(R * 3 * D);
		this.attention = new Float32Array(B * H * T * T);
		this.mixed = new Float32Array(R * D);
		this.middle = new Float32Array(R * D);
		this.norm2 = new Float32Array(R * D);
		this.wide = new Float32Array(R * 4 * D);
		this.gelu = new Float32Array(R * 4 * D);
		this.statistics1 = new Float32Array(2 * R);
		this.statistics2 = new Float32Array(2 * R);
	}
}

/** In place: e^(x - highest) over their sum. */
export function softmax(values: Float32Array, at: number, n: number): void {
	let highest = -Infinity;
	for (let i = at; i < at + n; i++) if (values[i] > highest) highest = values[i];
	let sum = 0;
	for (let i = at; i < at + n; i++) {
		values[i] = exp(values[i] - highest);
		sum += values[i];
	}
	for (let i = at; i < at + n; i++) values[i] /= sum;
}

/** GELU in GPT-2's form, by tanh (Hendrycks & Gimpel 2016). */
export const gelu = (x: number) => 0.5 * x * (1 + tanh(GELU * (x + 0.044715 * x * x * x)));

/** Its derivative. */
export function geluSlope(x: number): number {
	const t = tanh(GELU * (x + 0.044715 * x * x * x));
	return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU * (1 + 3 * 0.044715 * x * x);
}
