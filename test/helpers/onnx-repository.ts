import onnxProto from 'onnx-proto';
import type {CheckpointFiles} from './checkpoint.ts';
import {ElementType} from './graph-builder.ts';
import {stockFiles} from './stock-files.ts';

const {onnx} = onnxProto;

/** The bundled model as the Hub has large ONNX exports: the graph, and all its weights in one file beside it. */
export function onnxRepository(): CheckpointFiles {
	const files = stockFiles();
	const model = onnx.ModelProto.decode(files.get('onnx/model.onnx')!);
	const parts: Uint8Array[] = [];
	let offset = 0;
	for (const tensor of model.graph!.initializer!) {
		const place = tensor.externalData?.find(({key}) => key === 'location');
		if (!place) continue;
		const bytes = files.get(`onnx/${place.value}`)!;
		tensor.externalData = [
			{key: 'location', value: 'model.onnx_data'},
			{key: 'offset', value: String(offset)},
			{key: 'length', value: String(bytes.length)},
		];
		parts.push(bytes);
		offset += bytes.length;
	}

	const json = [...files].filter(([path]) => !path.startsWith('onnx/'));
	return {
		...Object.fromEntries(json),
		'onnx/model.onnx': onnx.ModelProto.encode(model).finish(),
		'onnx/model.onnx_data': new Uint8Array(Buffer.concat(parts)),
	};
}

/**
 * The same model with a graph that never ends for a prompt that holds one token, as a broken or a hostile export may have:
 * a `Loop` whose condition stays true stands before everything that reads the prompt's ids.
 * @param token the id that it hangs on. Any other prompt is answered as before.
 */
export function endlessRepository(token: number): CheckpointFiles {
	const files = onnxRepository();
	const model = onnx.ModelProto.decode(files['onnx/model.onnx']!);
	const graph = model.graph!;
	for (const node of graph.node!) node.input = node.input!.map(name => (name === 'input_ids' ? 'read_ids' : name));
	const ids = onnx.ValueInfoProto.create({
		...graph.input!.find(({name}) => name === 'input_ids')!,
		name: 'round_ids',
	});
	const scalar = (name: string, elemType: number) => ({name, type: {tensorType: {elemType, shape: {dim: []}}}});
	const body = {
		name: 'round',
		input: [scalar('round', ElementType.int64), scalar('go_on', ElementType.bool), ids],
		node: [
			{opType: 'Identity', input: ['go_on'], output: ['go_on_again']},
			{opType: 'Identity', input: ['round_ids'], output: ['next_ids']},
		],
		output: [scalar('go_on_again', ElementType.bool), {...ids, name: 'next_ids'}],
	};
	const {INT, GRAPH} = onnx.AttributeProto.AttributeType;
	graph.initializer!.push(
		onnx.TensorProto.create({
			name: 'hangs_on',
			dataType: ElementType.int64,
			dims: [],
			rawData: new Uint8Array(BigInt64Array.of(BigInt(token)).buffer),
		}),
	);
	graph.node!.unshift(
		...[
			{opType: 'Equal', input: ['input_ids', 'hangs_on'], output: ['hung']},
			{
				opType: 'Cast',
				input: ['hung'],
				output: ['hung_numbers'],
				attribute: [{name: 'to', type: INT, i: ElementType.int32}],
			},
			{
				opType: 'ReduceMax',
				input: ['hung_numbers'],
				output: ['hung_anywhere'],
				attribute: [{name: 'keepdims', type: INT, i: 0}],
			},
			{
				opType: 'Cast',
				input: ['hung_anywhere'],
				output: ['for_ever'],
				attribute: [{name: 'to', type: INT, i: ElementType.bool}],
			},
			{
				opType: 'Loop',
				input: ['', 'for_ever', 'input_ids'],
				output: ['read_ids'],
				attribute: [{name: 'body', type: GRAPH, g: body}],
			},
		].map(node => onnx.NodeProto.create(node)),
	);
	return {...files, 'onnx/model.onnx': onnx.ModelProto.encode(model).finish()};
}
