import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Safetensors} from '../../src/engine/checkpoint/safetensors.ts';
import type {ModelConfig} from '../../src/engine/model/causal-lm.ts';
import {GraphBuilder, type OnnxModel, type Value} from './graph-builder.ts';

/**
 * GPT-2 in the ONNX format of the Hub, fp32: what `optimum` exports and transformers.js runs. It takes `input_ids`,
 * `attention_mask`, `position_ids` and the whole cache, and gives the logits of every position and the whole cache.
 *
 * Shapes: B rows, s new and p past positions, T = p + s, H heads of dh, D = H dh, V classes.
 */
export function stockGpt2Onnx(config: ModelConfig, weights: Safetensors): OnnxModel {
	const g = new GraphBuilder();
	const {layers: L, heads: H, hiddenSize: D, vocabSize: V, contextLength: C} = config;
	const dh = D / H;
	const tensor = (name: string, ...dims: number[]) => g.weight(name, 'float32', dims, weights.read(name));
	const linear = (x: Value, name: string, K: number, N: number) =>
		g.op('Add', [g.op('MatMul', [x, tensor(`${name}.weight`, K, N)]), tensor(`${name}.bias`, N)]);
	const layerNorm = (x: Value, name: string) =>
		g.op('LayerNormalization', [x, tensor(`${name}.weight`, D), tensor(`${name}.bias`, D)], {
			axis: -1,
			epsilon: {float: config.layerNormEpsilon},
		});

	const inputIds = g.input('input_ids', 'int64', ['B', 's']);
	const attentionMask = g.input('attention_mask', 'int64', ['B', 'T']);
	const positionIds = g.input('position_ids', 'int64', ['B', 's']);
	const wte = tensor('wte.weight', V, D);
	const bias = causalBias(g, inputIds, attentionMask); // (B, 1, s, T)
	let x = g.op('Add', [g.op('Gather', [wte, inputIds]), g.op('Gather', [tensor('wpe.weight', C, D), positionIds])]); // (B, s, D)

	for (let l = 0; l < L; l++) {
		const pastKey = g.input(`past_key_values.${l}.key`, 'float32', ['B', H, 'p', dh]);
		const pastValue = g.input(`past_key_values.${l}.value`, 'float32', ['B', H, 'p', dh]);
		const qkv = linear(layerNorm(x, `h.${l}.ln_1`), `h.${l}.attn.c_attn`, D, 3 * D); // (B, s, 3D)
		const [q, k, v] = g
			.ops('Split', [qkv], [`q.${l}`, `k.${l}`, `v.${l}`], {axis: -1, num_outputs: 3})
			.map(y => g.op('Transpose', [g.op('Reshape', [y, g.int64(0, 0, H, dh)])], {perm: [0, 2, 1, 3]})); // (B, H, s, dh)
		const key = g.op('Concat', [pastKey, k], {axis: 2}, `present.${l}.key`); // (B, H, T, dh)
		const value = g.op('Concat', [pastValue, v], {axis: 2}, `present.${l}.value`); // (B, H, T, dh)
		const product = g.op('MatMul', [q, g.op('Transpose', [key], {perm: [0, 1, 3, 2]})]); // (B, H, s, T)
		const scores = g.op('Add', [g.op('Mul', [product, g.float(1 / Math.sqrt(dh))]), bias]);
		const mixed = g.op('MatMul', [g.op('Softmax', [scores], {axis: -1}), value]); // (B, H, s, dh)
		const merged = g.op('Reshape', [g.op('Transpose', [mixed], {perm: [0, 2, 1, 3]}), g.int64(0, 0, D)]); // (B, s, D)
		x = g.op('Add', [x, linear(merged, `h.${l}.attn.c_proj`, D, D)]);

		const wide = linear(layerNorm(x, `h.${l}.ln_2`), `h.${l}.mlp.c_fc`, D, 4 * D); // (B, s, 4D)
		x = g.op('Add', [x, linear(g.op('Gelu', [wide], {approximate: 'tanh'}), `h.${l}.mlp.c_proj`, 4 * D, D)]);
		for (const name of [key, value]) g.output(name, 'float32', ['B', H, 'T', dh]);
	}

	g.op('MatMul', [layerNorm(x, 'ln_f'), g.op('Transpose', [wte], {perm: [1, 0]})], {}, 'logits'); // (B, s, V)
	g.output('logits', 'float32', ['B', 's', V]);
	return g.build();
}

/** 0 where a position may look, -1e9 where it may not: at what comes later, and at padding. */
function causalBias(g: GraphBuilder, inputIds: Value, attentionMask: Value): Value {
	const scalar = (value: Value) => g.op('Squeeze', [value]);
	const s = g.op('Shape', [inputIds], {start: 1, end: 2});
	const T = g.op('Shape', [attentionMask], {start: 1, end: 2});
	const one = scalar(g.int64(1));
	const columns = g.op('Range', [scalar(g.int64(0)), scalar(T), one]); // (T)
	const rows = g.op('Range', [scalar(g.op('Sub', [T, s])), scalar(T), one]); // (s)
	const past = g.op('LessOrEqual', [columns, g.op('Unsqueeze', [rows, g.int64(1)])]); // (s, T)
	const real = g.op('Unsqueeze', [g.op('Cast', [attentionMask], {to: 9}), g.int64(1, 2)]); // (B, 1, 1, T)
	return g.op('Where', [g.op('And', [past, real]), g.float(0), g.float(-1e9)]); // (B, 1, s, T)
}

/** Write a checkpoint as a Hub repository with `onnx/model.onnx`; its weights lie beside it as external data. */
export function writeStockRepository(folder: string, checkpoint: string, model: OnnxModel): void {
	mkdirSync(join(folder, 'onnx'), {recursive: true});
	for (const name of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
		copyFileSync(join(checkpoint, name), join(folder, name));
	}
	writeFileSync(join(folder, 'onnx/model.onnx'), model.proto);
	for (const {path, data} of model.weights) writeFileSync(join(folder, 'onnx', path), data);
}
