/**
 * GPT-2 as one ONNX graph for everything we ask of it: prefill, continuation in batches, passage analysis.
 *
 * The model is the one of "Language Models are Unsupervised Multitask Learners" (Radford et al. 2019), with the weights in
 * the names of Hugging Face's GPT2LMHeadModel. What is ours is the cache: a prompt's keys and values (`prefix.*`) are shared
 * by all B branches and never returned; what the branches add (`suffix.*`) is returned as `present.*`.
 *
 * Shapes: B branches, s new positions, R = B s rows of the residual stream, P prefix and n suffix positions, T = P + n + s,
 * H heads of dh, D = H dh, V classes.
 *
 * No number may depend on how many positions are read together, or speculative decoding would verify other numbers than
 * those it would generate. ONNX Runtime rounds a product of one row otherwise than one of several, and a sum over 37
 * terms otherwise than one over 41. So attention takes its s queries as c groups of m (c m = s; m = 1 continues a text,
 * c = 1 reads a prompt), products with the suffix, whose length varies, are never of one row, nor are those with the prefix
 * in a model of one head, and the softmax runs over W >= T columns, a multiple of 16.
 *
 * int8 rounds weights and activations. Measured part by part on the bundled model (KL from float32 in nats: 0.0019 in all),
 * the activations of the head (0.00045), of attention's input (0.0006) and of its output (0.0004) cost most. So the head and
 * attention's output are multiplied as two bytes each (`preciseMatMul`), and what reads a layer norm is turned first
 * (`rotatedMatMul`), with which one byte costs attention's input 0.0001.
 */

import type {WeightSource} from '../../checkpoint/stored-weights.ts';
import {GraphBuilder, type OnnxModel, type Value} from '../../onnx/graph-builder.ts';
import {TILE, type TiledMatrix} from '../../onnx/quantize.ts';
import {
	type Product,
	preciseMatMul,
	quantizedWeight,
	rotatedMatMul,
	skewedMatMul,
} from '../../onnx/quantized-matmul.ts';
import {ACTIVATIONS, type Gpt2Config, LOWEST_ACTIVATION} from './config.ts';
import {inspectBlocks} from './inspect-blocks.ts';
import {scorePositions} from './score-positions.ts';

/** How the weights of matrices are kept. */
export type Dtype = 'int8' | 'fp32';

/**
 * Assemble the graph from a checkpoint's weights; matrices that come as float32 are computed with as float32.
 * @param options.inspect whether the graph also shows its blocks at work (`inspect-blocks.ts`), which the ordinary one has
 * no time for.
 */
