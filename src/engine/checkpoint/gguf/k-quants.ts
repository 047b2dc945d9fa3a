import type {BlockType} from './forms.ts';

/** ggml's K-quants: blocks of 256 elements, in groups of 16 or 32 whose own scales are quantised too. */

/** Blocks, and where their values go. */
export interface Blocks {
	bytes: Uint8Array;
	/** The half-precision number at a byte. */
	half(at: number): number;
	values: Float32Array;
}

/** Writes the values of the block at a byte, from `to` on. */
type Unpack = (blocks: Blocks, at: number, to: number) => void;

/** Element i of 256 in two bits of 64 bytes: four runs of 32 in the first 32 bytes, four in the others. */
const pairOfBits = (bytes: Uint8Array, at: number, i: number) =>
	(bytes[at + ((i >> 7) << 5) + (i & 31)] >> (((i >> 5) & 3) << 1)) & 3;

/** 16 bytes of scales and least values, 64 of elements, two halves. */
const unpack2: Unpack = ({bytes, half, values}, at, to) => {
	const [scale, least] = [half(at + 80), half(at + 82)];
	for (let group = 0; group < 16; group++) {
		const byte = bytes[at + group];
		const step = Math.fround(scale * (byte & 15));
		const offset = Math.fround(least * (byte >> 4));
		for (let i = 16 * group; i < 16 * group + 16; i++)
			values[to + i] = Math.fround(step * pairOfBits(bytes, at + 16, i)) - offset;
	}
};

/** 32 bytes of third bits, 64 of elements, 12 of scales with 6 bits, a half. */
const unpack3: Unpack = ({bytes, half, values}, at, to) => {
	const scale = half(at + 108);
	for (let group = 0; group < 16; group++) {
		const low = group < 8 ? bytes[at + 96 + group] & 15 : bytes[at + 88 + group] >> 4;
		const high = (bytes[at + 104 + (group & 3)] >> ((group >> 2) << 1)) & 3;
		const step = Math.fround(scale * ((low | (high << 4)) - 32));
		for (let i = 16 * group; i < 16 * group + 16; i++) {
			const third = (bytes[at + (i & 31)] >> (i >> 5)) & 1;
			values[to + i] = step * (pairOfBits(bytes, at + 32, i) - (third ? 0 : 4));
		}
	}
};

/** The scale and the least value of a group of 32, of 6 bits each, in 12 bytes. */
function sixBits(bytes: Uint8Array, at: number, group: number): [scale: number, least: number] {
	if (group < 4) return [bytes[at + group] & 63, bytes[at + group + 4] & 63];
	const low = bytes[at + group + 4];
	return [(low & 15) | ((bytes[at + group - 4] >> 6) << 4), (low >> 4) | ((bytes[at + group] >> 6) << 4)];
}

/** Two halves, 12 bytes of scales, of 5 bits the fifth ones in 32 bytes, and 128 of halves of bytes. @param fifth where they are; 0 for none. */
const unpack4or5 =
	(fifth: number): Unpack =>
	({bytes, half, values}, at, to) => {
		const [scale, least] = [half(at), half(at + 2)];
		const quads = at + (fifth > 0 ? fifth + 32 : 16);
		for (let group = 0; group < 8; group++) {
			const [own, ownLeast] = sixBits(bytes, at + 4, group);
			const step = Math.fround(scale * own);
			const offset = Math.fround(least * ownLeast);
			for (let i = 0; i < 32; i++) {
				const byte = bytes[quads + ((group >> 1) << 5) + i];
				const quad = group & 1 ? byte >> 4 : byte & 15;
				const top = fifth > 0 ? ((bytes[at + fifth + i] >> group) & 1) << 4 : 0;
				values[to + 32 * group + i] = Math.fround(step * (quad | top)) - offset;
			}
		}
	};

/** 128 bytes of low halves, 64 of the upper two bits, 16 signed scales, a half. */
const unpack6: Unpack = ({bytes, half, values}, at, to) => {
	const scale = half(at + 208);
	for (let group = 0; group < 16; group++) {
		const step = Math.fround(scale * ((bytes[at + 192 + group] << 24) >> 24));
		for (let i = 16 * group; i < 16 * group + 16; i++) {
			const byte = bytes[at + ((i >> 7) << 6) + (i & 63)];
			const low = i & 64 ? byte >> 4 : byte & 15;
			values[to + i] = step * ((low | (pairOfBits(bytes, at + 128, i) << 4)) - 32);
		}
	}
};

/** By type. */
export const UNPACK_K: Readonly<Partial<Record<BlockType, Unpack>>> = {
	Q2_K: unpack2,
	Q3_K: unpack3,
	Q4_K: unpack4or5(0),
	Q5_K: unpack4or5(16),
	Q6_K: unpack6,
};
