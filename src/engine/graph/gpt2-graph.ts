/**
 * GPT-2 as one ONNX graph for everything we ask of it: prefill, continuation in batches, passage analysis.
 *
 * The model is the one of "Language Models are Unsupervised Multitask Learners" (Radford et al. 2019), with the weights in
 * the names of Hugging Face's GPT2LMHeadModel. What is ours is the cache: a prompt's keys and values (`prefix.*`) are shared
 * by all B branches and never returned; what the branches add (`suffix.*`) is returned as `present.*`.
 *
 * Shapes: B branches, s new positions, P prefix and n suffix positions, T = P + n + s, H heads of dh, D = H dh, V classes.
 */
import type {ModelConfig} from '../causal-lm.ts';
import {SCORED_TOP_CLASSES} from '../causal-lm.ts';
import type {Safetensors} from '../safetensors.ts';
import {GraphBuilder, type OnnxModel, type Value} from './graph-builder.ts';
import {quantizeColumns, quantizeRowsTransposed, transpose} from './quantize.ts';

export type Dtype = 'int8' | 'fp32';

/** `gelu_new`, GPT-2's own, is the tanh approximation. */
export const ACTIVATIONS = {gelu_new: 'tanh', gelu_pytorch_tanh: 'tanh', gelu: 'none'} as const;

export interface Gpt2GraphOptions {
	dtype: Dtype;
	/** `activation_function` of the checkpoint's config. */
	activation: keyof typeof ACTIVATIONS;
	/** What stands before `wte.weight` in the checkpoint: '' or 'transformer.'. */
	namePrefix: string;
	/** Told after every tensor that has been read: parameters so far. */
	onParameters?(done: number): void;
}

