import {refuse} from '../errors/refusal.ts';
import {toFloat32} from './float32.ts';
import {brokenFile, headerLength, LENGTH_BYTES, parseHeader, type TensorType} from './safetensors-header.ts';

/** The tensors of an opened file. */
export interface Safetensors {
	readonly names: readonly string[];
	readonly metadata: Readonly<Record<string, string>>;
	/** Shape of a tensor, or undefined if the file has none of that name. */
	shape(name: string): readonly number[] | undefined;
	dtype(name: string): TensorType | undefined;
	/** A tensor's values as float32, a fresh array. @throws EngineError `bad-model` if it is missing or of another kind. */
	read(name: string): Float32Array;
	/** A tensor's bytes as they are in the file, not copied. @throws EngineError `bad-model` if it is missing. */
	bytes(name: string): Uint8Array;
}

/** Parse a whole file. Tensors are converted only when they are read. @throws EngineError `bad-model`. */
export function openSafetensors(file: Uint8Array, fileName = 'model.safetensors'): Safetensors {
	const length = headerLength(file, file.byteLength, fileName);
	const data = file.subarray(LENGTH_BYTES + length);
	const {tensors, metadata} = parseHeader(
		file.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
		data.byteLength,
		fileName,
	);
	const entries = new Map(tensors.map(entry => [entry.name, entry]));
	const find = (name: string) => {
		const entry = entries.get(name);
		if (!entry) throw brokenFile(refuse('safetensors-no-tensor', {file: fileName, tensor: name}));
		return entry;
	};
	const bytes = (name: string) => {
		const {begin, end} = find(name);
		return data.subarray(begin, end);
	};
	return {
		names: [...entries.keys()],
		metadata,
		shape: name => entries.get(name)?.shape,
		dtype: name => entries.get(name)?.dtype,
		bytes,
		read: name => toFloat32(bytes(name), find(name).dtype, name, fileName),
	};
}
