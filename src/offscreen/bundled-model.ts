import {readModelFiles} from '../engine/checkpoint/model-files.ts';
import {STORED_WEIGHTS} from '../engine/checkpoint/stored-weights.ts';
import {EngineError} from '../engine/errors.ts';
import {usableThreads} from '../engine/model/ort-session.ts';
import {openModel} from '../engine/open-model.ts';
import {earlyExitDraft} from '../service/draft.ts';
import type {ModelOpener} from '../service/service.ts';

/** The checkpoint that the extension carries. */
const MODEL_ID = 'gpt2-mini';

/** Its files, beside the card. */
const SHIPPED = new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json', STORED_WEIGHTS, 'README.md']);

const root = new URL('/', self.location.origin);

async function bytesOf(name: string): Promise<Uint8Array | null> {
	if (!SHIPPED.has(name)) return null;
	const address = new URL(`models/${MODEL_ID}/${name}`, root);
	try {
		const response = await fetch(address);
		if (response.ok) return new Uint8Array(await response.arrayBuffer());
		throw new Error(`${response.status} ${response.statusText}`);
	} catch (error) {
		throw new EngineError('bad-model', `${name} of the bundled model cannot be read. Install the extension again.`, {
			cause: error,
		});
	}
}

/** Open it from the extension's own files; nothing comes from the network. @throws EngineError `bad-model`. */
export const openBundledModel: ModelOpener = async onProgress => {
	const readFiles = () => readModelFiles(bytesOf);
	const [files, card] = await Promise.all([readFiles(), bytesOf('README.md')]);
	const runtime = {threads: usableThreads(), wasmPaths: new URL('ort/', root).href};
	const bytes = (files.weights as Uint8Array).byteLength;
	const model = await openModel(files, {
		...runtime,
		onProgress: (done, total) => onProgress(Math.round((done / total) * bytes), bytes),
	});
	return {
		...model,
		id: MODEL_ID,
		card: new TextDecoder().decode(card ?? new Uint8Array(0)),
		threads: runtime.threads,
		draft: earlyExitDraft(MODEL_ID, readFiles, runtime),
	};
};
