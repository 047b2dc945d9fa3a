import {readModelFiles} from '../engine/checkpoint/model-files.ts';
import {STORED_WEIGHTS} from '../engine/checkpoint/stored-weights.ts';
import {EngineError} from '../engine/errors.ts';
import {type Runtime, readAndOpenModel} from '../engine/open-model.ts';
import {cardOf} from '../library/card.ts';
import {BUNDLED_ID} from '../protocol/library.ts';
import {refuse} from '../refusals/refusal.ts';
import type {ServedModel} from '../service/call.ts';
import {earlyExitDraft} from '../service/draft.ts';
import {BUNDLED_MODEL} from './bundled-numbers.ts';
import {kernelHost} from './kernel-host.ts';

/** The files of the bundled model. */
const SHIPPED = new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json', STORED_WEIGHTS, 'README.md']);

const root = new URL('/', self.location.origin);

/** Where models run here. */
export const runtime: Runtime = {host: kernelHost(), wasmPaths: new URL('ort/', root).href};

async function bytesOf(name: string): Promise<Uint8Array | null> {
	if (!SHIPPED.has(name)) return null;
	const address = new URL(`models/${BUNDLED_ID}/${name}`, root);
	try {
		const response = await fetch(address);
		if (response.ok) return new Uint8Array(await response.arrayBuffer());
		throw new Error(`${response.status} ${response.statusText}`);
	} catch (error) {
		throw new EngineError('bad-model', refuse('bundled-broken', {file: name}), {
			cause: error,
		});
	}
}

/** The files of the checkpoint that the extension carries. @throws EngineError `bad-model`. */
export const readBundledModel = () => readModelFiles(bytesOf);

/** Open it from the extension's own files; nothing comes from the network. @throws EngineError `bad-model`. */
export const openBundledModel = async (
	onProgress: (done: number, total: number) => void,
): Promise<Omit<ServedModel, 'second'>> => {
	const {bytes} = BUNDLED_MODEL;
	const opening = readAndOpenModel(bytesOf, {
		...runtime,
		trusted: true,
		onProgress: (done, total) => onProgress(Math.round((done / total) * bytes), bytes),
	});
	const [model, card] = await Promise.all([opening, bytesOf('README.md')]);
	return {
		...model,
		id: BUNDLED_ID,
		card: cardOf(card),
		threads: runtime.host.threads,
		draft: earlyExitDraft(BUNDLED_ID, model),
	};
};
