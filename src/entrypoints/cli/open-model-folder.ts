import {access, readdir, readFile, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {readJson, WEIGHTS} from '../../engine/checkpoint/model-files.ts';
import {brokenFile} from '../../engine/checkpoint/safetensors-header.ts';
import {STORED_WEIGHTS} from '../../engine/checkpoint/stored-weights.ts';
import type {WeightsFile} from '../../engine/checkpoint/weights-file.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import type {Precision} from '../../engine/model/precision.ts';
import {openGguf} from '../../engine/open-gguf.ts';
import {
	hasKernels,
	type OpenKernelModel,
	type OpenModel,
	type OpenOptions,
	readAndOpenModel,
} from '../../engine/open-model.ts';
import {openOnnxModel} from '../../engine/open-onnx-model.ts';
import {readPart} from './disk-folder.ts';
import {kernelHost} from './kernel-host.ts';

/** Open a checkpoint folder in Node; its weights are read piece by piece. @throws EngineError `bad-model` naming the file. */
export const openCheckpointFolder = (folder: string, options: OpenOptions): Promise<OpenKernelModel> =>
	readAndOpenModel(
		name => readFolderFile(folder, name),
		options,
		name => openFolderWeights(folder, name),
	);

/** The same on so many threads, as many as there are cores where it is left out. */
export const openModelFolder = (
	folder: string,
	{threads, ...options}: Omit<OpenOptions, 'host'> & {threads?: number} = {},
): Promise<OpenKernelModel> => openCheckpointFolder(folder, {...options, host: kernelHost(threads)});

/** Open a GGUF file of the disk. @throws EngineError `bad-model` naming the file. */
export async function openGgufFile(path: string, options: OpenOptions): Promise<OpenKernelModel> {
	const [folder, name] = [dirname(path), basename(path)];
	const file = await openFolderWeights(folder, name);
	if (!file) throw new EngineError('bad-model', refuse('file-missing', {file: name}));
	return openGguf({...file, name}, options);
}

/** A file of a checkpoint folder; null where the folder has none of this name. @throws EngineError `bad-model`. */
export const readFolderFile = (folder: string, name: string): Promise<Uint8Array | null> =>
	inFolder(folder, name, path => readFile(path));

/** The same for weights, which stay on the disk. */
async function openFolderWeights(folder: string, name: string): Promise<WeightsFile | null> {
	const found = await inFolder(folder, name, path => stat(path));
	return (
		found && {
			size: found.size,
			async read(into, at) {
				const bytes = await inFolder(folder, name, path => readPart(path, into, at));
				if (bytes !== into.byteLength) throw brokenFile(refuse('safetensors-cut', {file: name}));
			},
		}
	);
}

async function inFolder<T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T | null> {
	const path = join(folder, name);
	try {
		return await use(path);
	} catch (error) {
		if ((error as {code?: string}).code === 'ENOENT' && (await exists(folder))) return null;
		throw new EngineError('bad-model', refuse('folder-unreadable', {file: path}), {cause: error});
	}
}

/**
 * Open a folder that holds an ONNX repository of the Hub: `config.json`, the tokenizer, and `onnx/model_quantized.onnx`,
 * `onnx/model.onnx` or another export. @throws EngineError `bad-model`.
 */
export async function openOnnxFolder(
	folder: string,
	options: {threads?: number; dtype?: Precision} = {},
): Promise<OpenModel> {
	const paths = await onnxPaths(folder);
	// Asked for fp32, only that export is given; else the first in the engine's order of preference is taken.
	const unwanted = options.dtype === 'fp32' ? /^onnx\/model_[^/]*\.onnx/ : /^$/;
	const names = [
		'config.json',
		'generation_config.json',
		'tokenizer.json',
		'tokenizer_config.json',
		'chat_template.jinja',
		'vocab.json',
		'merges.txt',
	];
	const files = new Map<string, Uint8Array>();
	for (const path of [...names, ...paths.filter(path => !unwanted.test(path))]) {
		const bytes = await readFile(join(folder, path)).catch(() => null);
		if (bytes) files.set(path, bytes);
	}

	return openOnnxModel(files, options);
}

/** Whether a folder holds a model as ONNX, and no weights of its own that our kernels run. */
export async function isOnnxFolder(folder: string): Promise<boolean> {
	const isOnnx = (await onnxPaths(folder)).some(path => path.endsWith('.onnx'));
	if (!isOnnx || !hasKernels(await readJson(name => readFolderFile(folder, name), 'config.json', null))) return isOnnx;
	const weights = [STORED_WEIGHTS, ...WEIGHTS.flatMap(({whole, index}) => [whole, index])];
	const own = await Promise.all(weights.map(name => exists(join(folder, name))));
	return !own.includes(true);
}

const onnxPaths = (folder: string): Promise<string[]> =>
	readdir(join(folder, 'onnx')).then(
		names => names.map(name => `onnx/${name}`),
		() => [],
	);

const exists = (folder: string) =>
	access(folder).then(
		() => true,
		() => false,
	);
