import * as v from 'valibot';
import {EngineError} from '../engine/errors.ts';
import type {Download} from '../protocol/library.ts';
import {type Refusal, refuse, technical} from '../refusals/refusal.ts';
import {LibraryError} from './errors.ts';
import {type Folder, readStoredJson, writeJson} from './folder.ts';
import type {Hub, Retrying} from './hub.ts';
import {bytesDone, type InstallPlan, install} from './install.ts';
import {modelPath, storedModels} from './manifest.ts';
import type {FullOffer} from './offer.ts';
import {Rate} from './rate.ts';

/** A download as it is stored, so that it goes on after a restart. */
const DownloadRecord = v.object({
	id: v.string(),
	repo: v.string(),
	revision: v.string(),
	/** The commit that `revision` was when the download began; the branch may have moved on. */
	commit: v.string(),
	address: v.string(),
	total: v.number(),
	paused: v.boolean(),
});
type DownloadRecord = v.InferOutput<typeof DownloadRecord>;

interface Entry {
	/** As pages show it. */
	status: Download;
	/** null for files from the disk, which cannot be read again after a restart. */
	record: DownloadRecord | null;
	plan: InstallPlan | null;
	rate: Rate;
	/** null while it does not run. */
	controller: AbortController | null;
	/** Resolves when it no longer runs. */
	ended: Promise<void>;
}

const PROGRESS_INTERVAL = 250;
const PAUSED = new Error('paused');

interface Parts {
	folder: Folder;
	hub: Hub;
	now(): number;
	/** Ask the Hub at an address what a repository holds. */
	inspect(repo: string, revision: string, retrying: Retrying, address?: string): Promise<FullOffer>;
	/** Called after every change; for progress with the least time between two calls, in milliseconds. */
	onChange(interval?: number): void;
}

/** The downloads of a library: those that run and those that wait to go on. Files from the disk are kept the same way. */
export class Downloads {
	readonly #entries = new Map<string, Entry>();

	constructor(private readonly parts: Parts) {}

	/** Share of the bytes of all running downloads that has come, 0 to 1; null while none runs. */
	get progress(): number | null {
		const running = [...this.#entries.values()].filter(({controller}) => controller !== null);
		if (running.length === 0) return null;
		const total = running.reduce((sum, {status}) => sum + status.total, 0);
		return total === 0 ? 0 : running.reduce((sum, {status}) => sum + status.done, 0) / total;
	}

	list(): Download[] {
		return [...this.#entries.values()].map(({status}) => ({...status}));
	}

	/** Resolves when the download with this id has ended. @throws why it failed. */
	async finished(id: string): Promise<void> {
		await this.#entries.get(id)?.ended;
		const unfinished = this.#entries.get(id)?.status;
		if (unfinished) throw new LibraryError('hub', unfinished.refusals ?? refuse('download-stopped'));
	}

	/** Fetch a repository's model. @throws LibraryError where it cannot be had or is here already. */
	async start(repo: string, revision: string, signal: AbortSignal): Promise<{id: string}> {
		const {offer} = await this.parts.inspect(repo, revision, {signal});
		const {id} = offer;
		// Two pages may ask for the same model: it is fetched once.
		const known = this.#entries.get(id);
		if (known?.controller) return {id};
		if (offer.present) throw new LibraryError('bad-request', refuse('model-present', {repo}));
		if (offer.refusal !== null) throw new LibraryError('no-room', offer.refusal);
		const record: DownloadRecord = {
			id,
			repo,
			revision,
			commit: offer.commit,
			address: offer.address,
			total: offer.download,
			paused: false,
		};
		this.#resume(known ?? this.#add(statusOf(record), record));
		return {id};
	}

	/** Keep the files of a plan that needs no Hub. */
	startFromDisk(plan: InstallPlan): void {
		const total = plan.files.reduce((sum, {size}) => sum + size, 0);
		const {id, name} = plan;
		const entry = this.#add({...NEW_STATUS, id, name, repo: null, revision: null, total}, null);
		entry.plan = plan;
		this.#run(entry, async () => plan);
	}

	async pause(id: string): Promise<void> {
		const entry = this.#find(id);
		await this.#stop(entry);
		if (entry.record) await this.#store({...entry.record, paused: true});
	}

	async resume(id: string): Promise<void> {
		this.#resume(this.#find(id));
	}

	/** Stop a download and remove the part that has come. */
	async discard(id: string): Promise<void> {
		const {folder, onChange} = this.parts;
		await this.#stop(this.#find(id));
		this.#entries.delete(id);
		await folder.remove(`downloads/${id}`);
		// An unfinished model has no manifest. One with this id and a manifest was stored before.
		if (!(await storedModels(folder)).some(model => model.id === id)) await folder.remove(modelPath(id));
		onChange();
	}

	/** Go on with the downloads that were running when the browser closed. */
	async restore(): Promise<void> {
		const {folder} = this.parts;
		for (const id of await folder.list('downloads')) {
			const parsed = v.safeParse(DownloadRecord, await readStoredJson(folder, recordPath(id)));
			if (!parsed.success || parsed.output.id !== id) {
				await folder.remove(`downloads/${id}`);
				continue;
			}
			const record = parsed.output;
			const entry = this.#add({...statusOf(record), done: await bytesDone(folder, id)}, record);
			if (!record.paused) this.#resume(entry);
		}
	}

	#find(id: string): Entry {
		const entry = this.#entries.get(id);
		if (!entry) throw new LibraryError('bad-request', refuse('download-gone', {id}));
		return entry;
	}

	#add(status: Download, record: DownloadRecord | null): Entry {
		const rate = new Rate(this.parts.now);
		const entry: Entry = {status, record, plan: null, rate, controller: null, ended: Promise.resolve()};
		this.#entries.set(status.id, entry);
		return entry;
	}

