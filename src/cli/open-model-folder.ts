import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {EngineError} from '../engine/errors.ts';
import {type ModelFiles, type OpenModel, type OpenOptions, openModel} from '../engine/open-model.ts';

/** Open a checkpoint folder in Node. @throws EngineError `bad-model` naming the file. */
export const openModelFolder = async (folder: string, options: OpenOptions = {}): Promise<OpenModel> =>
	openModel(await readModelFolder(folder), options);

/** The files of a checkpoint folder. @throws EngineError `bad-model` naming the file. */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
	const read = async (name: string) => {
		try {
			return await readFile(join(folder, name));
		} catch (error) {
			throw new EngineError(
				'bad-model',
				`${join(folder, name)} cannot be read. Give a folder with config.json, model.safetensors, tokenizer.json and tokenizer_config.json.`,
				{cause: error},
			);
		}
	};

	const json = async (name: string) => {
		const text = (await read(name)).toString('utf8');
		try {
			return JSON.parse(text) as unknown;
		} catch (error) {
			throw new EngineError('bad-model', `${join(folder, name)} is not JSON. Get the file again.`, {cause: error});
		}
	};

	return {
		config: await json('config.json'),
		tokenizer: await json('tokenizer.json'),
		tokenizerConfig: await json('tokenizer_config.json'),
		weights: await read('model.safetensors'),
	};
}