export function buildGpt2Graph(
	config: Gpt2Config,
	weights: WeightSource,
	options: {inspect?: boolean} = {},
): OnnxModel {
	const g = new GraphBuilder();
	const {layers: L, heads: H, hiddenSize: D, vocabSize: V, contextLength: C} = config;
	const dh = D / H;
	const vector = (name: string) => {
		const values = weights.float(name);
		return g.weight(name, 'float32', [values.length], values);
	};

	/** x [R, K] times a weight matrix [K, N] plus its bias [N]: [R, N]. */
	const linear = (x: Value, name: string, K: number, N: number, product: Product): Value => {
		const matrix = `${name}.weight`;
		const w = weights.matrix(matrix);
		if (!(w instanceof Float32Array))
			return product(g, x, quantizedWeight(g, matrix, K, N, w), weights.float(`${name}.bias`));
		const y = g.op('MatMul', [x, g.weight(matrix, 'float32', [K, N], w)]);
		return g.op('Add', [y, vector(`${name}.bias`)]);
	};

	/** A layer norm, to be applied in this graph or a branch of it. */
	const norm = (name: string) => {
		const parameters = [vector(`${name}.weight`), vector(`${name}.bias`)];
		return (x: Value, builder = g, output?: Value): Value =>
			builder.op(
				'LayerNormalization',
				[x, ...parameters],
				{axis: -1, epsilon: {float: config.layerNormEpsilon}},
				output,
			);
	};
	const layerNorm = (x: Value, name: string) => norm(name)(x);

	const inputIds = g.input('input_ids', 'int64', ['B', 's']);
	const positionIds = g.input('position_ids', 'int64', ['B', 's']);
	const bias = g.input('bias', 'float32', ['c', 'm', 'W']); // 0 where a position may look, -1e9 where not
	const logitsFrom = g.input('logits_from', 'int64', [1]); // first position of s whose logits are wanted; s wants none
	const targets = g.input('targets', 'int64', [1, 't']); // what follows the last t positions, to be scored; t = 0 scores none

	const classes = classVectors(g, 'wte.weight', weights.matrix('wte.weight'), V, D);
	const headClasses = config.tiedHead
		? classes
		: classVectors(g, 'lm_head.weight', weights.matrix('lm_head.weight'), V, D);
	const {head} = headClasses;
	const caches = Array.from({length: L}, (_, l) => ({
		prefixKey: g.input(`prefix.${l}.key`, 'float32', [1, H, dh, 'P']),
		prefixValue: g.input(`prefix.${l}.value`, 'float32', [1, H, 'P', dh]),
		suffixKey: g.input(`suffix.${l}.key`, 'float32', ['B', H, dh, 'n']),
		suffixValue: g.input(`suffix.${l}.value`, 'float32', ['B', H, 'n', dh]),
	}));
	const grouping = queryGroups(g, inputIds, bias, caches[0], H);
	const {perBranch} = grouping;
	const tokens = classes.embed(grouping.rows(inputIds)); // (R, D)
	// The head's rows of weights for the classes in `input_ids`, for callers that fetch them.
	const headRows = config.tiedHead ? tokens : headClasses.embed(grouping.rows(inputIds)); // (R, D)
	g.output(perBranch(headRows, [D], 'head_rows'), 'float32', ['B', 's', D]);
	const positions = g.op('Gather', [
		g.weight('wpe.weight', 'float32', [C, D], weights.float('wpe.weight')),
		grouping.rows(positionIds),
	]); // (R, D)
	let x = g.op('Add', [tokens, positions]);
	/** The residual stream before the first block and after every one. */
	const residuals = [x];

	for (const [l, {prefixKey, prefixValue, suffixKey, suffixValue}] of caches.entries()) {
		// Attention: over the prefix and over the suffix apart, under one softmax.
		const qkv = linear(layerNorm(x, `h.${l}.ln_1`), `h.${l}.attn.c_attn`, D, 3 * D, rotatedMatMul); // (R, 3D)
		const [q, k, v] = g.ops('Split', [qkv], [`h.${l}.q`, `h.${l}.k`, `h.${l}.v`], {axis: -1, num_outputs: 3});
		const heads = (y: Value, perm: number[]) => g.op('Transpose', [perBranch(y, [H, dh])], {perm});
		const query = grouping.split(heads(g.op('Mul', [q, g.float(1 / Math.sqrt(dh))]), [0, 2, 1, 3]), dh); // (B, H, c, m, dh)
		const key = g.op('Concat', [suffixKey, heads(k, [0, 2, 3, 1])], {axis: 3}, `present.${l}.key`); // (B, H, dh, n + s)
		const value = g.op('Concat', [suffixValue, heads(v, [0, 2, 1, 3])], {axis: 2}, `present.${l}.value`); // (B, H, n + s, dh)
		g.output(key, 'float32', ['B', H, dh, 'n + s']);
		g.output(value, 'float32', ['B', H, 'n + s', dh]);

		const everyGroup = (cache: Value) => g.op('Unsqueeze', [cache, g.int64(2)]); // (., H, 1, ., .)
		const onPast = grouping.withPrefix(query, everyGroup(prefixKey)); // (B, H, c, m, P)
		const scores = g.op('Concat', [onPast, grouping.withSuffix(query, everyGroup(key)), grouping.filler], {axis: 4}); // (B, H, c, m, W)
		const attention = g.op('Softmax', [g.op('Add', [scores, bias])], {axis: -1}, `attention.${l}`); // (B, H, c, m, W)
		if (options.inspect) g.output(attention, 'float32', ['B', H, 'c', 'm', 'W']);
		const [onPrefix, onSuffix] = g.ops(
			'Split',
			[attention, grouping.widths],
			[`h.${l}.prefix_attention`, `h.${l}.suffix_attention`, `h.${l}.filler_attention`],
			{axis: 4},
		);
		const fromPrefix = grouping.withPrefix(onPrefix, everyGroup(prefixValue));
		const mixed = g.op('Add', [fromPrefix, grouping.withSuffix(onSuffix, everyGroup(value))]); // (B, H, c, m, dh)
		const joined = g.op('Reshape', [mixed, g.int64(0, 0, -1, dh)]); // (B, H, s, dh)
		const merged = g.op('Reshape', [g.op('Transpose', [joined], {perm: [0, 2, 1, 3]}), g.int64(-1, D)]); // (R, D)
		x = g.op('Add', [x, linear(merged, `h.${l}.attn.c_proj`, D, D, preciseMatMul)]);

		// The feed-forward block.
		const wide = linear(layerNorm(x, `h.${l}.ln_2`), `h.${l}.mlp.c_fc`, D, 4 * D, rotatedMatMul); // (R, 4D)
		const active = g.op('Gelu', [wide], {approximate: ACTIVATIONS[config.activation]});
		x = g.op('Add', [x, linear(active, `h.${l}.mlp.c_proj`, 4 * D, D, skewedMatMul(LOWEST_ACTIVATION))]); // (R, D)
		residuals.push(x);
	}

	const lastNorm = norm('ln_f');
	const hidden = perBranch(lastNorm(x), [D], 'hidden'); // (B, s, D): the vector the head classifies
	g.output(hidden, 'float32', ['B', 's', D]);
	// In a small model the head is most of the work: it only runs where logits are wanted.
	g.when(g.op('Less', [logitsFrom, g.op('Shape', [inputIds], {start: 1, end: 2})]), branch => {
		const wanted = branch.op('Slice', [hidden, logitsFrom, g.int64(2 ** 31 - 1), g.int64(1)]); // (B, r, D)
		return {logits: {value: head(branch, wanted), type: 'float32', dims: ['B', 'r', V]}};
	});
	if (options.inspect)
		inspectBlocks(
			g,
			residuals.map(rows => perBranch(rows, [D])),
			D,
			V,
			(branch, y) => head(branch, lastNorm(y, branch)),
		);
	else scorePositions(g, hidden, targets, V, head);
	return g.build({shapes: false});
}

