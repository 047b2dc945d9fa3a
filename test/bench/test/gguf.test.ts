import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {float16Bits} from '../../../src/engine/checkpoint/float32.ts';
import {openSafetensors} from '../../../src/engine/checkpoint/safetensors.ts';
import {makeCheckpoint} from '../../helpers/checkpoint.ts';
import {ggufFile} from '../gguf.ts';
import {gpt2Gguf, type TokenizerJson} from '../gpt2-gguf.ts';
import {halfBits, quantizeQ8} from '../q8.ts';

/** The number that a half's bits stand for. */
const fromHalf = (bits: number) => new Float32Array(Uint32Array.of(float16Bits(bits)).buffer)[0];

describe('a half', () => {
	it('keeps every half as it is', () => {
		for (let bits = 0; bits < 0x7c00; bits++) {
			expect(halfBits(fromHalf(bits))).toBe(bits);
			expect(halfBits(-fromHalf(bits))).toBe(bits | 0x8000);
		}
	});

	it('is the nearest to a number, and the even one of two that are as near', () => {
		fc.assert(
			fc.property(fc.integer({min: 0, max: 0x7bfe}), fc.double({min: 0, max: 1, noNaN: true}), (bits, share) => {
				const [below, above] = [fromHalf(bits), fromHalf(bits + 1)];
				const value = Math.fround(below + share * (above - below));
				const [down, up] = [value - below, above - value];
				const nearest = down < up ? bits : up < down ? bits + 1 : bits + (bits % 2);
				expect(halfBits(value)).toBe(nearest);
			}),
		);
	});

	it('is infinite where no finite one is near enough', () => {
		expect(halfBits(65519)).toBe(0x7bff);
		expect(halfBits(65520)).toBe(0x7c00);
		expect(halfBits(Number.NEGATIVE_INFINITY)).toBe(0xfc00);
	});
});

describe('Q8_0', () => {
	const block = (values: number[]) => Float32Array.from({length: 32}, (_, i) => values[i] ?? 0);
	const stepsOf = (bytes: Uint8Array) => new Int8Array(bytes.buffer, 2, 32);

	it('is a scale, max|x| / 127 as a half, and a byte for each of 32 values', () => {
		const bytes = quantizeQ8(block([127, -127, 63.5, 1.4, -1.5]));
		expect(bytes).toHaveLength(34);
		expect(fromHalf(bytes[0] | (bytes[1] << 8))).toBe(1);
		// Halves are rounded away from zero, as C's roundf does.
		expect([...stepsOf(bytes).subarray(0, 6)]).toEqual([127, -127, 64, 1, -2, 0]);
	});

	it('keeps a block of zeros as zeros', () => {
		expect([...quantizeQ8(block([]))]).toEqual(Array(34).fill(0));
	});

	it('gives every value back to within half a step and what the half of its scale loses', () => {
		fc.assert(
			fc.property(
				fc.array(fc.float({min: -100, max: 100, noNaN: true, noDefaultInfinity: true}), {minLength: 32, maxLength: 32}),
				values => {
					const largest = Math.max(...values.map(Math.abs));
					fc.pre(largest > 0.1);
					const bytes = quantizeQ8(Float32Array.from(values));
					const scale = fromHalf(bytes[0] | (bytes[1] << 8));
					for (const [i, value] of values.entries())
						expect(Math.abs(stepsOf(bytes)[i] * scale - value)).toBeLessThanOrEqual(
							largest * (0.5 / 127 + 2 ** -11) * 1.01,
						);
				},
			),
		);
	});
});

