/** Numbers to be written, row-major. */
export interface FloatTensor {
	name: string;
	shape: readonly number[];
	values: Float32Array;
}

/**
 * Float32 tensors as a safetensors file: the length of a header, the header as JSON, the numbers. The engine's
 * `openSafetensors` reads it.
 * @param metadata free text by name.
 */
export function safetensorsFile(
	tensors: readonly FloatTensor[],
	metadata: Readonly<Record<string, string>>,
): Uint8Array {
	let at = 0;
	const entries = tensors.map(({name, shape, values}) => {
		const begin = at;
		at += 4 * values.length;
		return [name, {dtype: 'F32', shape, data_offsets: [begin, at]}] as const;
	});
	const header = new TextEncoder().encode(JSON.stringify({__metadata__: metadata, ...Object.fromEntries(entries)}));
	// Spaces up to a multiple of 8, as Hugging Face's own writer aligns the numbers.
	const length = Math.ceil(header.length / 8) * 8;
	const file = new Uint8Array(8 + length + at);
	const view = new DataView(file.buffer);
	view.setBigUint64(0, BigInt(length), true);
	file.fill(0x20, 8, 8 + length).set(header, 8);
	let end = 8 + length;
	for (const {values} of tensors)
		for (const value of values) {
			view.setFloat32(end, value, true);
			end += 4;
		}
	return file;
}
