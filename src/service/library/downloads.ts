import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import type {Download} from '../../protocol/values/models.ts';
import {DownloadJob, DownloadRecord, downloadPath, type JobParts, recordPath} from './download-job.ts';
import {next} from './download-state.ts';
import {LibraryError} from './errors.ts';
import {readStoredJson} from './folder.ts';
import type {Hub, Retrying} from './hub.ts';
import {bytesDone, type InstallPlan, madeFile} from './install.ts';
import {removeUnfinished} from './manifest.ts';
import {type FullOffer, nameOf} from './offer.ts';

interface Parts extends Omit<JobParts, 'onEnd'> {
	hub: Hub;
	/** Ask the Hub at an address what a repository holds. */
	inspect(repo: string, revision: string, retrying: Retrying, address: string): Promise<FullOffer>;
	/** Whether a model is here that can be opened. */
	isPresent(id: string): Promise<boolean>;
}

/** The downloads of a library: those that run and those that wait to go on. Files from the disk are kept the same way. */
export class Downloads {
	readonly #jobs = new Map<string, DownloadJob>();
	readonly #jobParts: JobParts;

	constructor(private readonly parts: Parts) {
		this.#jobParts = {...parts, onEnd: id => this.#jobs.delete(id)};
	}

	/** Share of the bytes of all running downloads that has come, 0 to 1; null while none runs. */
	get progress(): number | null {
		const running = [...this.#jobs.values()].filter(job => job.isWorking).map(job => job.status);
		if (running.length === 0) return null;
		const total = running.reduce((sum, {total}) => sum + total, 0);
		return total === 0 ? 0 : running.reduce((sum, {done}) => sum + done, 0) / total;
	}

	/** One that is stored is listed among the models. */
	list(): Download[] {
		return [...this.#jobs.values()].map(job => job.status).filter(({phase}) => phase !== 'stored');
	}

	/** Resolves when the download with this id has ended. @throws why it failed. */
	async finished(id: string): Promise<void> {
		const job = this.#jobs.get(id);
		await job?.leaves('fetching', 'sealing');
		if (job && job.phase !== 'stored') throw new LibraryError('hub', job.status.refusals ?? refuse('download-stopped'));
	}

	/** Fetch the model of an offer, or go on with it. */
	async start(full: FullOffer): Promise<{id: string}> {
		const {id, repo, revision, commit, address, download: total} = full.offer;
		let job = this.#jobs.get(id);
		if (job?.status.phase === 'discarded') {
			await job.leaves('sealing');
			job = this.#jobs.get(id);
		}
		// Two pages may ask for the same model: it is fetched once.
		if (job?.isWorking) return {id};
		const record = {id, repo, revision, commit, address, total};
		job ??= this.#add(new DownloadJob(this.#jobParts, ofHub(record, 0), async () => this.#plan(record, full), record));
		await job.tell({type: 'resume'});
		return {id};
	}

	/** Keep the files of a plan that needs no Hub. */
	async startFromDisk(plan: InstallPlan): Promise<void> {
		const {id, name} = plan;
		const total = plan.files.reduce((sum, {size}) => sum + size, 0);
		const description = {id, name, repo: null, revision: null, total, done: 0};
		await this.#add(new DownloadJob(this.#jobParts, description, async () => plan, null)).tell({type: 'resume'});
	}

	/** What a person wants of a download; while it is sealed, that is done after its end. */
	async command(id: string, type: 'pause' | 'resume' | 'discard'): Promise<void> {
		const job = this.#jobs.get(id);
		if (!job) throw new LibraryError('bad-request', refuse('download-gone', {id}));
		await job.tell({type});
		if (type !== 'resume') await job.leaves('sealing');
	}

	/** Take up the downloads as they were left. @param goesOn whether those that ran go on at once. */
	async restore(goesOn: boolean): Promise<void> {
		const {folder, isPresent} = this.parts;
		const ids = new Set<string>();
		for (const id of await folder.list('downloads')) {
			const parsed = v.safeParse(DownloadRecord, await readStoredJson(folder, recordPath(id)));
			if (parsed.success && parsed.output.id === id) {
				ids.add(id);
				await this.#restore(parsed.output, await isPresent(id), goesOn);
			} else await folder.remove(downloadPath(id));
		}
		await removeUnfinished(folder, ids);
	}

	async #restore({state, ...record}: DownloadRecord, isStored: boolean, goesOn: boolean): Promise<void> {
		const {folder, inspect} = this.parts;
		const {repo, commit, address} = record;
		const left = next(state, {type: isStored ? 'sealed' : 'restarted'});
		const planned = async (retrying: Retrying) => this.#plan(record, await inspect(repo, commit, retrying, address));
		const description = ofHub(record, await bytesDone(folder, record.id));
		const begun = left.phase === 'failed' ? left : undefined;
		const job = this.#add(new DownloadJob(this.#jobParts, description, planned, record, begun));
		if (left.phase === 'fetching' && goesOn) await job.tell({type: 'resume'});
		if (left.phase === 'stored') await job.tell({type: 'sealed'});
		if (left.phase === 'discarded') await job.tell({type: 'discard'});
	}

	#add(job: DownloadJob): DownloadJob {
		this.#jobs.set(job.status.id, job);
		return job;
	}

	#plan(record: Omit<DownloadRecord, 'state'>, {offer, files, parts}: FullOffer): InstallPlan {
		const {id, repo, revision, commit, address} = record;
		return {
			id,
			name: nameOf(repo, revision),
			source: {kind: 'hub', address, repo, revision, commit},
			licence: offer.licence,
			parts,
			files: [
				...Array.from(parts.made, ([path, bytes]) => madeFile(path, bytes)),
				...files.map(file => ({
					...file,
					bytes: (from: number, retrying: Retrying) =>
						this.parts.hub.bytes({address, repo, commit, path: file.path, size: file.size}, from, retrying),
				})),
			],
		};
	}
}

const ofHub = ({id, repo, revision, total}: Omit<DownloadRecord, 'state'>, done: number) => ({
	id,
	name: nameOf(repo, revision),
	repo,
	revision,
	total,
	done,
});
