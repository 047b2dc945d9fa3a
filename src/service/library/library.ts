import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import {LIBRARY_METHODS, type LibraryMethod, type LibraryReplies} from '../../protocol/questions/library.ts';
import {BUNDLED_ID, type LibraryState, type StorageRoom, type StoredModel} from '../../protocol/values/models.ts';
import {refusalsOf} from '../../protocol/values/refused.ts';
import {activeModel, setActiveModel} from './active.ts';
import {Downloads} from './downloads.ts';
import {LibraryError} from './errors.ts';
import type {Folder} from './folder.ts';
import {diskPlan, type HandedFile} from './from-disk.ts';
import {Hub, type HubAccess, type Retrying} from './hub.ts';
import {removeModel, storedModels} from './manifest.ts';
import {memoryLimit} from './memory.ts';
import {type FullOffer, idOf, inspect, refusalOf} from './offer.ts';
import {Turns, unlessAborted} from './wait.ts';
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
	/** Whether downloads that were interrupted go on at once; else each when it is asked for. */
	goesOn: boolean;
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
	/** What the Hub offered, by id: an offer that is taken is not asked for again. */
	readonly #offers = new Map<string, FullOffer>();
	/** Changes of what is kept and chosen. */
	readonly #turns = new Turns();
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
			isPresent: id => this.#isPresent(id),
			onChange: interval => this.#watchers.tell(interval),
		});
		this.#started = this.#downloads.restore(parts.goesOn);
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
		download: async ({repo, revision, commit}, signal) => {
			const id = idOf(repo, commit);
			// Only a library that was started since it made the offer asks again.
			const full = this.#offers.get(id) ?? (await this.#inspect(repo, commit, {signal}));
			if (await this.#isPresent(id)) throw new LibraryError('bad-request', refuse('model-present', {repo}));
			const refusal = refusalOf({...full.offer, storage: await this.parts.storage()});
			if (refusal !== null) throw new LibraryError('no-room', refusal);
			return this.#downloads.start({...full, offer: {...full.offer, revision}});
		},
		importFiles: async ({key, name}, signal) => {
			const files = await this.parts.takeFiles(key, signal);
			const {plan, stored, memory} = await diskPlan(await this.#freeName(name), files, signal);
			const refusal = refusalOf({stored, memory, memoryLimit: memoryLimit(), storage: await this.parts.storage()});
			if (refusal !== null) throw new LibraryError('no-room', refusal);
			await this.#downloads.startFromDisk(plan);
			return {id: plan.id};
		},
		pause: ({id}) => this.#command(id, 'pause'),
		resume: ({id}) => this.#command(id, 'resume'),
		discard: ({id}) => this.#command(id, 'discard'),
		remove: ({id}) =>
			this.#turns.take(async () => {
				const {folder} = this.parts;
				if (id === BUNDLED_ID) throw new LibraryError('bad-request', refuse('bundled-stays'));
				if (!(await storedModels(folder)).some(model => model.id === id))
					throw new LibraryError('bad-request', refuse('model-absent', {id}));
				if ((await activeModel(folder)) === id) await this.#choose(BUNDLED_ID);
				await removeModel(folder, id);
				this.#watchers.tell();
				return null;
			}),
		choose: ({id}) =>
			this.#turns.take(async () => {
				const model = (await this.#models()).find(model => model.id === id);
				if (!model) throw new LibraryError('bad-request', refuse('model-unknown', {id}));
				if (model.damaged) throw new LibraryError('bad-request', refuse('model-damaged-choose', {name: model.name}));
				await this.#choose(id);
				return null;
			}),
	};

	async #command(id: string, type: 'pause' | 'resume' | 'discard'): Promise<null> {
		await this.#downloads.command(id, type);
		return null;
	}

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

	async #isPresent(id: string): Promise<boolean> {
		return (await storedModels(this.parts.folder)).some(model => model.id === id && !model.damaged);
	}

	async #inspect(repo: string, revision: string, retrying: Retrying, ofDownload?: string): Promise<FullOffer> {
		const {access} = this.parts;
		const address = ofDownload ?? (await unlessAborted(access.settings(), retrying.signal)).address;
		const here = {
			storage: await this.parts.storage(),
			memoryLimit: memoryLimit(),
			isPresent: (id: string) => this.#isPresent(id),
		};
		const full = await inspect(this.#hub, address, repo, revision, here, retrying);
		this.#offers.set(full.offer.id, full);
		return full;
	}
}
