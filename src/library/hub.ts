import type {HubSettings} from '../protocol/library.ts';
import {type Refusal, refuse} from '../refusals/refusal.ts';
import {LibraryError} from './errors.ts';
import {checkCommit, checkSame, errorOf, type HubFile, hostOf, TransientError} from './hub-response.ts';

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
	/** A network that does not answer is waited for as long as it takes: nobody looks on, and it may be off for hours. */
	patient?: boolean;
}

/** Failures one after the other, without a byte between them, before it is given up. */
const MAX_FAILURES = 8;
const LONGEST_WAIT = 60_000;
/** A Hub that asks for more patience than this is not waited for. */
const LONGEST_RETRY_AFTER = 15 * 60_000;
/** After this long without a byte a connection counts as lost. */
const STALLED = 60_000;
/** Between two looks whether the network has been switched off, in milliseconds. */
const SETTINGS_INTERVAL = 1000;
const MAX_JSON_BYTES = 20e6;

/** Reads a Hub's repositories: its addresses are those of huggingface.co. */
export class Hub {
	constructor(private readonly access: HubAccess) {}

	/** @throws LibraryError. */
	async json(address: string, path: string, subject: string, retrying: Retrying): Promise<unknown> {
		return this.#again(retrying, async () => {
			const response = await this.#request(address, path, subject, {}, retrying.signal);
			const text = await this.#bounded(response, MAX_JSON_BYTES, subject);
			try {
				return JSON.parse(new TextDecoder().decode(text));
			} catch (cause) {
				throw new LibraryError('hub', refuse('hub-not-json', {host: hostOf(address), subject}), {cause});
			}
		});
	}

	/** A whole small file. @throws LibraryError. */
	async file(file: HubFile, retrying: Retrying): Promise<Uint8Array> {
		return this.#again(retrying, async () => {
			const response = await this.#request(file.address, pathOf(file), file.path, {}, retrying.signal);
			checkCommit(response, file);
			const bytes = await this.#bounded(response, file.size, file.path);
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
			try {
				const connection = new AbortController();
				const signal = AbortSignal.any([retrying.signal, connection.signal]);
				let stalled = setTimeout(() => connection.abort(), STALLED);
				try {
					const range: Record<string, string> = at > 0 ? {range: `bytes=${at}-`} : {};
					const response = await this.#request(file.address, pathOf(file), file.path, range, signal);
					checkCommit(response, file);
					etag = checkSame(response, file, at, etag);
					// A server that knows no ranges sends everything again.
					let checked = this.access.now();
					let unwanted = response.status === 206 ? 0 : at;
					for await (const chunk of chunksOf(response)) {
						clearTimeout(stalled);
						stalled = setTimeout(() => connection.abort(), STALLED);
						const wanted = chunk.subarray(Math.min(unwanted, chunk.byteLength));
						unwanted -= chunk.byteLength - wanted.byteLength;
						if (this.access.now() - checked > SETTINGS_INTERVAL) {
							checked = this.access.now();
							await this.#checkOnline();
						}
						if (wanted.byteLength === 0) continue;
						if (at + wanted.byteLength > file.size)
							throw new LibraryError('hub', refuse('hub-changed-longer', {file: file.path}));
						failures = 0;
						retrying.onWaiting?.(null);
						yield wanted;
						at += wanted.byteLength;
					}
				} finally {
					clearTimeout(stalled);
					connection.abort();
				}
				if (at < file.size) throw new TransientError(refuse('network-cut'));
			} catch (error) {
				failures++;
				await this.#waitOut(error, failures, retrying);
			}
		}
	}

	async #again<T>(retrying: Retrying, attempt: () => Promise<T>): Promise<T> {
		for (let failures = 1; ; failures++) {
			try {
				const answer = await attempt();
				if (failures > 1) retrying.onWaiting?.(null);
				return answer;
			} catch (error) {
				await this.#waitOut(error, failures, retrying);
			}
		}
	}

	/** Wait before the next try. @throws what cannot be waited out. */
	async #waitOut(error: unknown, failures: number, {signal, onWaiting, patient}: Retrying): Promise<void> {
		signal.throwIfAborted();
		if (error instanceof LibraryError) throw error;
		const isSilent = !(error instanceof TransientError);
		const reasons = [isSilent ? refuse('network-silent') : error.refusal];
		if (failures >= MAX_FAILURES && !(isSilent && patient))
			throw new LibraryError('network', [...reasons, refuse('network-later')], {cause: error});
		const asked = isSilent ? null : error.retryAfter;
		if (asked !== null && asked > LONGEST_RETRY_AFTER) {
			const minutes = Math.ceil(asked / 60_000);
			throw new LibraryError('network', [...reasons, refuse('network-patience', {minutes})]);
		}
		const wait = asked ?? Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - 1));
		onWaiting?.([...reasons, refuse('network-retry', {seconds: Math.ceil(wait / 1000)})]);
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
		const settings = await this.#checkOnline();
		// A token belongs to one Hub. Where that redirects to another host, the browser takes the header away.
		const token = settings.token !== '' && settings.address === address ? settings.token : '';
		const response = await this.access.fetch(`${address}${path}`, {
			headers: token ? {...headers, authorization: `Bearer ${token}`} : headers,
			signal,
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			cache: 'no-store',
		});
		if (response.ok) return response;
		await response.body?.cancel();
		throw errorOf(response, address, subject, token !== '', this.access.now());
	}

	/** @throws LibraryError `offline`. */
	async #checkOnline(): Promise<HubSettings> {
		const settings = await this.access.settings();
		if (!settings.offline) return settings;
		throw new LibraryError('offline', refuse('offline'));
	}

	async #bounded(response: Response, limit: number, subject: string): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		let size = 0;
		for await (const chunk of chunksOf(response)) {
			size += chunk.byteLength;
			if (size > limit) throw new LibraryError('hub', refuse('hub-too-long', {subject, limit}));
			parts.push(chunk);
		}
		const bytes = new Uint8Array(size);
		let at = 0;
		for (const part of parts) {
			bytes.set(part, at);
			at += part.byteLength;
		}
		return bytes;
	}
}

async function* chunksOf({body}: Response): AsyncGenerator<Uint8Array> {
	if (!body) return;
	const reader = body.getReader();
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
	} finally {
		await reader.cancel().catch(() => {});
	}
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/');
const pathOf = ({repo, commit, path}: HubFile) => `/${encoded(repo)}/resolve/${encoded(commit)}/${encoded(path)}`;
export const apiPath = (repo: string, rest: string) => `/api/models/${encoded(repo)}/${rest}`;
