import {existsSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {isGguf} from '../../engine/checkpoint/gguf/places.ts';
import {STORED_WEIGHTS} from '../../engine/checkpoint/stored-weights.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {type OpenModel, type OpenOptions, type Runtime, readAndOpenModel} from '../../engine/open-model.ts';
import {openOnnxModel} from '../../engine/open-onnx-model.ts';
import type {ServedModel} from '../../service/call.ts';
import {earlyExitDraft} from '../../service/draft.ts';
import {cardOf} from '../../service/library/card.ts';
import {keptModel, readModel} from '../../service/library/manifest.ts';
import {Loan} from '../../service/loan.ts';
import type {ModelOpener} from '../../service/service.ts';
import {diskFolder} from './disk-folder.ts';
import type {Flags} from './flags.ts';
import {hubModel, repositoryOf} from './hub-model.ts';
import {kernelHost} from './kernel-host.ts';
import {isOnnxFolder, openCheckpointFolder, openGgufFile, openOnnxFolder, readFolderFile} from './open-model-folder.ts';

/** The checkpoint that the extension carries. */
const BUNDLED_MODEL = new URL('../../../models/gpt2-mini', import.meta.url).pathname;

/** A model that can be opened, several times. */
interface Place {
	name: string;
	open(options: OpenOptions): Promise<OpenModel>;
	card(): Promise<string>;
}

/** A folder of the disk, a GGUF file there, or a repository of the Hub, which is downloaded if it is not in the cache. */
async function placeOf(model: string): Promise<Place> {
	const repository = existsSync(model) || isGguf(model) ? null : repositoryOf(model);
	if (!repository) {
		const folder = resolve(model);
		if (isGguf(model))
			return {name: basename(model), open: options => openGgufFile(folder, options), card: async () => ''};
		return {
			name: basename(folder),
			open: async options =>
				(await isOnnxFolder(folder))
					? openOnnxFolder(folder, {threads: options.host.threads, dtype: options.dtype})
					: openCheckpointFolder(folder, options),
			card: async () => cardOf(await readFolderFile(folder, 'README.md').catch(() => null)),
		};
	}

	const {id, cache} = await hubModel(repository);
	const stored = () => keptModel(diskFolder(cache), id);
	return {
		name: repository.repo,
		async open(options) {
			const {names, read, open} = await stored();
			if (names.has(STORED_WEIGHTS)) return readAndOpenModel(read, options, open);
			const {files} = await readModel(diskFolder(cache), id);
			return openOnnxModel(files, {threads: options.host.threads});
		},
		card: async () => cardOf(await (await stored()).read('README.md')),
	};
}

/** Opens the model that the flags name, on the same runtime as in the browser. */
export const modelOpener =
	(flags: Pick<Flags, 'model' | 'assistantModel' | 'dtype' | 'threads'>): ModelOpener =>
	async onProgress => {
		const place = await placeOf(flags.model ?? BUNDLED_MODEL);
		const runtime = {host: kernelHost(flags.threads)};
		const model = await place.open({...runtime, dtype: flags.dtype, onProgress});
		return {
			...model,
			id: place.name,
			card: await place.card(),
			threads: runtime.host.threads,
			draft: draft(flags, {name: place.name, model}, runtime),
			second: async id => {
				throw new EngineError('not-supported', refuse('second-command', {id}));
			},
		};
	};

/** Another checkpoint drafts where there is one: the one asked for, or the bundled one for any larger model. */
function draft(
	{model, assistantModel}: Pick<Flags, 'model' | 'assistantModel'>,
	own: {name: string; model: OpenModel},
	runtime: Runtime,
): ServedModel['draft'] {
	const isBundled = model === undefined || resolve(model) === BUNDLED_MODEL;
	const assistant = assistantModel ?? (isBundled ? undefined : BUNDLED_MODEL);
	if (!assistant) return earlyExitDraft(own.name, own.model);
	const loan = new Loan(
		async () => {
			const {name, open} = await placeOf(assistant);
			return {model: await open(runtime), name};
		},
		({model}) => model.lm.dispose(),
	);
	return use => loan.use(use);
}
