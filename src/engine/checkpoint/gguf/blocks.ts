import {float16Values} from '../float32.ts';
import {BLOCKS, type BlockType} from './forms.ts';
import {type Blocks, UNPACK_K} from './k-quants.ts';

/** ggml's types whose elements share scales in blocks (ggml-quants.c); numbers are computed in float32 in its order. */

/** The values of whole blocks as float32, a fresh array. */
export function dequantize(bytes: Uint8Array, type: BlockType): Float32Array {
	const {elements, bytes: size} = BLOCKS[type];
	const values = new Float32Array((bytes.byteLength / size) * elements);
	const blocks = {bytes, half: halvesOf(bytes), values};
	const unpack = UNPACK_K[type];
	if (unpack) for (let at = 0, to = 0; at < bytes.length; at += size, to += elements) unpack(blocks, at, to);
	else if (type === 'Q8_0') eightBits(blocks);
	else fewBits(blocks, type);
	return values;
}

function halvesOf(bytes: Uint8Array): Blocks['half'] {
	const table = float16Values();
	return at => table[bytes[at] | (bytes[at + 1] << 8)];
}

/** A scale, and signed bytes. */
function eightBits({bytes, half, values}: Blocks): void {
	for (let at = 0, to = 0; at < bytes.length; at += BLOCKS.Q8_0.bytes) {
		const scale = half(at);
		for (let i = 2; i < BLOCKS.Q8_0.bytes; i++) values[to++] = scale * ((bytes[at + i] << 24) >> 24);
	}
}

/** A scale, a least value in the types that end in 1, the fifth bits of the types of 5, and halves of bytes. */
function fewBits({bytes, half, values}: Blocks, type: BlockType): void {
	const {bytes: size, elements} = BLOCKS[type];
	const hasLeast = type.endsWith('1');
	const fifth = type.startsWith('Q5') ? (hasLeast ? 4 : 2) : 0;
	const middle = hasLeast ? 0 : fifth ? 16 : 8;
	const halfBlock = elements / 2;
	const quads = size - halfBlock;
	for (let at = 0, to = 0; at < bytes.length; at += size, to += elements) {
		const scale = half(at);
		// Adding -0 leaves every number as it is.
		const least = hasLeast ? half(at + 2) : -0;
		for (let i = 0; i < elements; i++) {
			const byte = bytes[at + quads + (i % halfBlock)];
			let quantum = i < halfBlock ? byte & 15 : byte >> 4;
			if (fifth > 0) quantum |= ((bytes[at + fifth + (i >> 3)] >> (i & 7)) & 1) << 4;
			values[to + i] = Math.fround(scale * (quantum - middle)) + least;
		}
	}
}
