import {STORED_WEIGHTS} from '../../engine/checkpoint/stored-weights.ts';
import {type OpenModel, readAndOpenModel} from '../../engine/open-model.ts';
import {openOnnxModel} from '../../engine/open-onnx-model.ts';
import {BUNDLED_ID} from '../../protocol/values/models.ts';
import {earlyExitDraft} from '../draft.ts';
import {activeModel} from '../library/active.ts';
import {cardOf} from '../library/card.ts';
import type {Folder} from '../library/folder.ts';
import {keptModel, readModel, storedModels} from '../library/manifest.ts';
import {privateFolder} from '../library/opfs.ts';
import type {ModelOpener} from '../service.ts';
import {openBundled, openBundledModel, runtime} from './bundled-model.ts';
import {BUNDLED_MODEL} from './bundled-numbers.ts';
import {draftAmong, type ModelStore, revisionOf, secondModels} from './second-models.ts';

/** Open the model that was chosen: the bundled one, or one from the storage. @throws EngineError `bad-model`. */
export const openActiveModel: ModelOpener = async onProgress => {
	const folder = privateFolder();
	const id = await activeModel(folder);
	const store = modelStore(folder);
	if (id === BUNDLED_ID) {
		const bundled = await openBundledModel(onProgress);
		return {...bundled, second: secondModels({id, model: bundled}, store)};
	}

	const {model, read} = await keptModel(folder, id);
	onProgress(0, model.bytes);
	const opened = await openKept(folder, id, (done, total) =>
		onProgress(Math.round((done / total) * model.bytes), model.bytes),
	);
	onProgress(model.bytes, model.bytes);
	const card = cardOf(await read('README.md'));
	const active = {id, model: opened};
	const second = secondModels(active, store);
	return {
		...opened,
		id: model.name,
		revision: revisionOf(model),
		card,
		threads: runtime.host.threads,
		draft: draftAmong(active, store, second, earlyExitDraft(model.name, opened)),
		second,
	};
};

/** In its stored form, whose weights go straight to their place, or as the ONNX export it is. */
async function openKept(
	folder: Folder,
	id: string,
	onProgress: (done: number, total: number) => void = () => {},
): Promise<OpenModel> {
	const {names, read, open} = await keptModel(folder, id);
	if (names.has(STORED_WEIGHTS)) return readAndOpenModel(read, {...runtime, onProgress}, open);
	const {files} = await readModel(folder, id);
	return openOnnxModel(files, {threads: runtime.host.threads, wasmPaths: runtime.wasmPaths});
}

/** The bundled model and those of the storage. */
function modelStore(folder: Folder): ModelStore {
	return {
		list: async () => [BUNDLED_MODEL, ...(await storedModels(folder))],
		async open(id) {
			if (id === BUNDLED_ID) return openBundled();
			return openKept(folder, id);
		},
	};
}