/** Reads a GGUF file as its specification says. */
function parse(file: Uint8Array) {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	let at = 0;
	const uint32 = () => {
		at += 4;
		return view.getUint32(at - 4, true);
	};
	const uint64 = () => {
		at += 8;
		return Number(view.getBigUint64(at - 8, true));
	};
	const string = () => {
		const length = uint64();
		at += length;
		return new TextDecoder().decode(file.subarray(at - length, at));
	};
	const value = (type: number): unknown => {
		switch (type) {
			case 4:
				return uint32();
			case 5:
				return uint32() | 0;
			case 6:
				at += 4;
				return view.getFloat32(at - 4, true);
			case 7:
				at += 1;
				return file[at - 1] === 1;
			case 8:
				return string();
			case 9: {
				const of = uint32();
				return Array.from({length: uint64()}, () => value(of));
			}
			default:
				throw new Error(`Type ${type}.`);
		}
	};
	const magic = new TextDecoder().decode(file.subarray(0, 4));
	at = 4;
	const version = uint32();
	const tensorCount = uint64();
	const metadata = Object.fromEntries(Array.from({length: uint64()}, () => [string(), value(uint32())]));
	const infos = Array.from({length: tensorCount}, () => {
		const name = string();
		const shape = Array.from({length: uint32()}, uint64).reverse();
		return {name, shape, type: uint32(), offset: uint64()};
	});
	const dataStart = Math.ceil(at / 32) * 32;
	return {magic, version, metadata, tensors: new Map(infos.map(info => [info.name, info])), dataStart};
}

describe('a GGUF file', () => {
	it('has its metadata, and its tensors at multiples of 32', () => {
		const file = Buffer.concat(
			ggufFile({text: {type: 'string', value: 'é'}, numbers: {type: 'int32s', value: [1, -2]}}, [
				{name: 'a', type: 'F32', shape: [3], data: new Uint8Array(12).fill(1)},
				{name: 'b', type: 'F32', shape: [2, 5], data: new Uint8Array(40).fill(2)},
			]),
		);
		const {magic, version, metadata, tensors, dataStart} = parse(file);
		expect([magic, version]).toEqual(['GGUF', 3]);
		expect(metadata).toEqual({text: 'é', numbers: [1, -2]});
		expect(tensors.get('b')).toEqual({name: 'b', shape: [2, 5], type: 0, offset: 32});
		expect([...file.subarray(dataStart + 32, dataStart + 72)]).toEqual(Array(40).fill(2));
		expect(file).toHaveLength(dataStart + 32 + 64);
	});

	it('holds a GPT-2 under llama.cpp’s names, its matrices [outputs, inputs]', () => {
		const files = makeCheckpoint({layers: 2, heads: 2, width: 32, prefixed: true});
		const json = (name: string) => JSON.parse(new TextDecoder().decode(files[name]));
		const tokenizer = json('tokenizer.json') as TokenizerJson;
		const file = Buffer.concat(gpt2Gguf(json('config.json'), tokenizer, files['model.safetensors']));
		const {metadata, tensors, dataStart} = parse(file);
		expect(metadata).toMatchObject({
			'general.architecture': 'gpt2',
			'gpt2.block_count': 2,
			'gpt2.attention.head_count': 2,
			'gpt2.embedding_length': 32,
			'gpt2.feed_forward_length': 128,
			'gpt2.context_length': 32,
			'tokenizer.ggml.eos_token_id': 256,
		});
		const tokens = metadata['tokenizer.ggml.tokens'] as string[];
		expect(tokens).toHaveLength(257);
		expect(tokens[tokenizer.model.vocab.A]).toBe('A');
		expect(tokens[256]).toBe('<|endoftext|>');
		expect(tensors.size).toBe(4 + 2 * 12);
		expect(tensors.get('blk.1.ffn_up.weight')).toMatchObject({shape: [128, 32], type: 8});
		expect(tensors.get('position_embd.weight')).toMatchObject({shape: [32, 32], type: 0});

		// The first block of `attn_qkv` holds the first column of Conv1D's matrix [inputs, outputs].
		const matrix = openSafetensors(files['model.safetensors']).read('transformer.h.1.attn.c_attn.weight');
		const column = Float32Array.from({length: 32}, (_, input) => matrix[input * 96]);
		const start = dataStart + tensors.get('blk.1.attn_qkv.weight')!.offset;
		expect([...file.subarray(start, start + 34)]).toEqual([...quantizeQ8(column)]);
	});
});
