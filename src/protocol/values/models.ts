import * as v from 'valibot';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {Count} from './prompt.ts';
import {saying} from './refused.ts';

/** Models as they are listed, offered, downloaded and chosen. */

/** Where checkpoints come from until another address is set. Files of models alone are fetched from it, never code. */
export const DEFAULT_HUB = 'https://huggingface.co';

/** The model that the extension carries. */
export const BUNDLED_ID = 'gpt2-mini';

/** A model's repository: its name without the revision, which one of another than the newest has, as `owner/name@revision`. */
export const repoOf = (name: string): string => name.split('@')[0];

/** `owner/name`, or a name alone as the Hub's oldest repositories have it. */
export const RepoId = v.pipe(
	v.string(),
	v.trim(),
	v.regex(
		/^(?!\.)[\w.-]{1,96}(?:\/(?!\.)[\w.-]{1,96})?$/,
		saying(() => refuse('repository-name')),
	),
	v.check(
		text => !text.includes('..') && !text.includes('--'),
		saying(() => refuse('repository-dots')),
	),
);
/** A branch, a tag or a commit. */
export const Revision = v.pipe(
	v.string(),
	v.trim(),
	v.regex(
		/^(?!\.)[\w./-]{1,100}$/,
		saying(() => refuse('revision-name')),
	),
	v.check(
		text => !text.includes('..'),
		saying(() => refuse('revision-dots')),
	),
);
export const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(300));

/** The Hub as a person has set it; kept in `storage.local`. */
export const HubSettings = v.object({
	/** Without a slash at the end. */
	address: v.pipe(
		v.string(),
		v.trim(),
		v.transform(text => text.replace(/\/+$/, '')),
		v.regex(
			/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/i,
			saying(() => refuse('hub-address')),
		),
		v.check(
			text => URL.canParse(text),
			saying(() => refuse('hub-address')),
		),
		v.check(
			text => /^https:/i.test(text) || /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/i.test(text),
			saying(() => refuse('hub-insecure')),
		),
	),
	/** For repositories that ask for one; empty where there is none. Sent to `address` alone. */
	token: v.pipe(
		v.string(),
		v.trim(),
		v.regex(
			/^[\x21-\x7e]*$/,
			saying(() => refuse('token-spaces')),
		),
	),
	/** Never use the network. */
	offline: v.boolean(),
});
export type HubSettings = v.InferOutput<typeof HubSettings>;
export const DEFAULT_HUB_SETTINGS: HubSettings = {address: DEFAULT_HUB, token: '', offline: false};
/** Where they are in `storage.local`. */
export const HUB_SETTINGS_KEY = 'hub';

/** Where a model came from. */
export const ModelSource = v.variant('kind', [
	v.object({kind: v.literal('bundled')}),
	v.object({kind: v.literal('disk'), name: v.string()}),
	v.object({
		kind: v.literal('hub'),
		address: v.string(),
		repo: v.string(),
		/** The revision that was asked for, and the commit that was taken. */
		revision: v.string(),
		commit: v.string(),
	}),
]);
export type ModelSource = v.InferOutput<typeof ModelSource>;

/** A file as it was fetched. */
export const FetchedFile = v.object({path: v.string(), size: Count, sha256: v.string()});
export type FetchedFile = v.InferOutput<typeof FetchedFile>;

/** A model that is here. */
export const StoredModel = v.object({
	id: Id,
	name: v.string(),
	source: ModelSource,
	/** When it was fetched, ISO 8601; empty for the bundled one. */
	date: v.string(),
	/** Storage it takes. */
	bytes: Count,
	/** Memory it needs while it runs, at most. */
	memory: Count,
	/** null where an ONNX export does not tell. */
	parameters: v.nullable(Count),
	vocabSize: Count,
	contextLength: Count,
	licence: v.nullable(v.string()),
	/** The files that were downloaded. */
	downloaded: v.array(FetchedFile),
	/** The stored copy was found to be damaged: it is never used, and can be fetched again. */
	damaged: v.boolean(),
});
export type StoredModel = v.InferOutput<typeof StoredModel>;

/** A download, under way or stopped. */
export interface Download {
	id: string;
	name: string;
	/** null for files from the disk. */
	repo: string | null;
	revision: string | null;
	/** `sealing`: all of it has come, and is made a model; what is `discarded` then or now is about to go. */
	phase: 'fetching' | 'paused' | 'sealing' | 'stored' | 'failed' | 'discarded';
	done: number;
	total: number;
	/** Bytes a second over the last seconds. */
	rate: number;
	/** Why it failed, or waits for the network or the Hub while it is `fetching`. */
	refusals: readonly Refusal[] | null;
}

/** Storage in bytes: how much the browser gives the extension, and how much is used. */
export interface StorageRoom {
	used: number;
	quota: number;
}

/** Everything there is to show; sent whole, several times a second while something is fetched. */
export interface LibraryState {
	kind: 'library';
	models: StoredModel[];
	downloads: Download[];
	/** Id of the model that answers. */
	active: string;
	storage: StorageRoom;
}

/** The contents of a repository, and whether the model can be fetched: shown before anything is. */
export interface Offer {
	id: string;
	repo: string;
	revision: string;
	commit: string;
	address: string;
	licence: string | null;
	files: {path: string; size: number}[];
	/** Bytes that are fetched. */
	download: number;
	/** Bytes that are kept. */
	stored: number;
	/** Memory it needs while it runs, and what there is. */
	memory: number;
	memoryLimit: number;
	/** null where an ONNX export does not tell. */
	parameters: number | null;
	vocabSize: number;
	contextLength: number;
	storage: StorageRoom;
	/** Why it cannot be had; null where it can. */
	refusal: Refusal | null;
	/** It is here already. */
	present: boolean;
}

/** The name of the channel on which a page hands over files from the disk, which a port cannot carry. */
export const FILES_CHANNEL = 'library-files';
/** On that channel: the library asks for the files of an `importFiles` that has reached it, and the page answers. */
export type OnFilesChannel =
	| {type: 'wanted'; key: string}
	| {type: 'files'; key: string; files: readonly {path: string; file: File}[]};
