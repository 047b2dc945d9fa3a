import * as v from 'valibot';
import {
	BUNDLED_ID,
	LIBRARY_METHODS,
	type LibraryMethod,
	type LibraryReplies,
	type LibraryState,
	type StorageRoom,
	type StoredModel,
} from '../protocol/library.ts';
import {refusalsOf} from '../protocol/refused.ts';
import {refuse} from '../refusals/refusal.ts';
import {activeModel, setActiveModel} from './active.ts';
import {Downloads} from './downloads.ts';
import {LibraryError} from './errors.ts';
import type {Folder} from './folder.ts';
import {diskPlan, type HandedFile} from './from-disk.ts';
import {Hub, type HubAccess, type Retrying} from './hub.ts';
import {modelPath, storedModels} from './manifest.ts';
import {memoryLimit} from './memory.ts';
import {inspect, refusalOf} from './offer.ts';
import {Watchers} from './watchers.ts';

/** The library's surroundings; tests give their own. */
export interface LibraryParts {
	folder: Folder;
	access: HubAccess;
	/** The model that ships with the extension; null on the command line, which has it as a folder. */
	bundled: StoredModel | null;
	storage(): Promise<StorageRoom>;
	/** The files that a page hands over under this key. @throws the signal's reason. */
	takeFiles(key: string, signal: AbortSignal): Promise<readonly HandedFile[]>;
	/** Called when another model is chosen to answer. */
	onActive?(id: string): void;
}

type Emit = (event: LibraryState) => void;
type Handlers = {
	[M in LibraryMethod]: (
		params: v.InferOutput<(typeof LIBRARY_METHODS)[M]>,
		signal: AbortSignal,
		emit: Emit,
	) => Promise<LibraryReplies[M]['answer']>;
};

/** The stored models and the downloads. A folder has one library at a time. */
export class Library {
	readonly #hub: Hub;
	readonly #downloads: Downloads;
	readonly #watchers = new Watchers(() => this.state());
	readonly #started: Promise<void>;

	constructor(private readonly parts: LibraryParts) {
		const {access, folder} = parts;
		this.#hub = new Hub(access);
		this.#downloads = new Downloads({
			folder,
			hub: this.#hub,
			now: access.now,
			inspect: (repo, revision, retrying, address) => this.#inspect(repo, revision, retrying, address),
			onChange: interval => this.#watchers.tell(interval),
		});
		this.#started = this.#downloads.restore();
	}

	/** Share of the bytes of all running downloads that has come, 0 to 1; null while none runs. */
	get progress(): number | null {
		return this.#downloads.progress;
	}

	/** Resolves when the download with this id has ended. @throws why it failed. */
	finished(id: string): Promise<void> {
		return this.#downloads.finished(id);
	}

	/** @throws LibraryError, EngineError; the signal's reason. */
	async answer(method: LibraryMethod, params: unknown, signal: AbortSignal, emit: Emit) {
		const checked = v.safeParse(LIBRARY_METHODS[method], params);
		if (!checked.success) throw new LibraryError('bad-request', refusalsOf(checked.issues));
		await this.#started;
		return (this.#handlers[method] as (params: unknown, signal: AbortSignal, emit: Emit) => unknown)(
			checked.output,
			signal,
			emit,
		);
	}

	readonly #handlers: Handlers = {
		library: (_params, signal, emit) => this.#watchers.watch(emit, signal),
		inspect: async ({repo, revision}, signal) => (await this.#inspect(repo, revision, {signal})).offer,
		download: ({repo, revision}, signal) => this.#downloads.start(repo, revision, signal),
		importFiles: async ({key, name}, signal) => {
			const files = await this.parts.takeFiles(key, signal);
			const {plan, stored, memory} = await diskPlan(await this.#freeName(name), files);
			const refusal = refusalOf({stored, memory, memoryLimit: memoryLimit(), storage: await this.parts.storage()});
			if (refusal !== null) throw new LibraryError('no-room', refusal);
			this.#downloads.startFromDisk(plan);
			return {id: plan.id};
		},
		pause: async ({id}) => {
			await this.#downloads.pause(id);
			return null;
		},
		resume: async ({id}) => {
			await this.#downloads.resume(id);
			return null;
		},
		discard: async ({id}) => {
			await this.#downloads.discard(id);
			return null;
		},
		remove: async ({id}) => {
			const {folder} = this.parts;
			if (id === BUNDLED_ID) throw new LibraryError('bad-request', refuse('bundled-stays'));
			if (!(await storedModels(folder)).some(model => model.id === id))
				throw new LibraryError('bad-request', refuse('model-absent', {id}));
			if ((await activeModel(folder)) === id) await this.#choose(BUNDLED_ID);
			await folder.remove(modelPath(id));
			this.#watchers.tell();
			return null;
		},
		choose: async ({id}) => {
			const model = (await this.#models()).find(model => model.id === id);
			if (!model) throw new LibraryError('bad-request', refuse('model-unknown', {id}));
			if (model.damaged) throw new LibraryError('bad-request', refuse('model-damaged-choose', {name: model.name}));
			await this.#choose(id);
			return null;
		},
	};

	async state(): Promise<LibraryState> {
		return {
			kind: 'library',
			models: await this.#models(),
			downloads: this.#downloads.list(),
			active: await activeModel(this.parts.folder),
			storage: await this.parts.storage(),
		};
	}

	async #models(): Promise<StoredModel[]> {
		const {bundled, folder} = this.parts;
		return [...(bundled ? [bundled] : []), ...(await storedModels(folder))];
	}

	/** A name that no model has yet: several folders of the disk may be called the same. */
	async #freeName(name: string): Promise<string> {
		const taken = new Set([...(await this.#models()), ...this.#downloads.list()].map(({name}) => name));
		let free = name;
		for (let n = 2; taken.has(free); n++) free = `${name} ${n}`;
		return free;
	}

	async #choose(id: string): Promise<void> {
		await setActiveModel(this.parts.folder, id);
		this.parts.onActive?.(id);
		this.#watchers.tell();
	}

	async #inspect(repo: string, revision: string, retrying: Retrying, ofDownload?: string) {
		const {access, folder} = this.parts;
		const address = ofDownload ?? (await access.settings()).address;
		const models = await storedModels(folder);
		const here = {
			storage: await this.parts.storage(),
			memoryLimit: memoryLimit(),
			isPresent: (id: string) => models.some(model => model.id === id && !model.damaged),
		};
		return inspect(this.#hub, address, repo, revision, here, retrying);
	}
}
