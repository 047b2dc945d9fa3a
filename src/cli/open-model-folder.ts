import {access, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type ModelFiles, readModelFiles} from '../engine/checkpoint/model-files.ts';
import {EngineError} from '../engine/errors.ts';
import {type OpenModel, type OpenOptions, openModel} from '../engine/open-model.ts';

/** Open a checkpoint folder in Node. @throws EngineError `bad-model` naming the file. */
export const openModelFolder = async (folder: string, options: OpenOptions = {}): Promise<OpenModel> =>
	openModel(await readModelFolder(folder), options);

/** The files of a checkpoint folder. @throws EngineError `bad-model` naming the file. */
export const readModelFolder = (folder: string): Promise<ModelFiles> =>
	readModelFiles(name => readFolderFile(folder, name));

/** A file of a checkpoint folder; null where the folder has none of this name. @throws EngineError `bad-model`. */
export async function readFolderFile(folder: string, name: string): Promise<Uint8Array | null> {
	try {
		return await readFile(join(folder, name));
	} catch (error) {
		if ((error as {code?: string}).code === 'ENOENT' && (await exists(folder))) return null;
		throw new EngineError(
			'bad-model',
			`${join(folder, name)} cannot be read. Give a folder with config.json, model.safetensors and tokenizer.json, or a repository like openai-community/gpt2.`,
			{cause: error},
		);
	}
}

const exists = (folder: string) =>
	access(folder).then(
		() => true,
		() => false,
	);
