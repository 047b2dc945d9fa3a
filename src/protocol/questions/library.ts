import * as v from 'valibot';
import {Id, type LibraryState, type Offer, RepoId, Revision} from '../values/models.ts';

/** Requests about models: listing, offering, downloading, choosing and removing them. */

const ById = v.object({id: Id});
const Repository = v.object({repo: RepoId, revision: Revision});

/** The methods' parameters; `library` streams until it is cancelled. */
export const LIBRARY_METHODS = {
	library: v.object({}),
	inspect: Repository,
	/** What was offered, at the commit that was offered. */
	download: v.object({repo: RepoId, revision: Revision, commit: v.pipe(v.string(), v.regex(/^[\da-f]{40}$/))}),
	importFiles: v.object({key: Id, name: v.pipe(v.string(), v.maxLength(200))}),
	pause: ById,
	resume: ById,
	/** Give a download up. */
	discard: ById,
	remove: ById,
	choose: ById,
} as const;
export type LibraryMethod = keyof typeof LIBRARY_METHODS;
export const isLibraryMethod = (method: string): method is LibraryMethod => Object.hasOwn(LIBRARY_METHODS, method);

type Reply<Answer, Event = never> = {answer: Answer; event: Event};
export interface LibraryReplies {
	library: Reply<null, LibraryState>;
	inspect: Reply<Offer>;
	/** The download's id. */
	download: Reply<{id: string}>;
	importFiles: Reply<{id: string}>;
	pause: Reply<null>;
	resume: Reply<null>;
	discard: Reply<null>;
	remove: Reply<null>;
	choose: Reply<null>;
}
