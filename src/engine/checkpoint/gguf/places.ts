import {refuse} from '../../errors/refusal.ts';
import {brokenFile, ELEMENT_BYTES, type TensorEntry} from '../safetensors-header.ts';
import {architectureOf, hubTensor} from './architectures.ts';
import {BLOCKS, isBlockType} from './forms.ts';
import {brokenGguf, type GgufHeader, type GgufTensor} from './header.ts';
import {Metadata} from './metadata.ts';

/** Where the tensors of a GGUF file are, by Hugging Face's names: known before its bytes are read one after the other. */

/** Whether a file of weights is llama.cpp's, by its name. */
export const isGguf = (name: string) => name.endsWith('.gguf');

/** ggml's numbers of the types that are read. */
const TYPES = {
	0: 'F32',
	1: 'F16',
	2: 'Q4_0',
	3: 'Q4_1',
	6: 'Q5_0',
	7: 'Q5_1',
	8: 'Q8_0',
	10: 'Q2_K',
	11: 'Q3_K',
	12: 'Q4_K',
	13: 'Q5_K',
	14: 'Q6_K',
	30: 'BF16',
} as const;
/** Names of some that are not, for messages. */
const OTHERS: Readonly<Record<number, string>> = {
	9: 'Q8_1',
	15: 'Q8_K',
	16: 'IQ2_XXS',
	17: 'IQ2_XS',
	18: 'IQ3_XXS',
	19: 'IQ1_S',
	20: 'IQ4_NL',
	21: 'IQ3_S',
	22: 'IQ2_S',
	23: 'IQ4_XS',
	29: 'IQ1_M',
	34: 'TQ1_0',
	35: 'TQ2_0',
	39: 'MXFP4',
};
type Known = keyof typeof TYPES;

/** Llama 3's factors of its frequencies are no weights: the config says what they follow from. */
export const ROPE_FACTORS = 'rope_freqs.weight';

/** The tensors in the order of their bytes, whose places are in the whole file. @throws EngineError `bad-model`. */
export function ggufPlaces(header: GgufHeader, size: number, file: string): TensorEntry[] {
	const metadata = new Metadata(header, file);
	const architecture = architectureOf(metadata);
	const places = header.tensors
		.map(tensor => placeOf(tensor, header, size, file))
		.sort((a, b) => a.begin - b.begin || a.end - b.end);
	for (const [i, {name, begin}] of places.entries()) {
		const before = places[i - 1];
		if (before && begin < before.end)
			throw brokenFile(refuse('safetensors-overlap', {file, tensor: name, other: before.name}));
	}
	return places
		.filter(({name}) => name !== ROPE_FACTORS)
		.map(place => {
			const {name, laid} = hubTensor(place.name, architecture, metadata);
			const transposed = laid.transposed && place.shape.length === 2;
			return {...place, name, laid, shape: transposed ? place.shape.toReversed() : place.shape};
		});
}

/** Where a tensor is in the whole file, under its own name. */
export function placeOf(
	{name, type, shape, offset}: GgufTensor,
	header: GgufHeader,
	size: number,
	file: string,
): TensorEntry {
	const dtype = TYPES[type as Known];
	if (dtype === undefined) {
		const types = Object.values(TYPES);
		throw brokenFile(refuse('safetensors-no-floats', {tensor: name, file, type: OTHERS[type] ?? String(type), types}));
	}
	const {elements, bytes} = isBlockType(dtype) ? BLOCKS[dtype] : {elements: 1, bytes: ELEMENT_BYTES[dtype]};
	const width = shape.at(-1)!;
	if (width % elements !== 0)
		throw brokenGguf(file, `the rows of its tensor ${name} have ${width} elements, and blocks of ${dtype} ${elements}`);
	if (offset % header.alignment !== 0)
		throw brokenGguf(file, `its tensor ${name} begins at ${offset}, no multiple of ${header.alignment}`);
	const begin = header.dataStart + offset;
	const end = begin + (shape.reduce((product, n) => product * n, 1) / elements) * bytes;
	if (end > size) throw brokenFile(refuse('safetensors-data-cut', {file, tensor: name, end, length: size}));
	return {name, dtype, shape, begin, end};
}
