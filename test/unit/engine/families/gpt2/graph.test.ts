import onnxProto from 'onnx-proto';
import {expect, test} from 'vitest';
import type {WeightSource} from '../../../../../src/engine/checkpoint/stored-weights.ts';
import {readGpt2Config} from '../../../../../src/engine/families/gpt2/config.ts';
import {buildGpt2Graph} from '../../../../../src/engine/families/gpt2/graph.ts';
import {gpt2Tensors} from '../../../../../src/engine/families/gpt2/tensors.ts';
import {TILE, tilesOf} from '../../../../../src/engine/onnx/quantize.ts';

const config = readGpt2Config({
	model_type: 'gpt2',
	architectures: ['GPT2LMHeadModel'],
	activation_function: 'gelu_new',
	n_layer: 1,
	n_head: 2,
	n_embd: 64,
	n_positions: 32,
	vocab_size: 100,
	layer_norm_epsilon: 1e-5,
});
const tensors = new Map([...gpt2Tensors(config)].map(tensor => [tensor.name, tensor]));

/** Weights of zero, quantised. */
const zeros: WeightSource = {
	float: name => new Float32Array(tensors.get(name)!.shape.reduce((product, n) => product * n)),
	matrix(name) {
		const {kind, shape} = tensors.get(name)!;
		const [K, N] = kind === 'matrix' ? shape : [shape[1], shape[0]];
		return {values: new Int8Array(tilesOf(N) * K * TILE), scales: new Float32Array(tilesOf(N) * TILE)};
	},
};

type Graph = onnxProto.onnx.IGraphProto;

/** The operators of a graph, its branches and its loops. */
const operatorsOf = ({node}: Graph): string[] =>
	node!.flatMap(({opType, attribute}) => [opType!, ...attribute!.flatMap(({g}) => (g ? operatorsOf(g) : []))]);

const {graph} = onnxProto.onnx.ModelProto.decode(buildGpt2Graph(config, zeros).proto);

test('the int8 graph has no Cast, which V8 would compile for a second while the first tokens are computed', () => {
	const operators = new Set(operatorsOf(graph!));
	expect(operators).toContain('MatMulIntegerToFloat');
	expect(operators).toContain('Loop');
	expect(operators).not.toContain('Cast');
});

test('no shape is known before a run, so that no time goes into looking for equal ones', () => {
	const {input, output, initializer} = graph!;
	const constants = new Set(initializer!.map(({name}) => name));
	for (const {name, type} of [...input!, ...output!])
		if (!constants.has(name)) expect(type!.tensorType!.shape, name!).toBeFalsy();
	const inputs = new Set(input!.map(({name}) => name));
	const shapes = initializer!.filter(({name}) => name!.startsWith('int64('));
	expect(shapes).not.toEqual([]);
	for (const {name} of shapes) expect(inputs, name!).toContain(name);
});
