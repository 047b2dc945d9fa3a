import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import onnxProto from 'onnx-proto';
import {openSafetensors, type Safetensors} from '../../src/engine/checkpoint/safetensors.ts';
import {ElementType, GraphBuilder, type OnnxModel, type Value} from './graph-builder.ts';
import {quantizeColumns, quantizeRowsTransposed, transpose} from './quantize.ts';

/** How the weights of a stock graph are stored: transformers.js calls these dtypes `fp32` and `q8`. */
export type StockDtype = 'fp32' | 'int8';

/** The part of GPT-2's `config.json` that the graph depends on. */
interface StockConfig {
	n_layer: number;
	n_head: number;
	n_embd: number;
	n_positions: number;
	vocab_size: number;
	layer_norm_epsilon: number;
}

/**
 * Write a checkpoint folder as an ONNX repository of the Hub holds it, so that `@huggingface/transformers` opens it as it
 * would any other: `onnx/model.onnx` (fp32), `onnx/model_quantized.onnx` (int8, its dtype `q8`), config and tokenizer.
 * @param checkpoint folder with config.json, model.safetensors and the tokenizer's files.
 */
export async function writeStockRepository(
	checkpoint: string,
	target: string,
	dtypes: readonly StockDtype[] = ['fp32', 'int8'],
): Promise<void> {
	await mkdir(join(target, 'onnx'), {recursive: true});
	for (const name of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'])
		await copyFile(join(checkpoint, name), join(target, name));
	const config = JSON.parse(await readFile(join(checkpoint, 'config.json'), 'utf8')) as StockConfig;
	const weights = openSafetensors(await readFile(join(checkpoint, 'model.safetensors')));
	for (const dtype of dtypes) {
		const name = dtype === 'fp32' ? 'model.onnx' : 'model_quantized.onnx';
		await writeFile(join(target, 'onnx', name), stockGpt2(config, weights, dtype));
	}
}

/**
 * GPT-2 as the usual export for transformers.js computes it, one file. Inputs: `input_ids` [b, s], `attention_mask`
 * [b, past + s], `position_ids` [b, s], `past_key_values.l.key/value` [b, H, past, dh]. Outputs: the logits of every position and the
 * whole cache, `present.l.key/value` [b, H, past + s, dh]. As int8, the weights have a scale per column, and activations are
 * quantised with one scale for the whole tensor (`DynamicQuantizeLinear`). Embedding and LM head are two tensors.
 */
export function stockGpt2(config: StockConfig, weights: Safetensors, dtype: StockDtype): Uint8Array {
	const {n_layer: L, n_head: H, n_embd: D, n_positions: C, vocab_size: V} = config;
	const dh = D / H;
	const g = new GraphBuilder();
	const prefix = weights.shape('transformer.wte.weight') ? 'transformer.' : '';
	const read = (name: string) => weights.read(prefix + name);
	const vector = (name: string) => {
		const values = read(name);
		return g.weight(name, 'float32', [values.length], values);
	};
	const scalar = (value: number) => g.op('Squeeze', [g.int64(value)]);
	const quantized = (x: Value, name: string, K: number, N: number, q: {values: Int8Array; scales: Float32Array}) => {
		const [steps, scale, zero] = g.ops(
			'DynamicQuantizeLinear',
			[x],
			['steps', 'scale', 'zero'].map(part => `${name}.x.${part}`),
		);
		const product = g.op('MatMulInteger', [steps, g.weight(`${name}.int8`, 'int8', [K, N], q.values), zero]);
		const scales = g.op('Mul', [scale, g.weight(`${name}.scale`, 'float32', [N], q.scales)]);
		return g.op('Mul', [g.op('Cast', [product], {to: ElementType.float32}), scales]);
	};
	const linear = (x: Value, name: string, K: number, N: number) => {
		const w = read(`${name}.weight`); // (K, N)
		const y =
			dtype === 'fp32'
				? g.op('MatMul', [x, g.weight(`${name}.weight`, 'float32', [K, N], w)])
				: quantized(x, name, K, N, quantizeColumns(w, K, N));
		return g.op('Add', [y, vector(`${name}.bias`)]);
	};
	const layerNorm = (x: Value, name: string) =>
		g.op('LayerNormalization', [x, vector(`${name}.weight`), vector(`${name}.bias`)], {
			axis: -1,
			epsilon: {float: config.layer_norm_epsilon},
		});

	const inputIds = g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
	const attentionMask = g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
	const positionIds = g.input('position_ids', 'int64', ['batch_size', 'sequence_length']);

	// A position sees itself and earlier positions, but no padding.
	const total = g.op('Squeeze', [g.op('Shape', [attentionMask], {start: 1, end: 2})]);
	const past = g.op('Sub', [total, g.op('Squeeze', [g.op('Shape', [inputIds], {start: 1, end: 2})])]);
	const keyIndex = g.op('Range', [scalar(0), total, scalar(1)]);
	const queryIndex = g.op('Unsqueeze', [g.op('Range', [past, total, scalar(1)]), g.int64(1)]);
	const causal = g.op('LessOrEqual', [keyIndex, queryIndex]); // (s, past + s)
	const unpadded = g.op('Unsqueeze', [g.op('Cast', [attentionMask], {to: ElementType.bool}), g.int64(1, 2)]);
	const bias = g.op('Where', [g.op('And', [causal, unpadded]), g.float(0), g.float(-1e9)]); // (b, 1, s, past + s)

	const wte = read('wte.weight'); // (V, D)
	const byColumn = dtype === 'int8' ? quantizeRowsTransposed(wte, V, D) : null;
	let tokens: Value;
	if (byColumn) {
		const rows = transposedInt8(byColumn.values, D, V);
		const values = g.op('Cast', [g.op('Gather', [g.weight('wte.int8', 'int8', [V, D], rows), inputIds])], {
			to: ElementType.float32,
		});
		tokens = g.op('Mul', [
			values,
			g.op('Gather', [g.weight('wte.scale', 'float32', [V, 1], byColumn.scales), inputIds]),
		]);
	} else {
		tokens = g.op('Gather', [g.weight('wte.weight', 'float32', [V, D], wte), inputIds]);
	}

	const positions = g.op('Gather', [g.weight('wpe.weight', 'float32', [C, D], read('wpe.weight')), positionIds]);
	let x = g.op('Add', [tokens, positions]);
	for (let l = 0; l < L; l++) {
		const [pastKey, pastValue] = ['key', 'value'].map(kind =>
			g.input(`past_key_values.${l}.${kind}`, 'float32', ['batch_size', H, 'past_sequence_length', dh]),
		);
		const qkv = linear(layerNorm(x, `h.${l}.ln_1`), `h.${l}.attn.c_attn`, D, 3 * D);
		const parts = g.ops('Split', [qkv], [`h.${l}.q`, `h.${l}.k`, `h.${l}.v`], {axis: -1, num_outputs: 3});
		const [q, k, v] = parts.map(part =>
			g.op('Transpose', [g.op('Reshape', [part, g.int64(0, 0, H, dh)])], {perm: [0, 2, 1, 3]}),
		);
		const key = g.op('Concat', [pastKey, k], {axis: 2}, `present.${l}.key`);
		const value = g.op('Concat', [pastValue, v], {axis: 2}, `present.${l}.value`);
		for (const present of [key, value]) g.output(present, 'float32', ['batch_size', H, 'total_sequence_length', dh]);
		const products = g.op('MatMul', [q, g.op('Transpose', [key], {perm: [0, 1, 3, 2]})]);
		const scores = g.op('Add', [g.op('Mul', [products, g.float(1 / Math.sqrt(dh))]), bias]);
		const mixed = g.op('MatMul', [g.op('Softmax', [scores], {axis: -1}), value]);
		const merged = g.op('Reshape', [g.op('Transpose', [mixed], {perm: [0, 2, 1, 3]}), g.int64(0, 0, D)]);
		x = g.op('Add', [x, linear(merged, `h.${l}.attn.c_proj`, D, D)]);
		const wide = linear(layerNorm(x, `h.${l}.ln_2`), `h.${l}.mlp.c_fc`, D, 4 * D);
		x = g.op('Add', [x, linear(g.op('Gelu', [wide], {approximate: 'tanh'}), `h.${l}.mlp.c_proj`, 4 * D, D)]);
	}

	x = layerNorm(x, 'ln_f');
	const logits = byColumn
		? quantized(x, 'lm_head', D, V, byColumn)
		: g.op('MatMul', [x, g.weight('lm_head.weight', 'float32', [D, V], transpose(wte, V, D))]);
	g.output(g.op('Identity', [logits], {}, 'logits'), 'float32', ['batch_size', 'sequence_length', V]);
	return inOneFile(g.build());
}

/** [rows, columns] as [columns, rows]. */
function transposedInt8(matrix: Int8Array, rows: number, columns: number): Int8Array {
	const turned = new Int8Array(matrix.length);
	for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) turned[j * rows + i] = matrix[at];
	return turned;
}

/** The weights moved into the protobuf, as exports under 2 GB have them. */
function inOneFile({proto, weights}: OnnxModel): Uint8Array {
	const {onnx} = onnxProto;
	const model = onnx.ModelProto.decode(proto);
	const data = new Map(weights.map(weight => [weight.path, weight.data]));
	for (const tensor of model.graph?.initializer ?? []) {
		const bytes = data.get(tensor.name ?? '');
		if (!bytes) continue;
		tensor.rawData = bytes;
		tensor.externalData = [];
		tensor.dataLocation = onnx.TensorProto.DataLocation.DEFAULT;
	}

	return onnx.ModelProto.encode(model).finish();
}
