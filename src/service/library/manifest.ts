import * as v from 'valibot';
import type {OpenWeights} from '../../engine/checkpoint/weights-file.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {StoredModel} from '../../protocol/values/models.ts';
import {checkedWeights} from './checked-weights.ts';
import {sha256OfPieces} from './digests.ts';
import {LibraryError} from './errors.ts';
import {type Folder, partsOf, readStoredJson, writeJson} from './folder.ts';

/** A model's folder: the files that are opened, and a manifest that says what they are and what they must be. */

const MANIFEST = 'manifest.json';
const DAMAGED = 'damaged';

const Manifest = v.object({
	version: v.literal(1),
	model: v.omit(StoredModel, ['damaged']),
	/** The files that are opened, by name. */
	files: v.array(v.object({name: v.string(), size: v.number(), sha256: v.string()})),
});
type Manifest = v.InferOutput<typeof Manifest>;

export const modelPath = (id: string) => `models/${id}`;

/** Write the manifest of files that are all there; from now on they are a model. @throws LibraryError where one is not. */
export async function seal(
	folder: Folder,
	model: Omit<StoredModel, 'damaged' | 'bytes'>,
	names: readonly string[],
): Promise<void> {
	const path = modelPath(model.id);
	const files: Manifest['files'] = [];
	for (const name of names) {
		const parts = await folder.parts(`${path}/${name}`);
		if (!parts) throw new LibraryError('no-room', refuse('storage-lost', {detail: name}));
		files.push({name, size: parts.size, sha256: await sha256OfPieces(parts)});
	}
	const bytes = files.reduce((sum, {size}) => sum + size, 0);
	await writeJson(folder, `${path}/${MANIFEST}`, {version: 1, model: {...model, bytes}, files} satisfies Manifest);
}

/** Remove a model, or what there is of one: first what makes it one, so that it is never half there. */
export async function removeModel(folder: Folder, id: string): Promise<void> {
	await folder.remove(`${modelPath(id)}/${MANIFEST}`);
	await folder.remove(modelPath(id));
}

/** Remove the files of imports that were interrupted: folders of models without a manifest or a download to go on with. */
export async function removeUnfinished(folder: Folder, downloads: ReadonlySet<string>): Promise<void> {
	for (const id of await folder.list('models'))
		if (!downloads.has(id) && (await folder.read(`${modelPath(id)}/${MANIFEST}`)) === null)
			await folder.remove(modelPath(id));
}

async function readManifest(folder: Folder, id: string): Promise<Manifest | null> {
	const parsed = v.safeParse(Manifest, await readStoredJson(folder, `${modelPath(id)}/${MANIFEST}`));
	return parsed.success && parsed.output.model.id === id ? parsed.output : null;
}

/** The models that are here; one that is not finished is not among them. */
export async function storedModels(folder: Folder): Promise<StoredModel[]> {
	const models: StoredModel[] = [];
	for (const id of await folder.list('models')) {
		const manifest = await readManifest(folder, id);
		if (!manifest) continue;
		const damaged = (await folder.read(`${modelPath(id)}/${DAMAGED}`)) !== null;
		models.push({...manifest.model, damaged});
	}
	return models;
}

/** A model's files, each checked against the manifest when it is read. What is damaged marks the model so. */
export interface KeptModel {
	model: StoredModel;
	names: ReadonlySet<string>;
	/** null where the model has none of this name. @throws EngineError `bad-model` where it is damaged. */
	read(name: string): Promise<Uint8Array | null>;
	/** Weights that are read into their place, and checked on the way. */
	open: OpenWeights;
}

/** @throws EngineError `bad-model` where the model is not here. */
export async function keptModel(folder: Folder, id: string): Promise<KeptModel> {
	const manifest = await readManifest(folder, id);
	if (!manifest) throw new EngineError('bad-model', refuse('model-gone', {id}));
	const entries = new Map(manifest.files.map(entry => [entry.name, entry]));
	const damaged = async (file: string) => {
		await folder.write(`${modelPath(id)}/${DAMAGED}`, new Uint8Array(0));
		return new EngineError('bad-model', refuse('model-damaged', {name: manifest.model.name, file}));
	};
	return {
		model: {...manifest.model, damaged: false},
		names: new Set(entries.keys()),
		async read(name) {
			const entry = entries.get(name);
			if (!entry) return null;
			const bytes = await folder.read(`${modelPath(id)}/${name}`);
			if (bytes?.byteLength === entry.size && (await sha256OfPieces(partsOf(bytes))) === entry.sha256) return bytes;
			throw await damaged(name);
		},
		async open(name) {
			const entry = entries.get(name);
			if (!entry) return null;
			const parts = await folder.parts(`${modelPath(id)}/${name}`);
			if (parts?.size !== entry.size) throw await damaged(name);
			return checkedWeights(parts, entry.sha256, () => damaged(name));
		},
	};
}

/**
 * All of a model's files in memory.
 * @throws EngineError `bad-model` where the model is not here, or is damaged; it is then marked so.
 */
export async function readModel(
	folder: Folder,
	id: string,
): Promise<{model: StoredModel; read: KeptModel['read']; files: ReadonlyMap<string, Uint8Array>}> {
	const {model, names, read} = await keptModel(folder, id);
	const files = new Map<string, Uint8Array>();
	for (const name of names) files.set(name, (await read(name))!);
	return {model, read: async name => files.get(name) ?? null, files};
}
