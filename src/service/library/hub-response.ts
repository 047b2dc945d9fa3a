import {type Refusal, refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {LibraryError} from './errors.ts';

/** Checks the responses of a Hub, and tells errors that pass from those that stay. */

/** A file of a repository at one commit. */
export interface HubFile {
	address: string;
	repo: string;
	commit: string;
	path: string;
	size: number;
}

/** A failure that a later try may not have. */
export class TransientError extends Error {
	/** Milliseconds that the Hub asks for. */
	readonly retryAfter: number | null;
	/** No answer came, of whatever kind. */
	readonly isSilence: boolean;

	constructor(
		readonly refusal: Refusal,
		{retryAfter = null, isSilence = false}: {retryAfter?: number | null; isSilence?: boolean} = {},
	) {
		super(sentenceOf(refusal));
		this.retryAfter = retryAfter;
		this.isSilence = isSilence;
	}
}

export const hostOf = (address: string) => new URL(address).host;

const changedFile = (why: Refusal) => new LibraryError('hub', why);

/** @throws LibraryError where a response is of another commit. */
export function checkCommit(response: Response, file: HubFile): void {
	const commit = response.headers.get('x-repo-commit');
	if (commit !== null && commit !== file.commit)
		throw changedFile(refuse('hub-changed-commit', {file: file.path, commit: commit.slice(0, 12)}));
}

/**
 * Check that a response holds the file that was begun, from the position asked for.
 * @returns its ETag. @throws LibraryError.
 */
export function checkSame(response: Response, file: HubFile, from: number, etag: string | null): string | null {
	const sent = response.headers.get('content-range');
	const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(sent ?? '');
	const length = response.headers.get('content-length');
	if (response.status === 206 && range) {
		if (Number(range[1]) !== from)
			throw changedFile(refuse('hub-changed-place', {file: file.path, sent: Number(range[1]), asked: from}));
		if (range[2] !== '*' && Number(range[2]) !== file.size)
			throw changedFile(refuse('hub-changed-size', {file: file.path, bytes: Number(range[2])}));
	} else if (response.status === 206) {
		// A browser may hide the header of another origin's answer. The length then says whether it is the rest of the file.
		const isHidden = sent === null && response.type === 'cors';
		if (!isHidden || (length !== null && Number(length) !== file.size - from))
			throw changedFile(refuse('hub-range', {file: file.path}));
	}
	// The length of a compressed response is that of the compressed bytes.
	if (
		response.status === 200 &&
		length !== null &&
		!response.headers.get('content-encoding') &&
		Number(length) !== file.size
	)
		throw changedFile(refuse('hub-changed-length', {file: file.path, said: file.size, sent: Number(length)}));
	const now = response.headers.get('etag');
	if (etag !== null && now !== null && now !== etag) throw changedFile(refuse('hub-changed', {file: file.path}));
	return now ?? etag;
}

/** Where a list goes on, as a path of this Hub; null where it ends. */
export function nextOf(response: Response, address: string): string | null {
	const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
	if (next === undefined) return null;
	// A mirror may name the Hub that it mirrors. Only the Hub that was chosen is asked, and it alone gets the token.
	const {href, pathname, search} = new URL(next, `${address}/`);
	return href.startsWith(`${address}/`) ? href.slice(address.length) : pathname + search;
}

/** The error for a response without success: `TransientError` where a later try may succeed. */
export function errorOf(response: Response, address: string, subject: string, hasToken: boolean, now: number): Error {
	const host = hostOf(address);
	const {status} = response;
	switch (status) {
		case 401:
			return new LibraryError('hub', hasToken ? refuse('hub-token', {host}) : refuse('hub-private', {host, subject}));
		case 403:
			return new LibraryError('hub', refuse('hub-terms', {host, subject}));
		case 404:
			return new LibraryError('hub', refuse('hub-none', {host, subject}));
		case 416:
			return new LibraryError('hub', refuse('hub-shorter', {subject}));
		case 429:
			return new TransientError(refuse('hub-slow-down', {host}), {retryAfter: retryAfter(response, now)});
		default:
			if (status === 408 || status >= 500)
				return new TransientError(refuse('hub-busy', {host, status}), {retryAfter: retryAfter(response, now)});
			return new LibraryError('hub', refuse('hub-status', {host, status, subject}));
	}
}

/** `Retry-After`, seconds or a date, in milliseconds. */
function retryAfter(response: Response, now: number): number | null {
	const value = response.headers.get('retry-after');
	if (value === null) return null;
	const seconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
	return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
