interface TensorData {
	dtype: string;
	shape: number[];
	data: Uint8Array;
}

/** The bytes of a safetensors file with these tensors. */
export function safetensorsFile(
	tensors: Record<string, TensorData>,
	metadata: Record<string, string> = {format: 'pt'},
): Uint8Array {
	let at = 0;
	const header: Record<string, unknown> = {__metadata__: metadata};
	for (const [name, {dtype, shape, data}] of Object.entries(tensors)) {
		header[name] = {dtype, shape, data_offsets: [at, at + data.length]};
		at += data.length;
	}

	const json = new TextEncoder().encode(JSON.stringify(header));
	const file = new Uint8Array(8 + json.length + at);
	new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
	file.set(json, 8);
	let offset = 8 + json.length;
	for (const {data} of Object.values(tensors)) {
		file.set(data, offset);
		offset += data.length;
	}

	return file;
}
