import * as v from 'valibot';
import type {Offer, StorageRoom} from '../protocol/library.ts';
import {type Refusal, refuse} from '../refusals/refusal.ts';
import {type CheckpointParts, INDEX, needsOf, partsOf} from './checkpoint-files.ts';
import {LibraryError} from './errors.ts';
import {apiPath, type Hub, type Retrying} from './hub.ts';
import {hostOf} from './hub-response.ts';

/** A file of the Hub, and the checksum it must have. */
const HubEntry = v.object({
	path: v.string(),
	size: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** SHA-256 of a large file; null where the Hub keeps it in git. */
	sha256: v.nullable(v.string()),
	/** Git's id of a small one. */
	blobId: v.nullable(v.string()),
});
type HubEntry = v.InferOutput<typeof HubEntry>;

const Revisioned = v.object({
	sha: v.pipe(v.string(), v.regex(/^[\da-f]{40}$/)),
	cardData: v.optional(v.nullable(v.looseObject({license: v.optional(v.unknown())}))),
});
const Tree = v.array(
	v.looseObject({
		type: v.string(),
		path: v.string(),
		size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
		oid: v.optional(v.string()),
		lfs: v.optional(v.nullable(v.looseObject({oid: v.string(), size: v.number()}))),
	}),
);

/** An offer with the files and parts that its installation needs. */
export interface FullOffer {
	offer: Offer;
	entries: HubEntry[];
	parts: CheckpointParts;
}

interface LocalLimits {
	storage: StorageRoom;
	memoryLimit: number;
	isPresent(id: string): boolean;
}

/** A folder's name for a repository at a commit. */
const idOf = (repo: string, commit: string) => `${repo.replace('/', '--')}@${commit.slice(0, 12)}`;

/**
 * Ask the Hub what a repository holds. Only its description is fetched.
 * @throws LibraryError; EngineError `bad-model` where it is no checkpoint that can be opened.
 */
export async function inspect(
	hub: Hub,
	address: string,
	repo: string,
	revision: string,
	limits: LocalLimits,
	retrying: Retrying,
): Promise<FullOffer> {
	const subject = revision === 'main' ? repo : `${repo} (${revision})`;
	const ask = async <S extends v.GenericSchema>(path: string, schema: S) => {
		const parsed = v.safeParse(schema, await hub.json(address, path, subject, retrying));
		if (parsed.success) return parsed.output as v.InferOutput<S>;
		throw new LibraryError('hub', refuse('hub-unknown-answer', {host: hostOf(address), subject}));
	};
	const {sha: commit, cardData} = await ask(apiPath(repo, `revision/${encodeURIComponent(revision)}`), Revisioned);
	const tree = await ask(apiPath(repo, `tree/${commit}?recursive=true`), Tree);
	const entries = tree.flatMap(({type, path, size = 0, oid, lfs}): HubEntry[] =>
		type === 'file'
			? [{path, size: lfs?.size ?? size, sha256: lfs?.oid ?? null, blobId: lfs ? null : (oid ?? null)}]
			: [],
	);
	const parts = await partsOf(
		subject,
		entries.map(({path}) => path),
		async path => {
			const {size} = entries.find(entry => entry.path === path)!;
			const bytes = await hub.file({address, repo, commit, path, size}, retrying);
			try {
				return JSON.parse(new TextDecoder().decode(bytes));
			} catch (cause) {
				throw new LibraryError('hub', refuse('hub-file-not-json', {file: path, subject}), {cause});
			}
		},
	);

	const wanted = new Set([...parts.small, ...parts.weights]);
	const files = entries.filter(({path}) => wanted.has(path) && path !== INDEX);
	const bytesOf = (paths: readonly string[]) =>
		files.filter(({path}) => paths.includes(path)).reduce((sum, {size}) => sum + size, 0);
	const id = idOf(repo, commit);
	const described = {
		id,
		repo,
		revision,
		commit,
		address,
		licence: typeof cardData?.license === 'string' ? cardData.license : null,
		files: files.map(({path, size}) => ({path, size})),
		download: bytesOf([...wanted]),
		...needsOf(parts, path => bytesOf([path])),
		memoryLimit: limits.memoryLimit,
		storage: limits.storage,
		present: limits.isPresent(id),
	};
	return {offer: {...described, refusal: refusalOf(described)}, entries: files, parts};
}

/** Why a model cannot be kept or opened here; null where it can. */
export function refusalOf({
	stored,
	memory,
	memoryLimit,
	storage,
}: Pick<Offer, 'stored' | 'memory' | 'memoryLimit' | 'storage'>): Refusal | null {
	if (memory > memoryLimit) return refuse('needs-memory', {needed: size(memory), there: size(memoryLimit)});
	const room = storage.quota - storage.used;
	if (stored > room) return refuse('needs-storage', {needed: size(stored), there: size(Math.max(0, room))});
	return null;
}

/** A size for messages: `1.24 GB`. */
export function size(bytes: number): string {
	const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : bytes >= 1e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e3, 'KB'];
	return `${value.toPrecision(3)} ${unit}`;
}
