import * as v from 'valibot';
import {EngineError} from '../engine/errors.ts';
import {
	BUNDLED_ID,
	type Download,
	HubSettings,
	LIBRARY_METHODS,
	type LibraryMethod,
	type LibraryReplies,
	type LibraryState,
	type StorageRoom,
	type StoredModel,
} from '../protocol/library.ts';
import {refusalsOf} from '../protocol/refused.ts';
import {type Refusal, refuse, technical} from '../refusals/refusal.ts';
import {LibraryError} from './errors.ts';
import {type Folder, readStoredJson, writeJson} from './folder.ts';
import {diskPlan, type HandedFile} from './from-disk.ts';
import {Hub, type HubAccess} from './hub.ts';
import {bytesDone, type InstallPlan, install} from './install.ts';
import {modelPath, storedModels} from './manifest.ts';
import {memoryLimit} from './memory.ts';
import {inspect, size} from './offer.ts';
import {Rate} from './rate.ts';

/** What the library needs of its surroundings. */
export interface LibraryParts {
	folder: Folder;
	access: HubAccess;
	/** The model that ships with the extension; null on the command line, which has it as a folder. */
	bundled: StoredModel | null;
	storage(): Promise<StorageRoom>;
	/** Files that a page handed over under this key; null where there are none. */
	takeFiles(key: string): readonly HandedFile[] | null;
	/** Which model answers has changed. */
	onActive?(id: string): void;
}

/** What is written down of a download, so that it goes on after a restart. */
const Job = v.object({
	id: v.string(),
	repo: v.string(),
	revision: v.string(),
	/** Taken whatever the branch is later. */
	commit: v.string(),
	address: v.string(),
	total: v.number(),
	paused: v.boolean(),
});
type Job = v.InferOutput<typeof Job>;

interface Running {
	shown: Download;
	/** null where it cannot go on by itself: files from the disk. */
	job: Job | null;
	plan: InstallPlan | null;
	rate: Rate;
	controller: AbortController | null;
	/** Resolves when nothing runs any more. */
	ended: Promise<void>;
}

type Handlers = {
	[M in LibraryMethod]: (
		params: v.InferOutput<(typeof LIBRARY_METHODS)[M]>,
		signal: AbortSignal,
		emit: (event: LibraryState) => void,
	) => Promise<LibraryReplies[M]['answer']>;
};

const ACTIVE = 'active.json';
const EVENTS_APART = 250;
const PAUSED = new Error('paused');

/** Id of the model that answers. */
export async function activeModel(folder: Folder): Promise<string> {
	const parsed = v.safeParse(v.object({id: v.string()}), await readStoredJson(folder, ACTIVE));
	return parsed.success ? parsed.output.id : BUNDLED_ID;
}

/** The models that are here, and the downloads. One of them owns a folder. */
export class Library {
	readonly #hub: Hub;
	readonly #downloads = new Map<string, Running>();
	readonly #watchers = new Set<(state: LibraryState) => void>();
	#told = Number.NEGATIVE_INFINITY;
	#telling: ReturnType<typeof setTimeout> | null = null;
	readonly #started: Promise<void>;

	constructor(private readonly parts: LibraryParts) {
		this.#hub = new Hub(parts.access);
		this.#started = this.#takeUp();
	}

