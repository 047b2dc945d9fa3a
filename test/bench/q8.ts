/** Values that share a scale in Q8_0, and the bytes that they take: the scale as a half, then a byte each. */
const BLOCK = 32;
const BLOCK_BYTES = 2 + BLOCK;

/**
 * Q8_0 as ggml's `quantize_row_q8_0_ref`: every 32 values share the scale max|x| / 127, kept as a half.
 * @param values a multiple of 32 of them.
 */
export function quantizeQ8(values: Float32Array): Uint8Array {
	const blocks = values.length / BLOCK;
	const bytes = new Uint8Array(blocks * BLOCK_BYTES);
	const view = new DataView(bytes.buffer);
	for (let block = 0; block < blocks; block++) {
		const from = block * BLOCK;
		const to = block * BLOCK_BYTES;
		let largest = 0;
		for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(values[from + i]));
		const scale = Math.fround(largest / 127);
		const inverse = scale === 0 ? 0 : 1 / scale;
		view.setUint16(to, halfBits(scale), true);
		for (let i = 0; i < BLOCK; i++) {
			const steps = Math.fround(values[from + i] * inverse);
			view.setInt8(to + 2 + i, Math.sign(steps) * Math.round(Math.abs(steps)));
		}
	}

	return bytes;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The bits of the half that is nearest to a number, ties to even. */
export function halfBits(value: number): number {
	float[0] = value;
	const [bits] = floatBits;
	const sign = (bits >>> 16) & 0x8000;
	const size = Math.abs(float[0]);
	if (Number.isNaN(size)) return sign | 0x7e00;
	// Half of the last step below 2 ** 16 rounds up to infinity.
	if (size >= 65520) return sign | 0x7c00;
	// Subnormal halves are multiples of 2 ** -24; one that rounds up to 1024 of them is the smallest normal half.
	if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
	const exponent = ((bits >>> 23) & 0xff) - 127;
	// A fraction that rounds up to 1024 carries into the exponent, which is the next half.
	return sign | (((exponent + 15) << 10) + roundToEven((size / 2 ** exponent - 1) * 1024));
}

function roundToEven(value: number): number {
	const floor = Math.floor(value);
	const rest = value - floor;
	return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
