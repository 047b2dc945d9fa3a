import onnxProto from 'onnx-proto';
import type {CheckpointFiles} from './checkpoint.ts';
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