	/** How far everything that is fetched just now is, 0 to 1; null where nothing is. */
	get progress(): number | null {
		const running = [...this.#downloads.values()].filter(({controller}) => controller !== null);
		if (running.length === 0) return null;
		const total = running.reduce((sum, {shown}) => sum + shown.total, 0);
		return total === 0 ? 0 : running.reduce((sum, {shown}) => sum + shown.done, 0) / total;
	}

	/** @throws LibraryError, EngineError; the signal's reason. */
	async answer(method: LibraryMethod, params: unknown, signal: AbortSignal, emit: (event: LibraryState) => void) {
		const checked = v.safeParse(LIBRARY_METHODS[method], params);
		if (!checked.success) throw new LibraryError('bad-request', refusalsOf(checked.issues));
		await this.#started;
		return (
			this.#handlers[method] as (params: unknown, signal: AbortSignal, emit: (event: LibraryState) => void) => unknown
		)(checked.output, signal, emit);
	}

	readonly #handlers: Handlers = {
		library: async (_params, signal, emit) => {
			this.#watchers.add(emit);
			try {
				emit(await this.state());
				await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
				return null;
			} finally {
				this.#watchers.delete(emit);
			}
		},
		inspect: async ({repo, revision}, signal) => (await this.#inspect(repo, revision, signal)).offer,
		download: async ({repo, revision}, signal) => this.#download(repo, revision, signal),
		importFiles: async ({key, name}) => {
			const files = this.parts.takeFiles(key);
			if (!files) throw new LibraryError('bad-request', refuse('files-gone'));
			const plan = await diskPlan(name, files);
			const {memory} = plan;
			if (memory > memoryLimit())
				throw new EngineError(
					'bad-model',
					refuse('disk-memory', {name, needed: size(memory), there: size(memoryLimit())}),
				);
			await this.#run(plan.plan, null);
			return {id: plan.plan.id};
		},
		pause: async ({id}) => {
			const running = this.#find(id);
			if (running.job) await this.#note({...running.job, paused: true});
			running.controller?.abort(PAUSED);
			await running.ended;
			return null;
		},
		resume: async ({id}) => {
			const running = this.#find(id);
			if (!running.controller) await this.#goOn(running);
			return null;
		},
		discard: async ({id}) => {
			const running = this.#find(id);
			running.controller?.abort(PAUSED);
			await running.ended;
			this.#downloads.delete(id);
			await this.parts.folder.remove(`downloads/${id}`);
			// A stored model of this name was there before, if it has a manifest; what is unfinished has none.
			if (!(await storedModels(this.parts.folder)).some(model => model.id === id))
				await this.parts.folder.remove(modelPath(id));
			this.#tell();
			return null;
		},
		remove: async ({id}) => {
			if (id === BUNDLED_ID) throw new LibraryError('bad-request', refuse('bundled-stays'));
			if (!(await storedModels(this.parts.folder)).some(model => model.id === id))
				throw new LibraryError('bad-request', refuse('model-absent', {id}));
			if ((await activeModel(this.parts.folder)) === id) await this.#choose(BUNDLED_ID);
			await this.parts.folder.remove(modelPath(id));
			this.#tell();
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

	/** Everything there is to show. */
	async state(): Promise<LibraryState> {
		return {
			kind: 'library',
			models: await this.#models(),
			downloads: [...this.#downloads.values()].map(({shown}) => ({...shown})),
			active: await activeModel(this.parts.folder),
			storage: await this.parts.storage(),
		};
	}

	async #models(): Promise<StoredModel[]> {
		const {bundled, folder} = this.parts;
		return [...(bundled ? [bundled] : []), ...(await storedModels(folder))];
	}

	/** Resolves when the download with this id has come to its end. @throws why it failed. */
	async finished(id: string): Promise<void> {
		await this.#downloads.get(id)?.ended;
		const left = this.#downloads.get(id)?.shown;
		if (left) throw new LibraryError('hub', left.refusals ?? refuse('download-stopped'));
	}

	async #choose(id: string): Promise<void> {
		await writeJson(this.parts.folder, ACTIVE, {id});
		this.parts.onActive?.(id);
		this.#tell();
	}

	#find(id: string): Running {
		const running = this.#downloads.get(id);
		if (!running) throw new LibraryError('bad-request', refuse('download-gone', {id}));
		return running;
	}

	async #inspect(repo: string, revision: string, signal: AbortSignal, from?: string) {
		const address = from ?? (await this.parts.access.settings()).address;
		const models = await storedModels(this.parts.folder);
		return inspect(
			this.#hub,
			address,
			repo,
			revision,
			{
				storage: await this.parts.storage(),
				memoryLimit: memoryLimit(),
				isPresent: id => models.some(model => model.id === id && !model.damaged),
			},
			signal,
		);
	}

