import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {Declaration} from '../model/family.ts';
import type {Precision} from '../model/precision.ts';
import {type WeightsLayout, weightsLayout} from '../model/weights-layout.ts';
import {byteReader} from './byte-reader.ts';
import {matchTensors} from './match-tensors.ts';
import {CheckpointPacker} from './pack-checkpoint.ts';
import {hasPlaces, placesBefore, writePlaces} from './places-before.ts';
import {
	headerLength,
	LENGTH_BYTES,
	parseHeader,
	type SafetensorsHeader,
	type TensorEntry,
} from './safetensors-header.ts';
import {checkFinite, checkStored, isStored, scalesOf} from './stored-weights.ts';
import {readInto, streamOf, type WeightsFile} from './weights-file.ts';

/** Weights that have been looked at, and not read yet. */
export interface CheckedWeights {
	readonly layout: WeightsLayout;
	/**
	 * Read them into their place.
	 * @param into as many bytes as the layout has.
	 * @throws EngineError `bad-model`.
	 */
	load(into: Uint8Array, onProgress: (done: number, total: number) => void): Promise<void>;
}

/**
 * Look at a checkpoint's files before memory is taken for what the config promises: the stored form, or `model.safetensors` or its
 * shards, which are packed as they are read.
 * @throws EngineError `bad-model`.
 */
export async function checkWeights(
	files: readonly WeightsFile[],
	declaration: Declaration,
	precision: Precision,
): Promise<CheckedWeights> {
	const headers: Header[] = [];
	for (const file of files) headers.push(await headerOf(file));
	const {tensors} = declaration.program;
	const layout = weightsLayout(tensors, precision);
	if (files.length === 1 && isStored(headers[0].header)) {
		if (precision !== 'int8') throw new EngineError('bad-model', refuse('int8-only'));
		checkStored(headers[0].header, layout);
		return {layout, load: (into, onProgress) => loadStored(files[0], headers[0], layout, into, onProgress)};
	}

	const found = headers.flatMap(({header}) => header.tensors);
	matchTensors(declaration, found);
	const names = found.map(({name}) => name);
	return {
		layout,
		async load(into, onProgress) {
			const packer = new CheckpointPacker(declaration, layout, {write: (bytes, at) => into.set(bytes, at)});
			const total = files.reduce((sum, {size}) => sum + size, 0);
			let before = 0;
			for (const [i, file] of files.entries()) {
				const {size} = file;
				const onBlock = (position: number) => onProgress(before + position, total);
				const reader = byteReader(streamOf(file));
				const {places} = headers[i];
				await packer.file({name: nameOf(file), size, reader, header: places}, names, {onBlock});
				await file.finish?.();
				before += size;
			}
		},
	};
}

const nameOf = ({name = 'model.safetensors'}: WeightsFile) => name;

interface Header {
	header: {tensors: readonly TensorEntry[]; metadata: SafetensorsHeader['metadata']};
	/** Where the data begins. */
	dataStart: number;
	/** Of PyTorch's file and of GGUF, where its tensors are; another has its header in front, where it is read again. */
	places?: Uint8Array;
}

async function headerOf(file: WeightsFile): Promise<Header> {
	const name = nameOf(file);
	if (hasPlaces(name)) {
		const part = async (at: number, count: number) => {
			const bytes = new Uint8Array(count);
			await file.read(bytes, at);
			return bytes;
		};
		const tensors = await placesBefore(part, file.size, name);
		return {header: {tensors, metadata: {}}, dataStart: 0, places: writePlaces(tensors)};
	}

	const first = new Uint8Array(Math.min(LENGTH_BYTES, file.size));
	await file.read(first, 0);
	const length = headerLength(first, file.size, name);
	const bytes = new Uint8Array(length);
	await file.read(bytes, LENGTH_BYTES);
	const dataStart = LENGTH_BYTES + length;
	return {header: parseHeader(bytes, file.size - dataStart, name), dataStart};
}

async function loadStored(
	file: WeightsFile,
	{dataStart}: Header,
	layout: WeightsLayout,
	into: Uint8Array,
	onProgress: (done: number, total: number) => void,
): Promise<void> {
	await readInto(file, into, dataStart, done => onProgress(done, layout.size));
	await file.finish?.();
	const floats = (at: number, end: number) => new Float32Array(into.buffer, into.byteOffset + at, (end - at) / 4);
	for (const {tensor, type, scales, at, bytes, scalesAt} of layout.places.values()) {
		if (type === 'F32') checkFinite(floats(at, at + bytes), tensor.name);
		if (scales !== null) checkFinite(floats(scalesAt, at), scalesOf(tensor.name));
	}
}