/**
 * Rows by branch and position, and queries in c groups of m, as the bias [c, m, W] has them, with what keeps their sums
 * alike; see the head of this file.
 */
function queryGroups(
	g: GraphBuilder,
	inputIds: Value,
	bias: Value,
	cache: {prefixKey: Value; suffixKey: Value},
	H: number,
) {
	const size = (value: Value, axis: number) => g.op('Shape', [value], {start: axis, end: axis + 1});
	const shape = (...dims: Value[]) => g.op('Concat', dims, {axis: 0});
	const zeros = (...dims: Value[]) => g.op('Expand', [g.float(0), shape(...dims)]);
	const [B, c, m] = [size(inputIds, 0), size(bias, 0), size(bias, 1)];
	const P = size(cache.prefixKey, 3);
	const suffix = g.op('Add', [size(cache.suffixKey, 3), size(inputIds, 1)]); // n + s
	const rest = g.op('Sub', [g.op('Sub', [size(bias, 2), P]), suffix]); // W - T
	const shapes = new Map<string, Value>();
	/** A product of m + 1 rows, the last of which is zero and dropped. */
	const product = (x: Value, y: Value): Value => {
		const rows = g.op('Concat', [x, zeros(B, g.int64(H), c, g.int64(1), size(x, 4))], {axis: 3});
		return g.op('Slice', [g.op('MatMul', [rows, y]), g.int64(0), m, g.int64(3)]);
	};

	return {
		/** Ids [B, s] as [R]. */
		rows: (ids: Value) => g.op('Reshape', [ids, g.int64(-1)]),
		/** Rows (R, ...) as (B, s, ...dims). */
		perBranch(x: Value, dims: readonly number[], name?: Value): Value {
			const key = dims.join();
			if (!shapes.has(key)) shapes.set(key, shape(B, size(inputIds, 1), g.int64(...dims)));
			return g.op('Reshape', [x, shapes.get(key)!], {}, name);
		},
		/** How many of the W columns belong to the prefix, to the suffix and to nothing. */
		widths: shape(P, suffix, rest),
		/** Scores of the columns that belong to nothing. */
		filler: zeros(B, g.int64(H), c, m, rest),
		/** (B, H, s, width) as (B, H, c, m, width) */
		split: (x: Value, width: number) => g.op('Reshape', [x, shape(g.int64(0, 0), c, m, g.int64(width))]),
		/** A product with the suffix. */
		withSuffix: product,
		/** A product with the prefix. Where there is one head, ONNX Runtime makes one product of all branches and groups. */
		withPrefix: H === 1 ? product : (x: Value, y: Value) => g.op('MatMul', [x, y]),
	};
}

/**
 * A vector for every class, as [D, V]: the embedding gathers columns, the LM head multiplies. Where both are tied, it is kept
 * once.
 */
function classVectors(g: GraphBuilder, name: string, matrix: TiledMatrix | Float32Array, V: number, D: number) {
	if (matrix instanceof Float32Array) {
		const weight = g.weight(name, 'float32', [D, V], matrix);
		return {
			/** ids [R] to [R, D] */
			embed: (ids: Value) => g.op('Transpose', [g.op('Gather', [weight, ids], {axis: 1})], {perm: [1, 0]}),
			/** x [B, r, D] to [B, r, V] */
			head: (branch: GraphBuilder, x: Value) => branch.op('MatMul', [x, weight]),
		};
	}

	const weight = quantizedWeight(g, name, D, V, matrix);
	return {
		embed(ids: Value) {
			// Class `id` is column id % 64 of tile id / 64.
			const many = 2 ** 31 - 1;
			const parts = g.op('Div', [g.op('Unsqueeze', [ids, g.int64(-1)]), g.int64(TILE, many, 1)]);
			const first = g.op('Mod', [parts, g.int64(many, many, TILE)]); // (R, 3): tile, 0, column
			const dimensions = BigInt64Array.from({length: 3 * D}, (_, i) => BigInt(i % 3 === 1 ? (i - 1) / 3 : 0));
			const inner = g.weight(`${name}.dimensions`, 'int64', [D, 3], new Uint8Array(dimensions.buffer));
			const places = g.op('Add', [g.op('Unsqueeze', [first, g.int64(1)]), inner]); // (R, D, 3)
			const values = g.op('GatherND', [weight.values, places]); // (R, D)
			return g.op('DequantizeLinear', [values, g.op('GatherND', [weight.scales, first])], {axis: 0});
		},
		head(branch: GraphBuilder, x: Value) {
			const y = preciseMatMul(branch, branch.op('Reshape', [x, branch.int64(-1, D)]), weight);
			const leading = branch.op('Shape', [x], {start: 0, end: 2});
			return branch.op('Reshape', [y, branch.op('Concat', [leading, branch.int64(V)], {axis: 0})]);
		},
	};
}
