import * as v from 'valibot';
import {partOf} from '../../engine/checkpoint/byte-reader.ts';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import type {Offer, StorageRoom} from '../../protocol/values/models.ts';
import {Count} from '../../protocol/values/prompt.ts';
import {type CheckpointParts, needsOf, partsOf} from './checkpoint-files.ts';
import {LibraryError} from './errors.ts';
import {isInside} from './folder.ts';
import {apiPath, type Hub, type Retrying} from './hub.ts';
import {hostOf} from './hub-response.ts';
import {size} from './size.ts';

/** A file of the Hub, and the checksum it must have. */
interface HubEntry {
	path: string;
	size: number;
	/** SHA-256 of a large file; null where the Hub keeps it in git. */
	sha256: string | null;
	/** Git's id of a small one. */
	blobId: string | null;
}

const Revisioned = v.object({
	sha: v.pipe(v.string(), v.regex(/^[\da-f]{40}$/)),
	cardData: v.optional(v.nullable(v.looseObject({license: v.optional(v.unknown())}))),
});
const Size = v.pipe(Count, v.safeInteger());
const Tree = v.array(
	v.looseObject({
		type: v.string(),
		path: v.string(),
		size: v.optional(Size),
		oid: v.optional(v.string()),
		lfs: v.optional(v.nullable(v.looseObject({oid: v.string(), size: Size}))),
	}),
);

/** An offer with the files and parts that its installation needs. */
export interface FullOffer {
	offer: Offer;
	/** The files that are fetched. */
	files: HubEntry[];
	parts: CheckpointParts;
}

interface LocalLimits {
	storage: StorageRoom;
	memoryLimit: number;
	isPresent(id: string): Promise<boolean>;
}

/** A folder's name for a repository at a commit. */
export const idOf = (repo: string, commit: string) => `${repo.replace('/', '--')}@${commit.slice(0, 12)}`;

/** A model's name: its repository, and where another revision than the newest was asked for by name, that too. */
export const nameOf = (repo: string, revision: string) =>
	revision === 'main' || /^[\da-f]{40}$/.test(revision) ? repo : `${repo}@${revision}`;

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
	const checked = <S extends v.GenericSchema>(schema: S, answer: unknown) => {
		const parsed = v.safeParse(schema, answer);
		if (parsed.success) return parsed.output as v.InferOutput<S>;
		throw new LibraryError('hub', refuse('hub-unknown-answer', {host: hostOf(address), subject}));
	};
	const {sha: commit, cardData} = checked(
		Revisioned,
		await hub.json(address, apiPath(repo, `revision/${encodeURIComponent(revision)}`), subject, retrying),
	);
	if (/^[\da-f]{40}$/.test(revision) && commit !== revision)
		throw new LibraryError('hub', refuse('hub-changed-commit', {file: subject, commit: commit.slice(0, 12)}));
	const tree = checked(
		Tree,
		await hub.list(address, apiPath(repo, `tree/${commit}?recursive=true`), subject, retrying),
	);
	const outside = tree.find(({path}) => !isInside(path));
	if (outside) throw new LibraryError('hub', refuse('path-outside', {path: outside.path}));
	const entries = new Map<string, HubEntry>();
	for (const {type, path, size = 0, oid, lfs} of tree)
		if (type === 'file')
			entries.set(path, {path, size: lfs?.size ?? size, sha256: lfs?.oid ?? null, blobId: lfs ? null : (oid ?? null)});
	const sizes = new Map([...entries].map(([path, {size}]) => [path, size]));
	const fileOf = (path: string) => ({address, repo, commit, path, size: sizes.get(path)!});
	const json = async (path: string) => {
		const bytes = await hub.file(fileOf(path), retrying);
		try {
			return JSON.parse(new TextDecoder().decode(bytes));
		} catch (cause) {
			throw new LibraryError('hub', refuse('hub-file-not-json', {file: path, subject}), {cause});
		}
	};
	const part = (path: string, at: number, count: number) => partOf(hub.bytes(fileOf(path), at, retrying), count);
	const parts = await partsOf(subject, sizes, json, part);

	const files = [...parts.small, ...parts.weights].flatMap(path => (parts.made.has(path) ? [] : entries.get(path)!));
	const id = idOf(repo, commit);
	const described = {
		id,
		repo,
		revision,
		commit,
		address,
		licence: typeof cardData?.license === 'string' ? cardData.license : null,
		files: files.map(({path, size}) => ({path, size})),
		// What is made counts as come, as soon as the work begins.
		download: [...files, ...madeOf(parts)].reduce((sum, {size}) => sum + size, 0),
		...needsOf(parts, sizes),
		memoryLimit: limits.memoryLimit,
		storage: limits.storage,
		present: await limits.isPresent(id),
	};
	return {offer: {...described, refusal: refusalOf(described)}, files, parts};
}

const madeOf = ({made}: CheckpointParts) => Array.from(made, ([path, bytes]) => ({path, size: bytes.byteLength}));

/** Why a model cannot be kept or opened here; null where it can be. */
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
