/**
 * Forward passes of the families in plain float64, written from the models' definitions, and reading nothing but `config.json` (in
 * the spelling of transformers 4) and tensors by name.
 */

import type {Hooks} from './hooks.ts';

interface Config {
	model_type: string;
	[name: string]: unknown;
}
type Vector = Float64Array;
type Weights = (name: string) => Float32Array;

const ACTIVATIONS: Record<string, (x: number) => number> = {
	silu: x => x / (1 + Math.exp(-x)),
	relu: x => Math.max(0, x),
	gelu_pytorch_tanh: x => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

const sum = (values: Vector) => values.reduce((total, value) => total + value, 0);
const add = (x: Vector, y: Vector) => x.map((value, i) => value + y[i]);

/** A layer's attention. */
export interface SeenAttention {
	/** With their positions turned into them: [T][H][d], and [T][K][d]. */
	queries: Vector[][];
	keys: Vector[][];
	values: Vector[][];
	/** Of the last position's heads, what they look at from the first position seen on, [H][n]. */
	weights: number[][];
	/** What is passed on, [T][H d]. */
	mixed: Vector[];
}

/** Logits after every position, [T][V]. @param see is told every layer's attention, in order. @param hooks what is changed. */
export function referenceLogits(
	config: Config,
	weights: Weights,
	ids: readonly number[],
	see: (attention: SeenAttention) => void = () => {},
	hooks: Hooks<Vector> = {},
): Vector[] {
	const number = (name: string, fallback?: number) => (config[name] ?? fallback) as number;
	const isNeox = config.model_type === 'gpt_neox';
	const isGemma = config.model_type === 'gemma3_text';
	const D = number('hidden_size');
	const H = number('num_attention_heads');
	const K = number('num_key_value_heads', H);
	const d = number('head_dim', D / H);
	const activation = ACTIVATIONS[(config.hidden_activation ?? config.hidden_act) as string];

	const rms = (x: Vector, name: string): Vector => {
		const scale = 1 / Math.sqrt(sum(x.map(value => value ** 2)) / x.length + number('rms_norm_eps'));
		const w = weights(`${name}.weight`);
		return x.map((value, i) => value * scale * (w[i] + (isGemma ? 1 : 0)));
	};
	const layerNorm = (x: Vector, name: string): Vector => {
		const mean = sum(x) / x.length;
		const scale = 1 / Math.sqrt(sum(x.map(value => (value - mean) ** 2)) / x.length + number('layer_norm_eps'));
		const [w, b] = [weights(`${name}.weight`), weights(`${name}.bias`)];
		return x.map((value, i) => (value - mean) * scale * w[i] + b[i]);
	};
	const linear = (x: Vector, name: string, hasBias = false): Vector => {
		const w = weights(`${name}.weight`);
		const bias = hasBias ? weights(`${name}.bias`) : null;
		return Float64Array.from({length: w.length / x.length}, (_, n) => {
			let total = bias?.[n] ?? 0;
			for (let k = 0; k < x.length; k++) total += x[k] * w[n * x.length + k];
			return total;
		});
	};
	const turn = (x: Vector, position: number, theta: number, channels: number): Vector => {
		const y = x.slice();
		const half = channels / 2;
		for (let i = 0; i < half; i++) {
			const scaling = config.rope_scaling as {factor: number} | undefined;
			const angle = (position * theta ** ((-2 * i) / channels)) / (scaling?.factor ?? 1);
			y[i] = x[i] * Math.cos(angle) - x[i + half] * Math.sin(angle);
			y[i + half] = x[i + half] * Math.cos(angle) + x[i] * Math.sin(angle);
		}
		return y;
	};
	/** Of queries [T][H][d], keys and values [T][K][d]. */
	const attend = (q: Vector[][], k: Vector[][], v: Vector[][], scale: number, window: number): Vector[] => {
		let last: number[][] = [];
		const mixed = q.map((heads, t) => {
			last = [];
			const out = new Float64Array(H * d);
			for (let h = 0; h < H; h++) {
				const shared = Math.floor((h * K) / H);
				const seen = ids.map((_, s) => s).filter(s => s <= t && s > t - window);
				const scores = seen.map(s => scale * sum(heads[h].map((value, i) => value * k[s][shared][i])));
				const most = Math.max(...scores);
				const total = scores.reduce((all, score) => all + Math.exp(score - most), 0);
				last[h] = scores.map(score => Math.exp(score - most) / total);
				for (const [n, s] of seen.entries()) for (let i = 0; i < d; i++) out[h * d + i] += last[h][n] * v[s][shared][i];
			}
			return out;
		});
		see({queries: q, keys: k, values: v, weights: last, mixed});
		return mixed;
	};
	const split = (x: Vector, heads: number, from = 0, stride = d) =>
		Array.from({length: heads}, (_, h) => x.slice(from + h * stride, from + h * stride + d));

	const table = weights(isNeox ? 'embed_in.weight' : 'embed_tokens.weight');
	const factor = isGemma ? Math.sqrt(D) : 1;
	const changed = (what: 'heads' | 'attention' | 'mlp' | 'stream', block: number, rows: Vector[]) =>
		hooks[what]?.(block, rows) ?? rows;
	const embedded = ids.map(id => Float64Array.from(table.subarray(id * D, (id + 1) * D), value => value * factor));
	let x: Vector[] = changed('stream', 0, embedded);
	for (let l = 0; l < number('num_hidden_layers'); l++) {
		const p = `layers.${l}`;
		if (isNeox) {
			const turned = Math.floor(d * number('rotary_pct'));
			const all = x.map(row => linear(layerNorm(row, `${p}.input_layernorm`), `${p}.attention.query_key_value`, true));
			const [q, k, v] = [0, d, 2 * d].map(from => all.map(row => split(row, H, from, 3 * d)));
			const rotated = [q, k].map(rows =>
				rows.map((heads, t) => heads.map(head => turn(head, t, number('rotary_emb_base'), turned))),
			);
			const mixed = changed('heads', l, attend(rotated[0], rotated[1], v, d ** -0.5, Infinity));
			const attended = changed(
				'attention',
				l,
				mixed.map(row => linear(row, `${p}.attention.dense`, true)),
			);
			const y = x.map((row, t) => add(row, attended[t]));
			const read = config.use_parallel_residual ? x : y;
			const fed = read.map(row => {
				const b = layerNorm(row, `${p}.post_attention_layernorm`);
				return linear(linear(b, `${p}.mlp.dense_h_to_4h`, true).map(activation), `${p}.mlp.dense_4h_to_h`, true);
			});
			const given = changed('mlp', l, fed);
			x = changed(
				'stream',
				l + 1,
				y.map((row, t) => add(row, given[t])),
			);
			continue;
		}

		const isLocal = isGemma && (l + 1) % number('sliding_window_pattern') !== 0;
		const theta = isLocal ? number('rope_local_base_freq') : number('rope_theta');
		const window = isLocal || config.model_type === 'mistral' ? number('sliding_window') : Infinity;
		const normed = config.model_type === 'qwen3' || isGemma;
		const made = (name: string, heads: number) =>
			x.map(row =>
				split(
					linear(rms(row, `${p}.input_layernorm`), `${p}.self_attn.${name}_proj`, config.model_type === 'qwen2'),
					heads,
				),
			);
		const placed = (name: string, heads: number) =>
			made(name, heads).map((vectors, t) =>
				vectors.map(head => turn(normed ? rms(head, `${p}.self_attn.${name}_norm`) : head, t, theta, d)),
			);
		const scale = (isGemma ? number('query_pre_attn_scalar') : d) ** -0.5;
		const mixed = changed('heads', l, attend(placed('q', H), placed('k', K), made('v', K), scale, window));
		const projected = mixed.map(row => linear(row, `${p}.self_attn.o_proj`));
		const attended = changed(
			'attention',
			l,
			projected.map(o => (isGemma ? rms(o, `${p}.post_attention_layernorm`) : o)),
		);
		const ys = x.map((row, t) => add(row, attended[t]));
		const fed = ys.map(y => {
			const b = rms(y, isGemma ? `${p}.pre_feedforward_layernorm` : `${p}.post_attention_layernorm`);
			const up = linear(b, `${p}.mlp.up_proj`);
			const gated = linear(b, `${p}.mlp.gate_proj`).map((value, i) => activation(value) * up[i]);
			const z = linear(gated, `${p}.mlp.down_proj`);
			return isGemma ? rms(z, `${p}.post_feedforward_layernorm`) : z;
		});
		const given = changed('mlp', l, fed);
		x = changed(
			'stream',
			l + 1,
			ys.map((y, t) => add(y, given[t])),
		);
	}

	const head = isNeox ? 'embed_out' : config.tie_word_embeddings ? 'embed_tokens' : 'lm_head';
	return x.map(row => linear(isNeox ? layerNorm(row, 'final_layer_norm') : rms(row, 'norm'), head));
}
