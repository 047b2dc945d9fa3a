import {EngineError} from '../errors.ts';

/** A GPT-2 checkpoint as the Hub stores it; the JSON files parsed. */
export interface ModelFiles {
	config: unknown;
	tokenizer: unknown;
	tokenizerConfig: unknown;
	/** `model.safetensors` */
	weights: Uint8Array;
}

/**
 * The files of a checkpoint, wherever they lie.
 * @param read the bytes of the file of this name.
 * @throws EngineError `bad-model` naming the file that is not JSON; what `read` throws.
 */
export async function readModelFiles(read: (name: string) => Promise<Uint8Array>): Promise<ModelFiles> {
	const json = async (name: string) => {
		const text = new TextDecoder().decode(await read(name));
		try {
			return JSON.parse(text) as unknown;
		} catch (error) {
			throw new EngineError('bad-model', `${name} is not JSON. Get the file again.`, {cause: error});
		}
	};

	const [config, tokenizer, tokenizerConfig, weights] = await Promise.all([
		json('config.json'),
		json('tokenizer.json'),
		json('tokenizer_config.json'),
		read('model.safetensors'),
	]);
	return {config, tokenizer, tokenizerConfig, weights};
}
