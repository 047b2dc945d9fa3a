import {architectureOf} from './checkpoint/gguf/architectures.ts';
import {type GgufHeader, readGgufHeader} from './checkpoint/gguf/header.ts';
import {Metadata} from './checkpoint/gguf/metadata.ts';
import {ggufPlaces, placeOf, ROPE_FACTORS} from './checkpoint/gguf/places.ts';
import type {ModelShape, ModelWords} from './checkpoint/model-files.ts';
import {brokenFile, type ReadPart} from './checkpoint/safetensors-header.ts';
import type {WeightsFile} from './checkpoint/weights-file.ts';
import {refuse} from './errors/refusal.ts';
import {inverseFrequencies} from './families/rotary.ts';
import {type OpenKernelModel, type OpenOptions, openModel} from './open-model.ts';
import {ggufWords} from './tokenizer/gguf-words.ts';

/** What the head of a GGUF file says, in Hugging Face's files. */
export type GgufFiles = ModelShape & ModelWords;

/** Read the head of a GGUF file. @throws EngineError `bad-model` naming what is broken, or not known here. */
export async function readGguf(read: ReadPart, size: number, file: string): Promise<GgufFiles> {
	const header = await readGgufHeader(read, size, file);
	// A file that is cut short is told from its head.
	ggufPlaces(header, size, file);
	const metadata = new Metadata(header, file);
	const config = architectureOf(metadata).config(metadata);
	const scaling = await llama3Scaling(header, read, size, file);
	const id = (name: string) => metadata.number(`tokenizer.ggml.${name}_token_id`);
	const ends = [...new Set([id('eos'), id('eot')])].filter(one => one !== undefined);
	return {
		config: {
			...config,
			...(scaling && {rope_scaling: scaling}),
			bos_token_id: id('bos') ?? null,
			eos_token_id: ends.length > 0 ? ends : null,
		},
		generationConfig: null,
		...ggufWords(metadata),
	};
}

/** Open a GGUF file; its weights are quantised anew as they are read. @throws EngineError as `openModel` does. */
export async function openGguf(file: WeightsFile & {name: string}, options: OpenOptions): Promise<OpenKernelModel> {
	const read = async (at: number, count: number) => {
		const bytes = new Uint8Array(count);
		await file.read(bytes, at);
		return bytes;
	};
	return openModel({...(await readGguf(read, file.size, file.name)), weights: [file]}, options);
}

/** Where Llama 3.1's factors begin and end. */
const LLAMA3 = {rope_type: 'llama3', low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192};

/**
 * Llama 3's scaling of rotary positions, of which GGUF has the factors alone.
 * @throws EngineError `bad-model` where they are not those that Llama's rule gives.
 */
async function llama3Scaling({tensors, metadata, ...header}: GgufHeader, read: ReadPart, size: number, file: string) {
	const tensor = tensors.find(({name}) => name === ROPE_FACTORS);
	if (!tensor) return null;
	const refused = (value: string) => brokenFile(refuse('gguf-unsupported', {file, name: ROPE_FACTORS, value}));
	const {dtype, begin, end} = placeOf(tensor, {tensors, metadata, ...header}, size, file);
	if (dtype !== 'F32' || end - begin > 4096) throw refused(`${dtype} [${tensor.shape}]`);
	const factors = new Float32Array(new Uint8Array(await read(begin, end - begin)).buffer);
	const theta = Number(metadata.get('llama.rope.freq_base') ?? 10_000);
	const factor = factors.at(-1)!;
	const rule = {factor, low: LLAMA3.low_freq_factor, high: LLAMA3.high_freq_factor};
	const expected = inverseFrequencies(
		{theta, scaling: {kind: 'llama3', ...rule, original: LLAMA3.original_max_position_embeddings}},
		2 * factors.length,
	);
	const plain = inverseFrequencies({theta, scaling: null}, 2 * factors.length);
	const wrong = factors.findIndex((one, i) => !(Math.abs((expected[i] * one) / plain[i] - 1) < 1e-4));
	if (wrong >= 0) throw refused(String(factors[wrong]));
	return {...LLAMA3, factor};
}
