import {refuse} from '../../errors/refusal.ts';
import {brokenFile, ELEMENT_BYTES, type ReadPart, type TensorEntry, type TensorType} from '../safetensors-header.ts';
import {type ArchiveEntry, readArchive, readEntry} from './archive.ts';
import {readPickle, TorchTensor} from './pickle.ts';

/** Where the tensors of PyTorch's `pytorch_model.bin` are: known before its bytes are read one after the other. */

/** Whether a file of weights is PyTorch's, by its name. */
export const isTorch = (name: string) => name.endsWith('.bin');

/** The pickle of a model takes some hundred bytes a tensor. */
const MAX_PICKLE = 32 * 2 ** 20;
const MAX_BYTE_ORDER = 64;

const TYPES: Readonly<Record<string, TensorType>> = {
	DoubleStorage: 'F64',
	FloatStorage: 'F32',
	HalfStorage: 'F16',
	BFloat16Storage: 'BF16',
	LongStorage: 'I64',
	IntStorage: 'I32',
	ShortStorage: 'I16',
	CharStorage: 'I8',
	ByteStorage: 'U8',
	BoolStorage: 'BOOL',
};

/**
 * The tensors in the order of their bytes, whose places are in the whole file. Tensors may be one and the same; otherwise none
 * overlap.
 * @throws EngineError `bad-model` naming what the file holds besides tensors, or where they are not where they should be.
 */
export async function readTorchPlaces(read: ReadPart, size: number, file: string): Promise<TensorEntry<TensorType>[]> {
	const entries = await readArchive(read, size, file);
	const pickles = [...entries.keys()].filter(name => /^[^/]+\/data\.pkl$/.test(name));
	if (pickles.length !== 1) throw brokenFile(refuse('torch-no-zip', {file}));
	const root = pickles[0].slice(0, -'data.pkl'.length);
	const order = entries.get(`${root}byteorder`);
	if (order && new TextDecoder().decode(await readEntry(read, order, MAX_BYTE_ORDER, file)) !== 'little')
		throw brokenFile(refuse('torch-big-endian', {file}));

	const value = readPickle(await readEntry(read, entries.get(pickles[0])!, MAX_PICKLE, file), file);
	if (!(value instanceof Map)) throw brokenFile(refuse('torch-pickle', {file}));
	const tensors = Array.from(value as Map<unknown, unknown>, ([name, tensor]) => {
		if (typeof name !== 'string' || !(tensor instanceof TorchTensor))
			throw brokenFile(refuse('torch-value', {file, name: String(name)}));
		return placeOf(name, tensor, entries.get(`${root}data/${tensor.storage.key}`), file);
	}).sort((a, b) => a.begin - b.begin || a.end - b.end);
	for (const [i, {name, begin, end}] of tensors.entries()) {
		const before = tensors[i - 1];
		if (!before || begin >= before.end || (begin === before.begin && end === before.end)) continue;
		throw brokenFile(refuse('safetensors-overlap', {file, tensor: name, other: before.name}));
	}
	return tensors;
}

function placeOf(
	name: string,
	tensor: TorchTensor,
	entry: ArchiveEntry | undefined,
	file: string,
): TensorEntry<TensorType> {
	const {storage, offset, shape, strides} = tensor;
	if (!Object.hasOwn(TYPES, storage.type))
		throw brokenFile(refuse('safetensors-type', {tensor: name, file, type: storage.type}));
	const dtype = TYPES[storage.type];
	const bytes = ELEMENT_BYTES[dtype];
	const elements = shape.reduce((product, n) => product * n, 1);
	let stride = 1;
	let isInOrder = true;
	for (let i = shape.length - 1; i >= 0; i--) {
		isInOrder &&= shape[i] <= 1 || strides[i] === stride;
		stride *= shape[i];
	}
	const isThere =
		entry && entry.end - entry.begin === storage.elements * bytes && offset + elements <= storage.elements;
	if (!isThere || (!isInOrder && elements > 0)) throw brokenFile(refuse('torch-tensor', {tensor: name, file}));
	const begin = entry.begin + offset * bytes;
	const inside = {at: entry.at, begin: entry.begin, name: entry.name};
	return {name, dtype, shape, begin, end: begin + elements * bytes, inside};
}
