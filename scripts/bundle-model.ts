import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {byteReader} from '../src/engine/checkpoint/byte-reader.ts';
import {CheckpointQuantizer} from '../src/engine/checkpoint/quantize-checkpoint.ts';
import {STORED_WEIGHTS} from '../src/engine/checkpoint/stored-weights.ts';
import {readGpt2Config} from '../src/engine/families/gpt2/config.ts';

/** What is shipped of a checkpoint beside its weights. */
const KEPT = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'];

/** Writes a checkpoint folder into another in the stored form, which is half the size and is opened without converting. */
export async function bundleModel(from: string, to: string): Promise<void> {
	mkdirSync(to, {recursive: true});
	for (const name of KEPT) writeFileSync(join(to, name), readFileSync(join(from, name)));
	const config = readGpt2Config(JSON.parse(readFileSync(join(from, 'config.json'), 'utf8')));
	const weights = readFileSync(join(from, 'model.safetensors'));
	let stored = new Uint8Array(0);
	const quantizer = new CheckpointQuantizer(config, {write: (bytes, at) => stored.set(bytes, at)});
	stored = new Uint8Array(quantizer.layout.size);
	await quantizer.begin();
	const reader = byteReader(
		(async function* () {
			yield weights;
		})(),
	);
	await quantizer.file({name: 'model.safetensors', size: weights.byteLength, reader});
	writeFileSync(join(to, STORED_WEIGHTS), stored);
}
