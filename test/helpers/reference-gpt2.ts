/**
 * GPT-2's forward pass in plain float32 TypeScript, written to be read against the paper and Hugging Face's
 * modeling_gpt2.py, not to be fast. Weights come straight from the checkpoint. Sums run in float64 and are rounded once.
 */

import type {Safetensors} from '../../src/engine/checkpoint/safetensors.ts';
import type {ModelConfig} from '../../src/engine/model/causal-lm.ts';
import type {Hooks} from './hooks.ts';

type Matrix = Float32Array[]; // rows of equal length

export interface ReferenceGpt2 {
	/** Logits after every position: [T][V]. */
	logits(ids: readonly number[]): Matrix;
	/** Hidden states after the final layer norm: [T][D]. */
	hidden(ids: readonly number[]): Matrix;
	/** The residual stream before the first block and after every one: [L + 1][T][D]. */
	residuals(ids: readonly number[]): Matrix[];
	/** How much each position looks at each, in one block: [H][T][T], 0 at what comes later. */
	attention(ids: readonly number[], block: number): Matrix[];
}

/** @param hooks what is changed. */
export function referenceGpt2(
	config: ModelConfig,
	weights: Safetensors,
	hooks: Hooks<Float32Array> = {},
): ReferenceGpt2 {
	const {layers, heads, hiddenSize: D, vocabSize: V} = config;
	const dh = D / heads;
	const cache = new Map<string, Float32Array>();
	const w = (name: string) => {
		if (!cache.has(name)) cache.set(name, weights.read(name));
		return cache.get(name)!;
	};

	const layerNorm = (x: Matrix, name: string): Matrix =>
		x.map(row => {
			const mean = sum(row) / D;
			const variance = sum(row.map(value => (value - mean) ** 2)) / D;
			const scale = 1 / Math.sqrt(variance + config.layerNormEpsilon);
			return row.map((value, i) => (value - mean) * scale * w(`${name}.weight`)[i] + w(`${name}.bias`)[i]);
		});

	const linear = (x: Matrix, name: string): Matrix => {
		const weight = w(`${name}.weight`); // [inputs, outputs]
		const bias = w(`${name}.bias`);
		const outputs = bias.length;
		return x.map(row => {
			const y = Float64Array.from(bias);
			for (let i = 0; i < row.length; i++) {
				for (let j = 0; j < outputs; j++) y[j] += row[i] * weight[i * outputs + j];
			}

			return Float32Array.from(y);
		});
	};

	/** Attention of every head, [H][T][T], and what it mixes of the values, [T][D]. */
	const attend = (qkv: Matrix): {probabilities: Matrix[]; mixed: Matrix} => {
		const T = qkv.length;
		const mixed: Matrix = qkv.map(() => new Float32Array(D));
		const probabilities: Matrix[] = [];
		for (let h = 0; h < heads; h++) {
			const part = (row: Float32Array, which: number) => row.subarray(which * D + h * dh, which * D + (h + 1) * dh);
			probabilities[h] = [];
			for (let t = 0; t < T; t++) {
				const scores = Array.from({length: t + 1}, (_, s) => dot(part(qkv[t], 0), part(qkv[s], 1)) / Math.sqrt(dh));
				const row = softmax(scores);
				probabilities[h][t] = Float32Array.from({length: T}, (_, s) => row[s] ?? 0);
				for (let s = 0; s <= t; s++) {
					const value = part(qkv[s], 2);
					for (let i = 0; i < dh; i++) mixed[t][h * dh + i] += row[s] * value[i];
				}
			}
		}

		return {probabilities, mixed};
	};
	const qkvOf = (x: Matrix, layer: number) => linear(layerNorm(x, `h.${layer}.ln_1`), `h.${layer}.attn.c_attn`);
	const attention = (x: Matrix, layer: number): Matrix => {
		const {mixed} = attend(qkvOf(x, layer));
		return linear(hooks.heads?.(layer, mixed) ?? mixed, `h.${layer}.attn.c_proj`);
	};

	const feedForward = (x: Matrix, layer: number): Matrix =>
		linear(
			linear(x, `h.${layer}.mlp.c_fc`).map(row => row.map(gelu)),
			`h.${layer}.mlp.c_proj`,
		);

	const streams = new Map<string, Matrix[]>();
	const residuals = (ids: readonly number[]): Matrix[] => {
		const known = streams.get(ids.join());
		if (known) return known;
		const changed = (blocks: number, rows: Matrix) => hooks.stream?.(blocks, rows) ?? rows;
		const embedded = ids.map((id, t) =>
			Float32Array.from({length: D}, (_, i) => w('wte.weight')[id * D + i] + w('wpe.weight')[t * D + i]),
		);
		const stream: Matrix[] = [changed(0, embedded)];
		for (let l = 0; l < layers; l++) {
			const attended = attention(stream[l], l);
			const x = add(stream[l], hooks.attention?.(l, attended) ?? attended);
			const fed = feedForward(layerNorm(x, `h.${l}.ln_2`), l);
			stream.push(changed(l + 1, add(x, hooks.mlp?.(l, fed) ?? fed)));
		}

		streams.set(ids.join(), stream);
		return stream;
	};
	const hidden = (ids: readonly number[]): Matrix => layerNorm(residuals(ids).at(-1)!, 'ln_f');

	return {
		residuals,
		attention: (ids, block) => attend(qkvOf(residuals(ids)[block], block)).probabilities,
		hidden,
		logits: ids =>
			hidden(ids).map(row =>
				Float32Array.from({length: V}, (_, id) => dot(row, w('wte.weight').subarray(id * D, (id + 1) * D))),
			),
	};
}

const sum = (values: ArrayLike<number>) =>
	Array.prototype.reduce.call(values, (total, value) => (total as number) + (value as number), 0) as number;

function dot(a: Float32Array, b: Float32Array): number {
	let total = 0;
	for (let i = 0; i < a.length; i++) total += a[i] * b[i];
	return total;
}

function softmax(scores: readonly number[]): number[] {
	const largest = Math.max(...scores);
	const exps = scores.map(score => Math.exp(score - largest));
	const total = sum(exps);
	return exps.map(value => value / total);
}

/** `gelu_new`: the tanh approximation of Hendrycks and Gimpel. */
const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const add = (a: Matrix, b: Matrix): Matrix => a.map((row, t) => row.map((value, i) => value + b[t][i]));
