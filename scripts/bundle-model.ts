import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {byteReader} from '../src/engine/checkpoint/byte-reader.ts';
import {CheckpointPacker} from '../src/engine/checkpoint/pack-checkpoint.ts';
import {STORED_WEIGHTS, storedLayout} from '../src/engine/checkpoint/stored-weights.ts';
import {declareModel} from '../src/engine/open-model.ts';
import {Tokenizer} from '../src/engine/tokenizer/tokenizer.ts';

/** What is shipped of a checkpoint beside its weights. */
const KEPT = ['config.json', 'generation_config.json', 'tokenizer_config.json', 'README.md'];

/** Writes a checkpoint folder into another in the stored form, which is half the size and is opened without converting. */
export async function bundleModel(from: string, to: string): Promise<void> {
	mkdirSync(to, {recursive: true});
	for (const name of KEPT) writeFileSync(join(to, name), readFileSync(join(from, name)));
	const json = (name: string) => JSON.parse(readFileSync(join(from, name), 'utf8'));
	const tokens = json('tokenizer.json');
	const tokenizer = new Tokenizer(tokens, json('tokenizer_config.json'));
	writeFileSync(join(to, 'tokenizer.json'), JSON.stringify(tokenizer.kept(tokens)));
	const declaration = declareModel(json('config.json'));
	const weights = readFileSync(join(from, 'model.safetensors'));
	const {head, size, weights: layout} = storedLayout(declaration.program.tensors);
	const stored = new Uint8Array(size);
	stored.set(head);
	const packer = new CheckpointPacker(declaration, layout, {write: (bytes, at) => stored.set(bytes, head.length + at)});
	const reader = byteReader(
		(async function* () {
			yield weights;
		})(),
	);
	await packer.file({name: 'model.safetensors', size: weights.byteLength, reader});
	writeFileSync(join(to, STORED_WEIGHTS), stored);
}
