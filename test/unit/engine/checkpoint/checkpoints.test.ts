import {describe, expect, test} from 'vitest';
import {byteReader} from '../../../../src/engine/checkpoint/byte-reader.ts';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {CheckpointPacker} from '../../../../src/engine/checkpoint/pack-checkpoint.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {readShardIndex} from '../../../../src/engine/checkpoint/shard-index.ts';
import {STORED_WEIGHTS, storedLayout} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
import {logSoftmax} from '../../../../src/engine/math/math.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';
import {type CheckpointFiles, type CheckpointOptions, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';
import {referenceGpt2} from '../../../helpers/reference-gpt2.ts';
import {safetensorsFile} from '../../../helpers/safetensors-file.ts';

const open = async (files: CheckpointFiles, dtype: 'int8' | 'fp32' = 'int8') =>
	openModel(await readModelFiles(readFrom(files)), {threads: 1, dtype});

const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

/** The stored form of a checkpoint, of which the head alone is written, and what writes the rest. */
function packing(files: CheckpointFiles) {
	const declaration = declareModel(parse(files['config.json']));
	const {head, size, weights} = storedLayout(declaration.program.tensors);
	const bytes = new Uint8Array(size);
	bytes.set(head);
	const target = {write: (part: Uint8Array, at: number) => bytes.set(part, head.length + at)};
	return {bytes, packer: new CheckpointPacker(declaration, weights, target)};
}

/** The stored form of a checkpoint, read in pieces of this many bytes. */
async function stored(files: CheckpointFiles, pieces = 1000): Promise<Uint8Array> {
	const {bytes, packer} = packing(files);
	const index = files['model.safetensors.index.json'];
	const shards = index ? readShardIndex(parse(index)) : undefined;
	for (const name of shards?.files ?? ['model.safetensors'])
		await packer.file(
			{name, size: files[name].length, reader: byteReader(inPieces(files[name], pieces))},
			shards?.tensors,
		);
	return bytes;
}

async function* inPieces(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const KINDS: [string, CheckpointOptions][] = [
	['F32', {}],
	['F16', {dtype: 'F16'}],
	['BF16', {dtype: 'BF16'}],
	['in three shards with an index', {shards: 3, layers: 3}],
	['with an untied head', {untied: true}],
	['with the names of GPT2LMHeadModel', {prefixed: true}],
	['with masks as old exports have them', {masks: 'U8', prefixed: true}],
	['with masks of booleans', {masks: 'BOOL'}],
	['with the tied head written twice', {headTwice: true}],
	['with vocab.json and merges.txt', {oldTokenizer: true}],
	['with 600 classes', {vocabSize: 600}],
	['with 512 positions', {contextLength: 512}],
	['with 8,192 positions', {contextLength: 8192, width: 8}],
	['without an end of text', {endless: true}],
];

describe.each(KINDS)('a checkpoint %s', (_, options) => {
	const files = makeCheckpoint(options);

	test('computes the same as the float32 reference', async () => {
		const model = await open(files, 'fp32');
		const {vocabSize, contextLength} = model.lm.config;
		expect({vocabSize, contextLength}).toEqual({
			vocabSize: options.vocabSize ?? 257,
			contextLength: options.contextLength ?? 32,
		});
		const names = Object.keys(files).filter(name => name.endsWith('.safetensors'));
		const opened = names.map(name => openSafetensors(files[name]));
		const reference = referenceGpt2(model.lm.config, {
			names: [],
			metadata: {},
			shape: () => undefined,
			dtype: () => undefined,
			bytes: () => new Uint8Array(0),
			read(name) {
				const found = [name, `transformer.${name}`].flatMap(n => opened.flatMap(f => (f.shape(n) ? [f.read(n)] : [])));
				return found[0];
			},
		});
		const ids = [5, 77, 33, 200];
		const {logits} = await model.lm.prefill(ids);
		const head = options.untied
			? opened.flatMap(f => (f.shape('lm_head.weight') ? [f.read('lm_head.weight')] : []))[0]
			: null;
		const expected = head
			? Float32Array.from({length: vocabSize}, (_, id) => {
					const hidden = reference.hidden(ids).at(-1)!;
					return hidden.reduce((sum, value, i) => sum + value * head[id * hidden.length + i], 0);
				})
			: reference.logits(ids).at(-1)!;
		for (let id = 0; id < vocabSize; id++) expect(logits[id]).toBeCloseTo(expected[id], 3);
		await model.lm.dispose();
	});

	test('opens from its stored form as from itself, however its bytes arrive', async () => {
		const [small, large] = [await stored(files, 77), await stored(files, 100_000)];
		expect(small).toEqual(large);
		const [direct, again] = [await open(files), await open({...files, [STORED_WEIGHTS]: small})];
		const ids = [5, 77, 33, 200];
		expect((await again.lm.prefill(ids)).logits).toEqual((await direct.lm.prefill(ids)).logits);
		expect(again.parameters).toBe(direct.parameters);
		await Promise.all([direct.lm.dispose(), again.lm.dispose()]);
	});
});

test('a large first position and outlier channels, as GPT-2 has them, leave int8 within 0.005 nats', async () => {
	const files = makeCheckpoint({layers: 4, heads: 4, width: 64, vocabSize: 600, outliers: true});
	const [exact, int8] = [await open(files, 'fp32'), await open(files)];
	const ids = Array.from({length: 31}, (_, i) => (i * 97) % 600);
	const largest = async (model: typeof exact) => {
		const {logits, rows} = await model.lm.extend(await model.lm.prefill(ids.slice(0, 1)), null, [ids.slice(1)], {
			rows: 'all',
		});
		return Array.from({length: rows}, (_, row) => logSoftmax(logits.subarray(row * 600, (row + 1) * 600)));
	};
	const [p, q] = [await largest(exact), await largest(int8)];
	const kl = p.map((row, i) => row.reduce((sum, value, id) => sum + Math.exp(value) * (value - q[i][id]), 0));
	expect(kl.reduce((sum, value) => sum + value, 0) / kl.length).toBeLessThan(0.005);
	expect(Math.max(...p[0].map(Math.exp)) - Math.min(...p[0].map(Math.exp))).toBeGreaterThan(0.001);
	await Promise.all([exact.lm.dispose(), int8.lm.dispose()]);
});

test('a file is read on from any block, and the result is the same', async () => {
	const files = makeCheckpoint({vocabSize: 9000, width: 8, masks: 'U8'});
	const whole = await stored(files);
	const file = files['model.safetensors'];
	const blocks: number[] = [];
	let header: Uint8Array | undefined;
	const {bytes, packer} = packing(files);
	const run = async (from: number, stopAfter: number) => {
		const reader = byteReader(inPieces(file.subarray(from), 500), from);
		let left = stopAfter;
		await packer.file({name: 'model.safetensors', size: file.length, reader, header}, undefined, {
			onHeader(seen) {
				header = seen;
			},
			onBlock(position) {
				blocks.push(position);
				if (--left === 0) throw new Error('cut');
			},
		});
	};
	for (let from = 0, cuts = 0; ; cuts++) {
		try {
			await run(from, 3);
			expect(cuts).toBeGreaterThan(8);
			break;
		} catch (error) {
			expect((error as Error).message).toBe('cut');
			from = blocks.at(-1)!;
		}
	}
	expect(bytes).toEqual(whole);
});

describe('a folder that is no checkpoint is refused', () => {
	const files = makeCheckpoint({layers: 1});
	const withTensor = (name: string, change: (values: Float32Array) => void): CheckpointFiles => {
		const weights = files['model.safetensors'].slice();
		const {byteOffset, byteLength} = openSafetensors(weights).bytes(name);
		const values = new Float32Array(weights.slice(byteOffset, byteOffset + byteLength).buffer);
		change(values);
		weights.set(new Uint8Array(values.buffer), byteOffset);
		return {...files, 'model.safetensors': weights};
	};

	test.each([
		['NaN', Number.NaN],
		['infinity', Number.POSITIVE_INFINITY],
	])('%s among the weights, wherever it is', async (_, value) => {
		for (const name of ['wte.weight', 'wpe.weight', 'h.0.mlp.c_fc.weight', 'h.0.ln_1.bias']) {
			const broken = withTensor(name, values => values.fill(value, values.length - 1));
			for (const dtype of ['int8', 'fp32'] as const)
				await expect(open(broken, dtype)).rejects.toThrow(new RegExp(`have ${value} in ${name}.*is broken`));
		}
	});

	test('weights so large that the logits overflow', async () => {
		const broken = withTensor('ln_f.weight', values => values.fill(3e38));
		await expect(open(broken, 'fp32')).rejects.toThrow(/logits overflow/);
	});

	test('a config that promises a billion blocks, at once', async () => {
		const config = {...parse(files['config.json']), n_layer: 1e9};
		await expect(open({...files, 'config.json': new TextEncoder().encode(JSON.stringify(config))})).rejects.toThrow(
			/n_layer 1000000000; the largest that is opened is 1024/,
		);
	});

	test('an epsilon that is no epsilon', async () => {
		const config = {...parse(files['config.json']), layer_norm_epsilon: 1e300};
		await expect(open({...files, 'config.json': new TextEncoder().encode(JSON.stringify(config))})).rejects.toThrow(
			/layer_norm_epsilon 1e\+300/,
		);
	});

	test('more blocks than the config has', async () => {
		const more = makeCheckpoint({layers: 2});
		await expect(open({...more, 'config.json': files['config.json']})).rejects.toThrow(
			/has h\.1\..*, which a language model of this kind with 1 blocks does not have/,
		);
	});

	test('a head that classifies texts, not tokens', async () => {
		const other = openSafetensors(files['model.safetensors']);
		expect(other.names).not.toContain('score.weight');
		const weights = safetensorsFile({
			...Object.fromEntries(
				other.names.map(name => [name, {dtype: 'F32', shape: [...other.shape(name)!], data: other.bytes(name)}]),
			),
			'score.weight': {dtype: 'F32', shape: [1], data: new Uint8Array(4)},
		});
		await expect(open({...files, 'model.safetensors': weights})).rejects.toThrow(/has score\.weight, which/);
	});

	test('a hundred bytes', async () => {
		await expect(open({...files, 'model.safetensors': new Uint8Array(100)})).rejects.toThrow(EngineError);
	});

	test('a shard that is missing', async () => {
		const sharded = makeCheckpoint({shards: 2});
		const {'model-00002-of-00002.safetensors': _, ...rest} = sharded;
		await expect(open(rest)).rejects.toThrow(/model-00002-of-00002\.safetensors is missing/);
	});

	test('an index of a hundred thousand shards: the first that is missing ends it', async () => {
		const {'model.safetensors': _, ...rest} = files;
		const weight_map = Object.fromEntries(Array.from({length: 100_000}, (_, i) => [`t${i}`, `m-${i}.safetensors`]));
		const index = new TextEncoder().encode(JSON.stringify({weight_map}));
		const asked: string[] = [];
		const read = readFrom({...rest, 'model.safetensors.index.json': index});
		await expect(
			readModelFiles(name => {
				asked.push(name);
				return read(name);
			}),
		).rejects.toThrow(/m-0\.safetensors is missing/);
		expect(asked.filter(name => name.startsWith('m-'))).toEqual(['m-0.safetensors']);
	});

	test('no tokenizer', async () => {
		const {'tokenizer.json': _, ...rest} = files;
		await expect(open(rest)).rejects.toThrow(/tokenizer is missing.*vocab\.json with merges\.txt/);
	});
});

test('the first class may end a text', async () => {
	const model = await open(makeCheckpoint({config: {eos_token_id: 0}}));
	expect(model.lm.config).toMatchObject({bosTokenId: 0, eosTokenIds: [0]});
	await model.lm.dispose();
});
