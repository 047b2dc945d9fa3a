import * as v from 'valibot';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {type Refusal, refuse, technical} from '../../engine/errors/refusal.ts';
import type {Download} from '../../protocol/values/models.ts';
import {type DownloadEvent, DownloadState, next} from './download-state.ts';
import {LibraryError} from './errors.ts';
import {type Folder, writeJson} from './folder.ts';
import type {Retrying} from './hub.ts';
import {fetchFiles, type InstallPlan, sealFiles} from './install.ts';
import {removeModel} from './manifest.ts';
import {Rate} from './rate.ts';
import {Turns} from './wait.ts';

/** A download as it is stored, so that it goes on after a restart. */
export const DownloadRecord = v.object({
	id: v.string(),
	repo: v.string(),
	revision: v.string(),
	/** The commit that `revision` was when the download began; the branch may have moved on. */
	commit: v.string(),
	address: v.string(),
	total: v.number(),
	state: DownloadState,
});
export type DownloadRecord = v.InferOutput<typeof DownloadRecord>;

export const downloadPath = (id: string) => `downloads/${id}`;
export const recordPath = (id: string) => `${downloadPath(id)}/job.json`;

const PROGRESS_INTERVAL = 250;

/** What a download is and where it has come to. */
type Description = Pick<Download, 'id' | 'name' | 'repo' | 'revision' | 'done' | 'total'>;

export interface JobParts {
	folder: Folder;
	now(): number;
	/** Called when it is stored or discarded, and nothing of it is left to do. */
	onEnd(id: string): void;
	/** Called after every change; for progress with the least time between two calls, in milliseconds. */
	onChange(interval?: number): void;
}

/** One download: takes events one after the other, writes every state down, and does what the state says. */
export class DownloadJob {
	readonly #turns = new Turns();
	readonly #rate: Rate;
	/** Of the work that was begun last. */
	#controller = new AbortController();
	#working: Promise<void> = Promise.resolve();
	#plan: InstallPlan | null = null;
	#bytesPerSecond = 0;
	/** Why it waits for the network or the Hub. */
	#waiting: readonly Refusal[] | null = null;

	/**
	 * @param planned what is to be installed; asked for once.
	 * @param record null for files from the disk, which cannot be read again after a restart.
	 */
	constructor(
		private readonly parts: JobParts,
		private readonly description: Description,
		private readonly planned: (retrying: Retrying) => Promise<InstallPlan>,
		private readonly record: Omit<DownloadRecord, 'state'> | null,
		private state: DownloadState = {phase: 'paused'},
	) {
		this.#rate = new Rate(parts.now);
	}

	get phase(): DownloadState['phase'] {
		return this.state.phase;
	}

	/** Whether it goes on by itself. */
	get isWorking(): boolean {
		return this.phase === 'fetching' || this.phase === 'sealing';
	}

	/** As pages show it. */
	get status(): Download {
		const {state} = this;
		const phase = state.phase === 'sealing' && state.after === 'discarded' ? 'discarded' : state.phase;
		const refusals = state.phase === 'failed' ? state.refusals : this.#waiting;
		return {...this.description, phase, rate: this.#bytesPerSecond, refusals};
	}

	/** Resolves when the event has been taken, and what it led to was begun. */
	tell(event: DownloadEvent): Promise<void> {
		return this.#turns.take(() => this.#take(event));
	}

	/** Resolves when it is in none of these phases, and nothing is left to do. */
	async leaves(...phases: readonly DownloadState['phase'][]): Promise<void> {
		do {
			await this.#working;
			await this.#turns.take(async () => {});
		} while (phases.includes(this.phase));
	}

	async #take(event: DownloadEvent): Promise<void> {
		const before = this.state;
		this.state = next(before, event);
		if (this.state === before) return;
		if (before.phase === 'fetching') {
			this.#controller.abort();
			await this.#working;
		}
		this.#waiting = null;
		this.#bytesPerSecond = 0;
		this.parts.onChange();
		await this.#store();
		await this.#enter(before);
		if (this.phase === 'stored' || this.phase === 'discarded') this.parts.onEnd(this.description.id);
		this.parts.onChange();
	}

	/** A state that cannot be written down is acted on all the same, but for work that would go on from it. */
	async #store(): Promise<void> {
		if (this.record === null || this.phase === 'stored') return;
		try {
			await writeJson(this.parts.folder, recordPath(this.record.id), {...this.record, state: this.state});
		} catch (error) {
			if (this.isWorking) this.state = {phase: 'failed', refusals: refusalsOf(error)};
		}
	}

	async #enter(before: DownloadState): Promise<void> {
		const {folder} = this.parts;
		const {id} = this.description;
		switch (this.phase) {
			case 'fetching':
				return this.#begin({type: 'fetched'}, async signal => {
					const retrying = {signal, patient: true, onWaiting: (why: readonly Refusal[] | null) => this.#wait(why)};
					this.#plan ??= await this.planned(retrying);
					this.#rate.reset();
					await fetchFiles(folder, this.#plan, {...retrying, onProgress: done => this.#progress(done)});
				});
			case 'sealing':
				if (before.phase !== 'sealing') this.#begin({type: 'sealed'}, () => sealFiles(folder, this.#plan!));
				return;
			case 'discarded':
				// The record goes last: until then it says what is still to be done.
				await removeModel(folder, id);
				return folder.remove(downloadPath(id));
			case 'stored':
				return folder.remove(downloadPath(id));
		}
	}

	/** Work that ends with an event, unless another event ends it before. */
	#begin(end: DownloadEvent, work: (signal: AbortSignal) => Promise<void>): void {
		this.#controller = new AbortController();
		const {signal} = this.#controller;
		this.#working = work(signal).then(
			() => this.#post(end, signal),
			error => this.#post({type: 'failed', refusals: refusalsOf(error)}, signal),
		);
	}

	#post(event: DownloadEvent, signal: AbortSignal): void {
		// What cannot be cleared away now is after the next start.
		this.#turns.take(async () => (signal.aborted ? undefined : this.#take(event))).catch(() => {});
	}

	#wait(why: readonly Refusal[] | null): void {
		if (why === this.#waiting) return;
		this.#waiting = why;
		this.parts.onChange();
	}

	#progress(done: number): void {
		this.description.done = done;
		this.#bytesPerSecond = this.#rate.at(done);
		this.parts.onChange(PROGRESS_INTERVAL);
	}
}

function refusalsOf(error: unknown): readonly Refusal[] {
	if (error instanceof LibraryError || error instanceof EngineError) return error.refusals;
	if (!(error instanceof DOMException)) return [technical(error)];
	return [error.name === 'QuotaExceededError' ? refuse('storage-full') : refuse('storage-lost', {detail: error.name})];
}