/** Read a checkpoint's tensors one by one, quantise them, and assemble the graph. */
export function buildGpt2Graph(config: ModelConfig, weights: Safetensors, options: Gpt2GraphOptions): OnnxModel {
	const g = new GraphBuilder();
	const {layers: L, heads: H, hiddenSize: D, vocabSize: V, contextLength: C} = config;
	const dh = D / H;
	let parameters = 0;
	const read = (name: string) => {
		const values = weights.read(options.namePrefix + name);
		parameters += values.length;
		options.onParameters?.(parameters);
		return values;
	};
	const vector = (name: string) => {
		const values = read(name);
		return g.weight(name, 'float32', [values.length], values);
	};

	/** x [B, s, K] times a weight matrix [K, N] plus its bias [N]: [B, s, N]. */
	const linear = (x: Value, name: string, K: number, N: number): Value => {
		const w = read(`${name}.weight`); // (K, N)
		const y =
			options.dtype === 'fp32'
				? g.op('MatMul', [x, g.weight(`${name}.weight`, 'float32', [K, N], w)])
				: quantizedMatMul(g, x, ...quantizedWeight(g, `${name}.weight`, K, N, quantizeColumns(w, K, N)));
		return g.op('Add', [y, vector(`${name}.bias`)]);
	};

	const layerNorm = (x: Value, name: string, output?: Value): Value =>
		g.op(
			'LayerNormalization',
			[x, vector(`${name}.weight`), vector(`${name}.bias`)],
			{axis: -1, epsilon: {float: config.layerNormEpsilon}},
			output,
		);

	const inputIds = g.input('input_ids', 'int64', ['B', 's']);
	const positionIds = g.input('position_ids', 'int64', ['B', 's']);
	const bias = g.input('bias', 'float32', ['s', 'T']); // 0 where a position may look, -1e9 where not
	const logitsFrom = g.input('logits_from', 'int64', [1]); // first position of s whose logits are wanted
	const targets = g.input('targets', 'int64', ['B', 't']); // classes to score at the first t of those; t = 0 scores none

	const headWeights = tiedEmbedding(g, read('wte.weight'), V, D, options.dtype);
	const tokens = headWeights.embed(inputIds); // (B, s, D)
	const positions = g.op('Gather', [g.weight('wpe.weight', 'float32', [C, D], read('wpe.weight')), positionIds]); // (B, s, D)
	let x = g.op('Add', [tokens, positions]);

	for (let l = 0; l < L; l++) {
		const prefixKey = g.input(`prefix.${l}.key`, 'float32', [1, H, dh, 'P']);
		const prefixValue = g.input(`prefix.${l}.value`, 'float32', [1, H, 'P', dh]);
		const suffixKey = g.input(`suffix.${l}.key`, 'float32', ['B', H, dh, 'n']);
		const suffixValue = g.input(`suffix.${l}.value`, 'float32', ['B', H, 'n', dh]);

		// Attention: over the prefix and over the suffix apart, under one softmax.
		const qkv = linear(layerNorm(x, `h.${l}.ln_1`), `h.${l}.attn.c_attn`, D, 3 * D); // (B, s, 3D)
		const [q, k, v] = g.ops('Split', [qkv], [`h.${l}.q`, `h.${l}.k`, `h.${l}.v`], {axis: -1, num_outputs: 3});
		const heads = (y: Value, perm: number[]) => g.op('Transpose', [g.op('Reshape', [y, g.int64(0, 0, H, dh)])], {perm});
		const query = heads(g.op('Mul', [q, g.float(1 / Math.sqrt(dh))]), [0, 2, 1, 3]); // (B, H, s, dh)
		const key = g.op('Concat', [suffixKey, heads(k, [0, 2, 3, 1])], {axis: 3}, `present.${l}.key`); // (B, H, dh, n + s)
		const value = g.op('Concat', [suffixValue, heads(v, [0, 2, 1, 3])], {axis: 2}, `present.${l}.value`); // (B, H, n + s, dh)
		g.output(key, 'float32', ['B', H, dh, 'n + s']);
		g.output(value, 'float32', ['B', H, 'n + s', dh]);

		const scores = g.op('Concat', [g.op('MatMul', [query, prefixKey]), g.op('MatMul', [query, key])], {axis: 3}); // (B, H, s, T)
		const attention = g.op('Softmax', [g.op('Add', [scores, bias])], {axis: -1}); // (B, H, s, T)
		const lengths = g.op(
			'Concat',
			[g.op('Shape', [prefixKey], {start: 3, end: 4}), g.op('Shape', [key], {start: 3, end: 4})],
			{axis: 0},
		);
		const [onPrefix, onSuffix] = g.ops(
			'Split',
			[attention, lengths],
			[`h.${l}.prefix_attention`, `h.${l}.suffix_attention`],
			{axis: 3},
		);
		const mixed = g.op('Add', [g.op('MatMul', [onPrefix, prefixValue]), g.op('MatMul', [onSuffix, value])]); // (B, H, s, dh)
		const merged = g.op('Reshape', [g.op('Transpose', [mixed], {perm: [0, 2, 1, 3]}), g.int64(0, 0, D)]); // (B, s, D)
		x = g.op('Add', [x, linear(merged, `h.${l}.attn.c_proj`, D, D)]);

		// The feed-forward block.
		const wide = linear(layerNorm(x, `h.${l}.ln_2`), `h.${l}.mlp.c_fc`, D, 4 * D); // (B, s, 4D)
		const active = g.op('Gelu', [wide], {approximate: ACTIVATIONS[options.activation]});
		x = g.op('Add', [x, linear(active, `h.${l}.mlp.c_proj`, 4 * D, D)]); // (B, s, D)
	}

	const hidden = layerNorm(x, 'ln_f', 'hidden'); // (B, s, D): the vector the head classifies
	g.output(hidden, 'float32', ['B', 's', D]);
	const wanted = g.op('Slice', [hidden, logitsFrom, g.int64(2 ** 31 - 1), g.int64(1)]); // (B, r, D)
	const logits = headWeights.head(wanted); // (B, r, V)
	g.output(logits, 'float32', ['B', 'r', V]);
	scorePositions(g, logits, targets, V);
	return g.build();
}

/** The token embedding and the LM head are one matrix, kept once as [D, V]: the embedding gathers its columns. */
function tiedEmbedding(g: GraphBuilder, wte: Float32Array, V: number, D: number, dtype: Dtype) {
	const columns = (matrix: Value, ids: Value) =>
		g.op('Transpose', [g.op('Gather', [matrix, ids], {axis: 1})], {perm: [1, 2, 0]}); // (B, s, D)
	if (dtype === 'fp32') {
		const weight = g.weight('wte.weight', 'float32', [D, V], transpose(wte, V, D));
		return {embed: (ids: Value) => columns(weight, ids), head: (x: Value) => g.op('MatMul', [x, weight], {}, 'logits')};
	}

	const [values, scales] = quantizedWeight(g, 'wte.weight', D, V, quantizeRowsTransposed(wte, V, D));
	return {
		embed(ids: Value) {
			const scale = g.op('Unsqueeze', [g.op('Gather', [scales, ids]), g.int64(-1)]); // (B, s, 1)
			return g.op('Mul', [g.op('Cast', [columns(values, ids)], {to: 1}), scale]);
		},
		head: (x: Value) => quantizedMatMul(g, x, values, scales, 'logits'),
	};
}

