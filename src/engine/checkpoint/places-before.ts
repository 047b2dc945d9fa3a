import {readGgufHeader} from './gguf/header.ts';
import {ggufPlaces, isGguf} from './gguf/places.ts';
import type {ReadPart, TensorEntry} from './safetensors-header.ts';
import {isTorch, readTorchPlaces} from './torch/torch-places.ts';

/** Whether the tensors of a file are found before its bytes are read in order: PyTorch's directory is at the end, and GGUF's head names tensors by other names. */
export const hasPlaces = (name: string) => isTorch(name) || isGguf(name);

/** Where the tensors of such a file are. @throws EngineError `bad-model`. */
export async function placesBefore(read: ReadPart, size: number, name: string): Promise<TensorEntry[]> {
	return isGguf(name)
		? ggufPlaces(await readGgufHeader(read, size, name), size, name)
		: readTorchPlaces(read, size, name);
}

/** The places as bytes, to be kept while the file is read. */
export const writePlaces = (tensors: readonly TensorEntry[]): Uint8Array =>
	new TextEncoder().encode(JSON.stringify(tensors));

/** What `writePlaces` has written. */
export const placesFrom = (bytes: Uint8Array): TensorEntry[] =>
	JSON.parse(new TextDecoder().decode(bytes)) as TensorEntry[];
