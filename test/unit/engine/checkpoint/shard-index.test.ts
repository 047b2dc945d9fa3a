import {describe, expect, test} from 'vitest';
import {readShardIndex} from '../../../../src/engine/checkpoint/shard-index.ts';

describe('the index of a checkpoint in shards', () => {
	test('names every tensor, and each shard once, in order', () => {
		const index = {
			metadata: {total_size: 1},
			weight_map: {
				'wte.weight': 'model-00002-of-00002.safetensors',
				'wpe.weight': 'model-00001-of-00002.safetensors',
				'ln_f.bias': 'model-00002-of-00002.safetensors',
			},
		};
		expect(readShardIndex(index)).toEqual({
			tensors: ['wte.weight', 'wpe.weight', 'ln_f.bias'],
			files: ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
		});
	});

	test.each([
		[null],
		[undefined],
		['weight_map'],
		[{}],
		[{weight_map: null}],
		[{weight_map: 'model.safetensors'}],
		[{weight_map: {}}],
		[{weight_map: {a: 1}}],
		[{weight_map: {a: ['model.safetensors']}}],
		[{weight_map: {a: 'model.safetensors', b: null}}],
	])('%j names no shards, and is refused', index => {
		expect(() => readShardIndex(index)).toThrow(
			expect.objectContaining({code: 'bad-model', refusals: [expect.objectContaining({code: 'no-shards'})]}),
		);
	});

	test.each(['../model.safetensors', 'a/model.safetensors', '/etc/passwd', 'model.bin', 'model.safetensors.exe', ''])(
		'%j is no file beside the index, and is refused',
		file => {
			expect(() => readShardIndex({weight_map: {a: 'model.safetensors', b: file}})).toThrow(/names no shards/);
		},
	);
});