function quantizedWeight(
	g: GraphBuilder,
	name: string,
	K: number,
	N: number,
	q: {values: Int8Array; scales: Float32Array},
): [Value, Value] {
	return [g.weight(name, 'int8', [K, N], q.values), g.weight(`${name}.scale`, 'float32', [N], q.scales)];
}

/**
 * x [B, s, K] float times int8 [K, N], N scales: activations become uint8 around 128 with a scale per row. GPT-2's first
 * position carries activations hundreds of times larger than the rest, so one scale for all rows would ruin the others;
 * and with a scale per row a position's result does not depend on what is computed beside it.
 */
function quantizedMatMul(g: GraphBuilder, x: Value, weight: Value, scales: Value, output?: Value): Value {
	const largest = g.op('ReduceMax', [g.op('Abs', [x]), g.int64(-1)], {keepdims: 1}); // (B, s, 1)
	const scale = g.op('Max', [g.op('Mul', [largest, g.float(1 / 127)]), g.float(1e-30)]);
	const steps = g.op('Add', [g.op('Round', [g.op('Div', [x, scale])]), g.float(128)]); // 1 to 255
	const q = g.op('Cast', [steps], {to: 2});
	const product = g.op('Cast', [g.op('MatMulInteger', [q, weight, g.uint8(128)])], {to: 1}); // (B, s, N)
	return g.op('Mul', [g.op('Mul', [product, scale]), scales], {}, output);
}

/**
 * For the first t rows: the target's rank and log-probability, the log-sum-exp and entropy of the distribution, and its
 * most probable classes, so that a passage of t tokens ships t x 24 numbers to JavaScript and not t x V.
 */
function scorePositions(g: GraphBuilder, logits: Value, targets: Value, V: number): void {
	const t = g.op('Shape', [targets], {start: 1, end: 2});
	const scored = g.op('Slice', [logits, g.int64(0), t, g.int64(1)]); // (B, t, V)
	const target = g.op('Unsqueeze', [targets, g.int64(-1)]); // (B, t, 1)
	const last = g.int64(-1);

	const logSumExp = g.op('ReduceLogSumExp', [scored, last], {keepdims: 1}, 'log_sum_exp'); // (B, t, 1)
	const logProbs = g.op('Sub', [scored, logSumExp]); // (B, t, V)
	g.op('GatherElements', [logProbs, target], {axis: 2}, 'target_log_prob'); // (B, t, 1)
	g.op(
		'Neg',
		[g.op('ReduceSum', [g.op('Mul', [g.op('Exp', [logProbs]), logProbs]), last], {keepdims: 1})],
		{},
		'entropy',
	);

	// Rank: classes that score higher, and equal ones with a lower id, stand before the target.
	const targetLogit = g.op('GatherElements', [scored, target], {axis: 2});
	const ids = g.weight('class_ids', 'int32', [V], new Uint8Array(Int32Array.from({length: V}, (_, id) => id).buffer));
	const lowerId = g.op('Less', [ids, g.op('Cast', [target], {to: 6})]);
	const before = g.op('Or', [
		g.op('Greater', [scored, targetLogit]),
		g.op('And', [g.op('Equal', [scored, targetLogit]), lowerId]),
	]);
	g.op('ReduceSum', [g.op('Cast', [before], {to: 6}), last], {keepdims: 1}, 'rank_before'); // (B, t, 1) int32
	// ONNX Runtime's TopK divides by the number of rows, so it gets one even where t is 0.
	const ranked = g.op('Slice', [logits, g.int64(0), g.op('Max', [t, g.int64(1)]), g.int64(1)]);
	g.ops('TopK', [ranked, g.int64(SCORED_TOP_CLASSES)], ['top_logits', 'top_ids'], {axis: -1}); // (B, max(t, 1), k)

	for (const name of ['log_sum_exp', 'target_log_prob', 'entropy']) g.output(name, 'float32', ['B', 't', 1]);
	g.output('rank_before', 'int32', ['B', 't', 1]);
	g.output('top_logits', 'float32', ['B', 'max(t, 1)', SCORED_TOP_CLASSES]);
	g.output('top_ids', 'int64', ['B', 'max(t, 1)', SCORED_TOP_CLASSES]);
}
