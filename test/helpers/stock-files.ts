import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {readGpt2Config} from '../../src/engine/families/gpt2-config.ts';
import type {RepositoryFiles} from '../../src/engine/families/onnx/transformers.ts';
import {BUNDLED_MODEL, bundledWeights} from './bundled-model.ts';
import {stockGpt2Onnx} from './stock-gpt2-onnx.ts';

/** The bundled model as an ONNX repository of the Hub, in memory: fp32, its weights in data files beside the graph. */
export function stockFiles(): Map<string, Uint8Array> & RepositoryFiles {
	const json = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
	const files = new Map<string, Uint8Array>(
		json.map(name => [name, new Uint8Array(readFileSync(join(BUNDLED_MODEL, name)))]),
	);
	const config = readGpt2Config(JSON.parse(new TextDecoder().decode(files.get('config.json'))));
	const {proto, weights} = stockGpt2Onnx(config, bundledWeights());
	files.set('onnx/model.onnx', proto);
	for (const {path, data} of weights) files.set(`onnx/${path}`, data);
	return files;
}
