import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import type {HubSettings} from '../../protocol/values/models.ts';
import {LibraryError} from './errors.ts';
import {checkCommit, checkSame, errorOf, type HubFile, hostOf, nextOf, TransientError} from './hub-response.ts';
import {inTime, unlessAborted} from './wait.ts';

/** The client's use of its surroundings; tests give their own. */
export interface HubAccess {
	/** As they are now: switching the network off holds for a download under way too. */
	settings(): Promise<HubSettings>;
	fetch(address: string, init: RequestInit): Promise<Response>;
	/** Resolves after this many milliseconds. @throws the signal's reason. */
	wait(milliseconds: number, signal: AbortSignal): Promise<void>;
	now(): number;
}

/** How a request is tried again. */
export interface Retrying {
	signal: AbortSignal;
	/** Told why it waits, and with null when it goes on. */
	onWaiting?(why: readonly Refusal[] | null): void;
	/** A network that does not answer is waited for as long as it takes: no person looks on, and it may be off for hours. */
	patient?: boolean;
}

/** Failures one after the other, without a byte between them, before it is given up; fewer where a person waits. */
const MAX_FAILURES = 8;
const MAX_FAILURES_WATCHED = 4;
const LONGEST_WAIT = 60_000;
/** A Hub that asks for more patience than this is not waited for. */
const LONGEST_RETRY_AFTER = 15 * 60_000;
/** A Hub that is asked and sends nothing for so many seconds is silent: its connection counts as lost. */
const SILENT_SECONDS = 60;
/** Between two looks whether the network has been switched off, in milliseconds. */
const SETTINGS_INTERVAL = 1000;
const MAX_JSON_BYTES = 20e6;
/** Pages of a list, of a thousand files each. */
const MAX_PAGES = 100;

/** Reads a Hub's repositories: its addresses are those of huggingface.co. */
export class Hub {
	constructor(private readonly access: HubAccess) {}

