import {openModel} from '../engine/open-model.ts';
import {usableThreads} from '../engine/runtime.ts';
import {draftOf} from './service/draft.ts';
import type {ModelOpener} from './service/service.ts';

/** The checkpoint that the extension carries. */
const MODEL_ID = 'gpt2-mini';

const root = new URL('/', self.location.origin);
const file = async (name: string): Promise<Response> => {
	const response = await fetch(new URL(`models/${MODEL_ID}/${name}`, root));
	if (!response.ok)
		throw new Error(`${name} of the bundled model cannot be read: ${response.status} ${response.statusText}.`);
	return response;
};
const json = async (name: string): Promise<unknown> => (await file(name)).json();

/** Open it from the extension's own files; nothing comes from the network. */
export const openBundledModel: ModelOpener = async onProgress => {
	const readFiles = async () => {
		const [config, tokenizer, tokenizerConfig, weights] = await Promise.all([
			json('config.json'),
			json('tokenizer.json'),
			json('tokenizer_config.json'),
			file('model.safetensors').then(response => response.arrayBuffer()),
		]);
		return {config, tokenizer, tokenizerConfig, weights: new Uint8Array(weights)};
	};

	const [files, card] = await Promise.all([readFiles(), file('README.md').then(response => response.text())]);
	const runtime = {threads: usableThreads(), wasmPaths: new URL('ort/', root).href};
	const bytes = files.weights.byteLength;
	const model = await openModel(files, {
		...runtime,
		onProgress: (done, total) => onProgress(Math.round((done / total) * bytes), bytes),
	});
	return {...model, id: MODEL_ID, card, threads: runtime.threads, draft: draftOf(MODEL_ID, readFiles, runtime)};
};
