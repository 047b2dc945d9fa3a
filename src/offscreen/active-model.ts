import {type ReadFile, readModelFiles} from '../engine/checkpoint/model-files.ts';
import {STORED_WEIGHTS} from '../engine/checkpoint/stored-weights.ts';
import {openOnnxModel} from '../engine/families/onnx/open-onnx-model.ts';
import {usableThreads} from '../engine/model/ort-session.ts';
import {type OpenModel, openModel} from '../engine/open-model.ts';
import {activeModel} from '../library/library.ts';
import {readModel} from '../library/manifest.ts';
import {privateFolder} from '../library/opfs.ts';
import {BUNDLED_ID} from '../protocol/library.ts';
import type {ServedModel} from '../service/call.ts';
import {earlyExitDraft} from '../service/draft.ts';
import {inspectorLoan} from '../service/inspector.ts';
import type {ModelOpener} from '../service/service.ts';
import {openBundledModel, readBundledModel, runtime} from './bundled-model.ts';

/** Open the model that was chosen: the bundled one, or one from the storage. @throws EngineError `bad-model`. */
export const openActiveModel: ModelOpener = async onProgress => {
	const folder = privateFolder();
	const id = await activeModel(folder);
	if (id === BUNDLED_ID) return openBundledModel(onProgress);

	const {model, read, files} = await readModel(folder, id);
	onProgress(0, model.bytes);
	const opened = await openStored(files, read);
	onProgress(model.bytes, model.bytes);
	const card = new TextDecoder().decode((await read('README.md')) ?? new Uint8Array(0));
	return {
		...opened,
		id: model.name,
		card,
		threads: usableThreads(),
		draft: draftFor(opened, id),
		inspector: inspectorLoan(() => readStored(id), runtime()),
	};
};

/** In its stored form, or as the ONNX export it is. */
const openStored = async (files: ReadonlyMap<string, Uint8Array>, read: ReadFile): Promise<OpenModel> =>
	files.has(STORED_WEIGHTS) ? openModel(await readModelFiles(read), runtime()) : openOnnxModel(files, runtime());

const readStored = async (id: string) => readModelFiles((await readModel(privateFolder(), id)).read);

/** A larger model is drafted for by the bundled one where both have the same tokens, else by its own first blocks. */
function draftFor(opened: OpenModel, id: string): ServedModel['draft'] {
	let drafting: ReturnType<ServedModel['draft']> | null = null;
	const own = earlyExitDraft(id, () => readStored(id), runtime());
	const open = async () => {
		const bundled = await openModel(await readBundledModel(), runtime());
		if (bundled.tokenizer.hasTokensOf(opened.tokenizer)) return {model: bundled, name: BUNDLED_ID};
		await bundled.lm.dispose();
		return own();
	};
	return () => {
		drafting ??= open().catch(error => {
			drafting = null;
			throw error;
		});
		return drafting;
	};
}
