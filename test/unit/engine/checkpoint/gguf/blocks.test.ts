import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {dequantize} from '../../../../../src/engine/checkpoint/gguf/blocks.ts';
import {BLOCKS, type BlockType} from '../../../../../src/engine/checkpoint/gguf/forms.ts';

/** Blocks and their values as the package `gguf` has them (test/oracles/gguf/blocks.py). */
const GOLDENS: Record<BlockType, {bytes: string; values: string}> = JSON.parse(
	readFileSync('test/goldens/gguf/blocks.json', 'utf8'),
);

test.each(Object.keys(BLOCKS) as BlockType[])('blocks of %s are ggml’s numbers, bit for bit', type => {
	const {bytes, values} = GOLDENS[type];
	const found = dequantize(new Uint8Array(Buffer.from(bytes, 'base64')), type);
	expect(Buffer.from(found.buffer).toString('base64')).toBe(values);
});