	async #download(repo: string, revision: string, signal: AbortSignal): Promise<{id: string}> {
		const {offer} = await this.#inspect(repo, revision, signal);
		const {id} = offer;
		// Two pages may ask for the same: it is fetched once.
		const known = this.#downloads.get(id);
		if (known?.controller) return {id};
		if (offer.present) throw new LibraryError('bad-request', refuse('model-present', {repo}));
		if (offer.refusal !== null) throw new LibraryError('no-room', offer.refusal);
		const job: Job = {
			id,
			repo,
			revision,
			commit: offer.commit,
			address: offer.address,
			total: offer.download,
			paused: false,
		};
		const running = known ?? this.#add(shownOf(job), job);
		await this.#goOn(running);
		return {id};
	}

	#add(shown: Download, job: Job | null): Running {
		const running = {
			shown,
			job,
			plan: null,
			rate: new Rate(this.parts.access.now),
			controller: null,
			ended: Promise.resolve(),
		};
		this.#downloads.set(shown.id, running);
		return running;
	}

	/** Begin a download, or go on with it. */
	async #goOn(running: Running): Promise<void> {
		const {job} = running;
		if (running.plan) return this.#run(running.plan, running);
		if (!job) throw new LibraryError('bad-request', refuse('files-once'));
		await this.#note({...job, paused: false});
		running.job = {...job, paused: false};
		this.#begin(running, async signal => {
			const {offer, entries, parts} = await this.#inspect(job.repo, job.commit, signal, job.address);
			running.shown.total = offer.download;
			const retrying = {
				signal,
				onWaiting: (refusals: readonly Refusal[] | null) => {
					const state = refusals === null ? 'running' : 'waiting';
					const isSame = JSON.stringify(running.shown.refusals) === JSON.stringify(refusals);
					if (isSame && running.shown.state === state) return;
					Object.assign(running.shown, {state, refusals});
					this.#tell();
				},
			};
			return {
				id: job.id,
				name: job.repo,
				source: {kind: 'hub', address: job.address, repo: job.repo, revision: job.revision, commit: offer.commit},
				licence: offer.licence,
				parts,
				files: entries.map(entry => ({
					...entry,
					bytes: (from: number) =>
						this.#hub.bytes(
							{address: job.address, repo: job.repo, commit: offer.commit, path: entry.path, size: entry.size},
							from,
							retrying,
						),
				})),
			};
		});
	}

	async #run(plan: InstallPlan, known: Running | null): Promise<void> {
		const total = plan.files.reduce((sum, {size}) => sum + size, 0);
		const shown: Download = {
			id: plan.id,
			name: plan.name,
			repo: null,
			revision: null,
			state: 'running',
			done: 0,
			total,
			rate: 0,
			refusals: null,
		};
		const running = known ?? this.#add(shown, null);
		running.plan = plan;
		this.#begin(running, async () => plan);
	}

	#begin(running: Running, planned: (signal: AbortSignal) => Promise<InstallPlan>): void {
		const controller = new AbortController();
		running.controller = controller;
		const {shown, rate} = running;
		Object.assign(shown, {state: 'running', refusals: null, rate: 0});
		running.ended = (async () => {
			try {
				const plan = await planned(controller.signal);
				rate.reset();
				await install(this.parts.folder, plan, {
					signal: controller.signal,
					onProgress: done => {
						shown.done = done;
						shown.rate = rate.at(done);
						this.#tell(EVENTS_APART);
					},
				});
				this.#downloads.delete(shown.id);
			} catch (error) {
				const paused = controller.signal.aborted;
				Object.assign(shown, {
					state: paused ? 'paused' : 'failed',
					rate: 0,
					refusals: paused ? null : refusalsOfFailure(error),
				});
				if (!paused && running.job) await this.#note({...running.job, paused: true}).catch(() => {});
			} finally {
				running.controller = null;
				this.#tell();
			}
		})();
		this.#tell();
	}

	#note(job: Job): Promise<void> {
		return writeJson(this.parts.folder, `downloads/${job.id}/job.json`, job);
	}

	/** Go on with what was being fetched when the browser closed. */
	async #takeUp(): Promise<void> {
		for (const id of await this.parts.folder.list('downloads')) {
			const parsed = v.safeParse(Job, await readStoredJson(this.parts.folder, `downloads/${id}/job.json`));
			if (!parsed.success || parsed.output.id !== id) {
				await this.parts.folder.remove(`downloads/${id}`);
				continue;
			}
			const running = this.#add(
				{...shownOf(parsed.output), done: await bytesDone(this.parts.folder, id)},
				parsed.output,
			);
			if (!parsed.output.paused) await this.#goOn(running);
		}
	}

	/** Tell everyone who watches; at once, or not sooner than this after the last time. */
	#tell(apart = 0): void {
		if (this.#telling && apart > 0) return;
		if (this.#telling) clearTimeout(this.#telling);
		const wait = apart === 0 ? 0 : Math.max(0, this.#told + apart - performance.now());
		this.#telling = setTimeout(async () => {
			this.#telling = null;
			this.#told = performance.now();
			if (this.#watchers.size === 0) return;
			const state = await this.state();
			for (const watcher of this.#watchers) watcher(state);
		}, wait);
	}
}

const shownOf = ({id, repo, revision, total, paused}: Job): Download => ({
	id,
	name: repo,
	repo,
	revision,
	state: paused ? 'paused' : 'running',
	done: 0,
	total,
	rate: 0,
	refusals: null,
});

function refusalsOfFailure(error: unknown): readonly Refusal[] {
	if (error instanceof DOMException && error.name === 'QuotaExceededError') return [refuse('storage-full')];
	if (error instanceof LibraryError || error instanceof EngineError) return error.refusals;
	return [technical(error instanceof Error ? error.message : String(error))];
}

/** The stored settings of the Hub, or the fallback where they cannot be read. */
export function hubSettings(stored: unknown, fallback: HubSettings): HubSettings {
	const parsed = v.safeParse(HubSettings, stored);
	return parsed.success ? parsed.output : fallback;
}
