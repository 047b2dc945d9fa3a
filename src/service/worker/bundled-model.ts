import {STORED_WEIGHTS} from '../../engine/checkpoint/stored-weights.ts';
import {streamedWeights} from '../../engine/checkpoint/streamed-weights.ts';
import type {WeightsFile} from '../../engine/checkpoint/weights-file.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {type OpenKernelModel, type Runtime, readAndOpenModel} from '../../engine/open-model.ts';
import {BUNDLED_ID} from '../../protocol/values/models.ts';
import type {ServedModel} from '../call.ts';
import {earlyExitDraft} from '../draft.ts';
import {cardOf} from '../library/card.ts';
import {BUNDLED_MODEL, BUNDLED_WEIGHTS} from './bundled-numbers.ts';
import {kernelHost} from './kernel-host.ts';

/** The files of the bundled model, beside its weights. */
const SHIPPED = new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md']);

const root = new URL('/', self.location.origin);

/** Where models run here. */
export const runtime: Runtime = {host: kernelHost(), wasmPaths: new URL('ort/', root).href};

async function bodyOf(name: string): Promise<Response> {
	const response = await fetch(new URL(`models/${BUNDLED_ID}/${name}`, root));
	if (response.ok) return response;
	throw new Error(`${response.status} ${response.statusText}`);
}

const broken = (name: string, cause?: unknown) =>
	new EngineError('bad-model', refuse('bundled-broken', {file: name}), {cause});

async function bytesOf(name: string): Promise<Uint8Array | null> {
	if (!SHIPPED.has(name)) return null;
	try {
		return new Uint8Array(await (await bodyOf(name)).arrayBuffer());
	} catch (error) {
		throw broken(name, error);
	}
}

async function streamOf(name: string): Promise<WeightsFile | null> {
	if (name !== STORED_WEIGHTS) return null;
	const {body} = await bodyOf(name).catch(error => {
		throw broken(name, error);
	});
	return streamedWeights(BUNDLED_WEIGHTS, body!, cause => broken(name, cause));
}

/** Open it from the extension's own files; nothing comes from the network. @throws EngineError `bad-model`. */
export const openBundled = (onProgress?: (done: number, total: number) => void): Promise<OpenKernelModel> =>
	readAndOpenModel(bytesOf, {...runtime, trusted: true, onProgress}, streamOf);

/** The same, as the model that answers. @throws EngineError `bad-model`. */
export const openBundledModel = async (
	onProgress: (done: number, total: number) => void,
): Promise<Omit<ServedModel, 'second'>> => {
	const {bytes} = BUNDLED_MODEL;
	const opening = openBundled((done, total) => onProgress(Math.round((done / total) * bytes), bytes));
	const [model, card] = await Promise.all([opening, bytesOf('README.md')]);
	return {
		...model,
		id: BUNDLED_ID,
		card: cardOf(card),
		threads: runtime.host.threads,
		draft: earlyExitDraft(BUNDLED_ID, model),
	};
};
