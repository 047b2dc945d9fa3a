import {refuse} from '../errors/refusal.ts';
import {brokenFile, type TensorType} from './safetensors-header.ts';

const FLOATS = ['F32', 'F16', 'BF16'] as const;

/** Whether weights of this type can be read. */
export const isFloat = (dtype: TensorType): dtype is (typeof FLOATS)[number] => FLOATS.some(known => known === dtype);

/** The refusal of weights of any other type. */
export const notFloats = (file: string, tensor: string, type: string) =>
	brokenFile(refuse('safetensors-no-floats', {file, tensor, type, types: FLOATS}));

/** The values of little-endian floats as float32, a fresh array. @throws EngineError `bad-model` for another type. */
export function toFloat32(bytes: Uint8Array, dtype: TensorType, name: string, file: string): Float32Array {
	if (!isFloat(dtype)) throw notFloats(file, name, dtype);
	// Tensors start at any offset in the file; the copy is aligned.
	const {buffer} = new Uint8Array(bytes);
	if (dtype === 'F32') return new Float32Array(buffer);
	const halves = new Uint16Array(buffer);
	const bits = new Uint32Array(halves.length);
	if (dtype === 'BF16') {
		for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
	} else {
		const table = float16Table();
		for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]];
	}

	return new Float32Array(bits.buffer);
}

let table: Uint32Array<ArrayBuffer> | undefined;

/** The float32 bit patterns of all half-precision ones. */
function float16Table(): Uint32Array<ArrayBuffer> {
	table ??= Uint32Array.from({length: 1 << 16}, (_, half) => float16Bits(half));
	return table;
}

/** The values of all half-precision bit patterns. */
export const float16Values = (): Float32Array => new Float32Array(float16Table().buffer);

/** The float32 bit pattern of an IEEE 754 half-precision bit pattern; exact for every value. */
export function float16Bits(half: number): number {
	const sign = (half & 0x8000) << 16;
	const exponent = (half >> 10) & 0x1f;
	let fraction = half & 0x3ff;
	if (exponent === 0x1f) return sign | 0x7f80_0000 | (fraction << 13);
	if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
	if (fraction === 0) return sign;
	// Subnormal: float32 has the range to make it normal.
	let shift = 113;
	while ((fraction & 0x400) === 0) {
		fraction <<= 1;
		shift--;
	}

	return sign | (shift << 23) | ((fraction & 0x3ff) << 13);
}
