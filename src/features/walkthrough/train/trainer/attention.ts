import {type BlockActivations, softmax} from './activations.ts';

/** Causal attention (Vaswani et al. 2017): each position mixes values of itself and of those before it. */
export function attend(B: number, T: number, H: number, D: number, {qkv, attention, mixed}: BlockActivations): void {
	const d = D / H;
	const scale = 1 / Math.sqrt(d);
	for (let b = 0; b < B; b++)
		for (let h = 0; h < H; h++)
			for (let t = 0; t < T; t++) {
				const query = (b * T + t) * 3 * D + h * d;
				const weights = ((b * H + h) * T + t) * T;
				for (let s = 0; s <= t; s++) {
					const key = (b * T + s) * 3 * D + D + h * d;
					let sum = 0;
					for (let c = 0; c < d; c++) sum += qkv[query + c] * qkv[key + c];
					attention[weights + s] = sum * scale;
				}
				softmax(attention, weights, t + 1);
				const to = (b * T + t) * D + h * d;
				for (let c = 0; c < d; c++) {
					let sum = 0;
					for (let s = 0; s <= t; s++) sum += attention[weights + s] * qkv[(b * T + s) * 3 * D + 2 * D + h * d + c];
					mixed[to + c] = sum;
				}
			}
}

/** Gradients of queries, keys and values, dQkv [B·T, 3·D], from that of what was mixed, dMixed [B·T, D]. */
export function attendBackward(
	B: number,
	T: number,
	H: number,
	D: number,
	{qkv, attention}: BlockActivations,
	dMixed: Float32Array,
	dQkv: Float32Array,
): void {
	const d = D / H;
	const scale = 1 / Math.sqrt(d);
	const dWeights = new Float64Array(T);
	dQkv.fill(0);
	for (let b = 0; b < B; b++)
		for (let h = 0; h < H; h++)
			for (let t = 0; t < T; t++) {
				const query = (b * T + t) * 3 * D + h * d;
				const weights = ((b * H + h) * T + t) * T;
				const from = (b * T + t) * D + h * d;
				let total = 0;
				for (let s = 0; s <= t; s++) {
					const value = (b * T + s) * 3 * D + 2 * D + h * d;
					const weight = attention[weights + s];
					let sum = 0;
					for (let c = 0; c < d; c++) {
						sum += dMixed[from + c] * qkv[value + c];
						dQkv[value + c] += weight * dMixed[from + c];
					}
					dWeights[s] = sum;
					total += weight * sum;
				}
				for (let s = 0; s <= t; s++) {
					const key = (b * T + s) * 3 * D + D + h * d;
					const dScore = attention[weights + s] * (dWeights[s] - total) * scale;
					for (let c = 0; c < d; c++) {
						dQkv[query + c] += dScore * qkv[key + c];
						dQkv[key + c] += dScore * qkv[query + c];
					}
				}
			}
}
