import {readFile} from 'node:fs/promises';
import {basename, join, resolve} from 'node:path';
import {usableThreads} from '../engine/model/ort-session.ts';
import type {ServedModel} from '../service/call.ts';
import {earlyExitDraft} from '../service/draft.ts';
import type {ModelOpener} from '../service/service.ts';
import type {Flags} from './flags.ts';
import {openModelFolder, readModelFolder} from './open-model-folder.ts';

/** The checkpoint that the extension carries. */
const BUNDLED_MODEL = new URL('../../models/gpt2-mini', import.meta.url).pathname;

/** Opens the model that the flags name, on the same runtime as in the browser. */
export const modelOpener =
	(flags: Pick<Flags, 'model' | 'assistantModel' | 'dtype' | 'threads'>): ModelOpener =>
	async onProgress => {
		const folder = resolve(flags.model ?? BUNDLED_MODEL);
		const id = basename(folder);
		const runtime = {threads: flags.threads ?? usableThreads()};
		const model = await openModelFolder(folder, {...runtime, dtype: flags.dtype, onProgress});
		const card = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
		return {...model, id, card, threads: runtime.threads, draft: draft(flags, folder, id, runtime)};
	};

/** Another checkpoint drafts where there is one: the one asked for, or the bundled one for any larger model. */
function draft(
	{model, assistantModel}: Pick<Flags, 'model' | 'assistantModel'>,
	folder: string,
	id: string,
	runtime: {threads: number},
): ServedModel['draft'] {
	const assistant = assistantModel ?? (model && folder !== BUNDLED_MODEL ? BUNDLED_MODEL : undefined);
	if (!assistant) return earlyExitDraft(id, () => readModelFolder(folder), runtime);
	return async () => ({model: await openModelFolder(resolve(assistant), runtime), name: basename(resolve(assistant))});
}
