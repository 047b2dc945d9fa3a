import {statfs} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import * as v from 'valibot';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {firstIssue} from '../../protocol/port.ts';
import type {LibraryMethod} from '../../protocol/questions/library.ts';
import {
	DEFAULT_HUB,
	type Download,
	HubSettings,
	type LibraryState,
	type Offer,
	RepoId,
	Revision,
} from '../../protocol/values/models.ts';
import {LibraryError} from '../../service/library/errors.ts';
import {Library} from '../../service/library/library.ts';
import {storedModels} from '../../service/library/manifest.ts';
import {size} from '../../service/library/size.ts';
import {wait} from '../../service/library/wait.ts';
import {diskFolder} from './disk-folder.ts';
import {createProgress, type Progress, timeLeft} from './progress.ts';
import {UsageError} from './usage-error.ts';

/** Downloads models of a Hub for the command line: once, into a cache folder, in the form that the browser stores too. */

/** Where downloaded models are kept. */
const cacheFolder = (): string =>
	process.env.NEXT_TOKEN_LENS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'next-token-lens');

/** `owner/name` or `owner/name@revision`; null where it does not name a repository. */
export function repositoryOf(model: string): {repo: string; revision: string} | null {
	const [name, revision = 'main', ...more] = model.split('@');
	const [repo, at] = [v.safeParse(RepoId, name), v.safeParse(Revision, revision)];
	return name.includes('/') && more.length === 0 && repo.success && at.success
		? {repo: repo.output, revision: at.output}
		: null;
}

/** The Hub that the environment names, as for Hugging Face's own tools: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE. @throws UsageError. */
function hubOf(environment: NodeJS.ProcessEnv): HubSettings {
	const parsed = v.safeParse(HubSettings, {
		address: environment.HF_ENDPOINT ?? DEFAULT_HUB,
		token: environment.HF_TOKEN ?? '',
		offline: /^(?:1|true|yes|on)$/i.test(environment.HF_HUB_OFFLINE ?? ''),
	});
	if (parsed.success) return parsed.output;
	throw new UsageError(`HF_ENDPOINT or HF_TOKEN cannot be used: ${firstIssue(parsed.issues)}`);
}

/**
 * The folder of a repository's model in the cache, downloaded if it is not there. What is there is used without asking the
 * Hub.
 * @throws LibraryError, EngineError.
 */
export async function hubModel({
	repo,
	revision,
}: {
	repo: string;
	revision: string;
}): Promise<{id: string; cache: string}> {
	const cache = cacheFolder();
	const folder = diskFolder(cache);
	const known = (await storedModels(folder)).find(
		({source, damaged}) =>
			!damaged &&
			source.kind === 'hub' &&
			source.repo === repo &&
			(source.revision === revision || source.commit === revision),
	);
	if (known) return {id: known.id, cache};

	const settings = hubOf(process.env);
	const library = new Library({
		folder,
		bundled: null,
		access: {
			settings: async () => settings,
			fetch,
			now: () => Date.now(),
			wait,
		},
		async storage() {
			const {bavail, bsize} = await statfs(homedir());
			return {used: 0, quota: bavail * bsize};
		},
		takeFiles: async () => [],
		// A person asked for one model: what else was interrupted waits for a person who asks for it.
		goesOn: false,
	});
	const watching = new AbortController();
	const {signal} = watching;
	const progress = createProgress();
	const ask = (method: LibraryMethod, params: unknown, emit: (state: LibraryState) => void = () => {}) =>
		library.answer(method, params, signal, emit) as Promise<unknown>;
	try {
		const offer = (await ask('inspect', {repo, revision})) as Offer;
		const {id} = offer;
		ask('library', {}, ({downloads}) =>
			show(
				progress,
				downloads.find(one => one.id === id),
			),
		).catch(() => {});
		await ask('download', {repo, revision, commit: offer.commit});
		await library.finished(id);
		return {id, cache};
	} catch (error) {
		if (error instanceof LibraryError || error instanceof EngineError) throw error;
		throw new LibraryError('network', refuse('not-fetched', {repo, detail: (error as Error).message}), {cause: error});
	} finally {
		watching.abort();
		progress.clear();
	}
}

function show(progress: Progress, download: Download | undefined): void {
	if (!download) return;
	const {name, done, total, rate, refusals} = download;
	const share = total > 0 ? Math.min(1, done / total) : 0;
	const left = rate > 0 ? timeLeft((total - done) / rate) : '';
	progress.show(
		name,
		share,
		(refusals && sentenceOf(refusals)) ?? `${size(done)} of ${size(total)}, ${size(rate)}/s${left}`,
	);
}