	#store(record: DownloadRecord): Promise<void> {
		return writeJson(this.parts.folder, recordPath(record.id), record);
	}

	async #stop({controller, ended}: Entry): Promise<void> {
		controller?.abort(PAUSED);
		await ended;
	}

	/** Begin a download, or go on with it, unless it runs. */
	#resume(entry: Entry): void {
		const {record, plan, controller} = entry;
		// Set at once, before anything is awaited: a second page may ask meanwhile.
		if (controller) return;
		if (plan) {
			this.#run(entry, async () => plan);
			return;
		}
		if (!record) throw new LibraryError('bad-request', refuse('files-once'));
		const running = {...record, paused: false};
		entry.record = running;
		this.#run(entry, async signal => {
			await this.#store(running);
			return this.#planOf(entry, running, signal);
		});
	}

	async #planOf({status}: Entry, record: DownloadRecord, signal: AbortSignal): Promise<InstallPlan> {
		const {id, repo, revision, commit, address} = record;
		const onWaiting = (refusals: readonly Refusal[] | null) => {
			const state = refusals === null ? 'running' : 'waiting';
			if (status.state === state && JSON.stringify(status.refusals) === JSON.stringify(refusals)) return;
			Object.assign(status, {state, refusals});
			this.parts.onChange();
		};
		const retrying = {signal, onWaiting, patient: true};
		const {offer, entries, parts} = await this.parts.inspect(repo, commit, retrying, address);
		status.total = offer.download;
		return {
			id,
			name: repo,
			source: {kind: 'hub', address, repo, revision, commit: offer.commit},
			licence: offer.licence,
			parts,
			files: entries.map(entry => ({
				...entry,
				bytes: (from: number) =>
					this.parts.hub.bytes(
						{address, repo, commit: offer.commit, path: entry.path, size: entry.size},
						from,
						retrying,
					),
			})),
		};
	}

	#run(entry: Entry, planned: (signal: AbortSignal) => Promise<InstallPlan>): void {
		const controller = new AbortController();
		entry.controller = controller;
		Object.assign(entry.status, {state: 'running', refusals: null, rate: 0});
		entry.ended = this.#install(entry, controller.signal, planned).finally(() => {
			entry.controller = null;
			this.parts.onChange();
		});
		this.parts.onChange();
	}

	/** Install, and write into the entry how it ended. Never rejects. */
	async #install(entry: Entry, signal: AbortSignal, planned: (signal: AbortSignal) => Promise<InstallPlan>) {
		const {status, rate} = entry;
		try {
			const plan = await planned(signal);
			rate.reset();
			await install(this.parts.folder, plan, {
				signal,
				onProgress: done => {
					status.done = done;
					status.rate = rate.at(done);
					this.parts.onChange(PROGRESS_INTERVAL);
				},
			});
			this.#entries.delete(status.id);
		} catch (error) {
			if (signal.aborted) {
				Object.assign(status, {state: 'paused', rate: 0, refusals: null});
				return;
			}
			Object.assign(status, {state: 'failed', rate: 0, refusals: refusalsOf(error)});
			// A failed download waits for a person, also after a restart.
			if (entry.record) await this.#store({...entry.record, paused: true}).catch(() => {});
		}
	}
}

const recordPath = (id: string) => `downloads/${id}/job.json`;

const NEW_STATUS = {state: 'running', done: 0, total: 0, rate: 0, refusals: null} as const;

const statusOf = ({id, repo, revision, total, paused}: DownloadRecord): Download => ({
	...NEW_STATUS,
	id,
	name: repo,
	repo,
	revision,
	state: paused ? 'paused' : 'running',
	total,
});

function refusalsOf(error: unknown): readonly Refusal[] {
	if (error instanceof DOMException && error.name === 'QuotaExceededError') return [refuse('storage-full')];
	if (error instanceof LibraryError || error instanceof EngineError) return error.refusals;
	return [technical(error)];
}