	/** @throws LibraryError. */
	async json(address: string, path: string, subject: string, retrying: Retrying): Promise<unknown> {
		return (await this.#page(address, path, subject, retrying)).value;
	}

	/** A list that may go on over several answers. @throws LibraryError. */
	async list(address: string, path: string, subject: string, retrying: Retrying): Promise<unknown[]> {
		const all: unknown[] = [];
		let at: string | null = path;
		for (let pages = 0; at !== null; pages++) {
			if (pages === MAX_PAGES) throw new LibraryError('hub', refuse('hub-endless', {subject}));
			const page: {value: unknown; next: string | null} = await this.#page(address, at, subject, retrying);
			all.push(page.value);
			at = page.next;
		}
		return all.flat();
	}

	#page(address: string, path: string, subject: string, retrying: Retrying) {
		return this.#again(retrying, async signal => {
			const response = await this.#request(address, path, subject, {}, signal);
			const text = await this.#bounded(response, MAX_JSON_BYTES, address, subject, signal);
			try {
				return {value: JSON.parse(new TextDecoder().decode(text)) as unknown, next: nextOf(response, address)};
			} catch (cause) {
				throw new LibraryError('hub', refuse('hub-not-json', {host: hostOf(address), subject}), {cause});
			}
		});
	}

	/** A whole small file. @throws LibraryError. */
	async file(file: HubFile, retrying: Retrying): Promise<Uint8Array> {
		return this.#again(retrying, async signal => {
			const response = await this.#request(file.address, pathOf(file), file.path, {}, signal);
			checkCommit(response, file);
			const bytes = await this.#bounded(response, file.size, file.address, file.path, signal);
			if (bytes.byteLength < file.size)
				throw new TransientError(refuse('file-cut', {file: file.path, length: bytes.byteLength}));
			return bytes;
		});
	}

	/**
	 * The bytes of a file from a position on. A connection that is lost is made again where it broke off; all ranges are of
	 * one commit.
	 * @throws LibraryError.
	 */
	async *bytes(file: HubFile, from: number, retrying: Retrying): AsyncGenerator<Uint8Array> {
		let at = from;
		let etag: string | null = null;
		for (let failures = 0; at < file.size; ) {
			const connection = new AbortController();
			const signal = AbortSignal.any([retrying.signal, connection.signal]);
			try {
				const range: Record<string, string> = at > 0 ? {range: `bytes=${at}-`} : {};
				const response = await this.#request(file.address, pathOf(file), file.path, range, signal);
				checkCommit(response, file);
				etag = checkSame(response, file, at, etag);
				// A server that knows no ranges sends everything again.
				let checked = this.access.now();
				let unwanted = response.status === 206 ? 0 : at;
				for await (const chunk of this.#chunks(response, file.address, signal)) {
					const wanted = chunk.subarray(Math.min(unwanted, chunk.byteLength));
					unwanted -= chunk.byteLength - wanted.byteLength;
					if (this.access.now() - checked > SETTINGS_INTERVAL) {
						checked = this.access.now();
						await this.#checkOnline(signal);
					}
					if (wanted.byteLength === 0) continue;
					if (at + wanted.byteLength > file.size)
						throw new LibraryError('hub', refuse('hub-changed-longer', {file: file.path}));
					failures = 0;
					retrying.onWaiting?.(null);
					yield wanted;
					at += wanted.byteLength;
				}
				if (at < file.size) throw new TransientError(refuse('network-cut'));
			} catch (error) {
				failures++;
				await this.#waitOut(error, failures, retrying);
			} finally {
				connection.abort();
			}
		}
	}

	/** Try until it succeeds; what is still open of a try is ended with it. */
	async #again<T>(retrying: Retrying, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
		for (let failures = 1; ; failures++) {
			const connection = new AbortController();
			try {
				const answer = await attempt(AbortSignal.any([retrying.signal, connection.signal]));
				if (failures > 1) retrying.onWaiting?.(null);
				return answer;
			} catch (error) {
				await this.#waitOut(error, failures, retrying);
			} finally {
				connection.abort();
			}
		}
	}

	/** Wait before the next try. @throws what cannot be waited out. */
	async #waitOut(error: unknown, failures: number, {signal, onWaiting, patient}: Retrying): Promise<void> {
		signal.throwIfAborted();
		if (error instanceof LibraryError) throw error;
		const {refusal, retryAfter, isSilence} =
			error instanceof TransientError ? error : new TransientError(refuse('network-silent'), {isSilence: true});
		const last = patient ? (isSilence ? Number.POSITIVE_INFINITY : MAX_FAILURES) : MAX_FAILURES_WATCHED;
		// A person has waited long enough for a Hub that was silent once.
		if (failures >= last || (!patient && refusal.code === 'hub-silent'))
			throw new LibraryError('network', [refusal, refuse('network-later')], {cause: error});
		if (retryAfter !== null && retryAfter > (patient ? LONGEST_RETRY_AFTER : LONGEST_WAIT)) {
			const minutes = Math.ceil(retryAfter / 60_000);
			throw new LibraryError('network', [refusal, refuse('network-patience', {minutes})]);
		}
		const wait = retryAfter ?? Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - 1));
		onWaiting?.([refusal, refuse('network-retry', {seconds: Math.ceil(wait / 1000)})]);
		await this.access.wait(wait, signal);
	}

	/** One request that was answered with a success. @throws LibraryError; TransientError; what fetch throws. */
	async #request(
		address: string,
		path: string,
		subject: string,
		headers: Record<string, string>,
		signal: AbortSignal,
	): Promise<Response> {
		const settings = await this.#checkOnline(signal);
		// A token belongs to one Hub. Where that redirects to another host, the browser takes the header away.
		const token = settings.token !== '' && settings.address === address ? settings.token : '';
		const fetch = (redirect: RequestRedirect) =>
			this.#heard(
				address,
				signal,
				this.access.fetch(`${address}${path}`, {
					headers: token ? {...headers, authorization: `Bearer ${token}`} : headers,
					signal,
					redirect,
					credentials: 'omit',
					referrerPolicy: 'no-referrer',
					cache: 'no-store',
				}),
			);
		const response = await fetch('follow').catch(async error => {
			if (error instanceof TransientError) throw error;
			// Of redirects that lead nowhere, a browser says the same as of a network that is off.
			const {type, status} = await fetch('manual');
			const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
			throw isRedirect ? new TransientError(refuse('hub-redirects', {host: hostOf(address), subject})) : error;
		});
		if (response.ok) return response;
		throw errorOf(response, address, subject, token !== '', this.access.now());
	}

	/** What a Hub answers, if it is not silent for too long. @throws TransientError; the signal's reason. */
	#heard<T>(address: string, signal: AbortSignal, answer: Promise<T>): Promise<T> {
		return inTime(
			answer,
			SILENT_SECONDS * 1000,
			signal,
			() =>
				new TransientError(refuse('hub-silent', {host: hostOf(address), seconds: SILENT_SECONDS}), {isSilence: true}),
		);
	}

	/** @throws LibraryError `offline`. */
	async #checkOnline(signal: AbortSignal): Promise<HubSettings> {
		const settings = await unlessAborted(this.access.settings(), signal);
		if (!settings.offline) return settings;
		throw new LibraryError('offline', refuse('offline'));
	}

	async #bounded(
		response: Response,
		limit: number,
		address: string,
		subject: string,
		signal: AbortSignal,
	): Promise<Uint8Array> {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		let size = 0;
		for await (const chunk of this.#chunks(response, address, signal)) {
			size += chunk.byteLength;
			if (size > limit) throw new LibraryError('hub', refuse('hub-too-long', {subject, limit}));
			parts.push(chunk as Uint8Array<ArrayBuffer>);
		}
		return new Uint8Array(await new Blob(parts).arrayBuffer());
	}

	async *#chunks({body}: Response, address: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
		if (!body) return;
		const reader = body.getReader();
		try {
			for (;;) {
				const {done, value} = await this.#heard(address, signal, reader.read());
				if (done) return;
				yield value;
			}
		} finally {
			reader.cancel().catch(() => {});
		}
	}
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/');
const pathOf = ({repo, commit, path}: HubFile) => `/${encoded(repo)}/resolve/${encoded(commit)}/${encoded(path)}`;
export const apiPath = (repo: string, rest: string) => `/api/models/${encoded(repo)}/${rest}`;
