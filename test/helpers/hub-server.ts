import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {CheckpointFiles} from './checkpoint.ts';

/**
 * A Hub on this machine: the addresses of huggingface.co, with redirects of large files to another origin, and with every
 * fault that tests ask for.
 */

interface HubRepo {
	files: CheckpointFiles;
	/** Another branch than `main`, which each repository has one of; there may be any number. */
	revision?: string;
	commit?: string;
	licence?: string;
	/** Shown only to who brings this token. */
	token?: string;
	/** Shown to nobody who has not accepted its terms. */
	gated?: boolean;
	/** Entries of the tree beside those of the files. */
	listed?: readonly object[];
	/** Files on a page of the tree; the others are on the next. */
	page?: number;
}

/** What goes wrong with the next answers for a path, in order; `ok` is one that goes right. */
type Fault =
	| {kind: 'ok'}
	| {kind: 'status'; status: number; headers?: Record<string, string>}
	/** The connection ends after this many bytes. */
	| {kind: 'cut'; after: number}
	/** The body and its length are shorter than the Hub says. */
	| {kind: 'short'; by: number}
	/** One byte is another. */
	| {kind: 'flip'; at: number}
	/** Another ETag, as if the file had changed. */
	| {kind: 'changed'}
	/** Ranges are ignored. */
	| {kind: 'no-ranges'}
	/** A part is sent with this header in place of the right one. */
	| {kind: 'range'; header: string | null}
	/** No answer comes, nor an end. */
	| {kind: 'silent'}
	/** Redirected to itself. */
	| {kind: 'circle'};

interface Seen {
	host: string;
	method: string;
	path: string;
	range: string | null;
	authorization: string | null;
}

export interface HubServer {
	/** `http://127.0.0.1:port` */
	address: string;
	/** Every request, in order. */
	seen: Seen[];
	/** Put a repository there, or another in its place. */
	put(repo: string, content: HubRepo): string;
	/** What goes wrong with a file, or with `revision` or `tree`, in order of its requests. */
	fail(path: string, ...faults: Fault[]): void;
	/** Send bodies in pieces of this size with so many milliseconds between them; null at full speed. */
	trickle: {bytes: number; milliseconds: number} | null;
	dispose(): Promise<void>;
}

const LARGE = 2000;
/** Milliseconds. A busy machine may not read for a while. */
const CUT_AFTER = 250;
/** Bytes that Node digests and sends at once; it refuses more than 2 GB. */
const AT_ONCE = 2 ** 30;

const sha = (algorithm: string, ...parts: (string | Uint8Array)[]) => {
	const hash = createHash(algorithm);
	for (const part of parts) {
		if (typeof part === 'string') hash.update(part);
		else for (let at = 0; at < part.length; at += AT_ONCE) hash.update(part.subarray(at, at + AT_ONCE));
	}
	return hash.digest('hex');
};

/** Checksums of a large file are asked for again and again. */
const known = new WeakMap<Uint8Array, Map<string, string>>();
const checksum = (algorithm: 'sha1' | 'sha256', bytes: Uint8Array) => {
	const sums = known.get(bytes) ?? new Map<string, string>();
	known.set(bytes, sums);
	const sum = sums.get(algorithm) ?? sha(algorithm, bytes);
	sums.set(algorithm, sum);
	return sum;
};

/** Start it on this machine alone: the Hub on 127.0.0.1, its large files on localhost, which is another origin. */
export async function serveHub(): Promise<HubServer> {
	/** By name and revision. */
	const repos = new Map<string, HubRepo & {commit: string}>();
	const branchesOf = (name: string) => [...repos].filter(([key]) => key.startsWith(`${name} `)).map(([, repo]) => repo);
	const faults = new Map<string, Fault[]>();
	const seen: Seen[] = [];
	let port = 0;
	const hub: HubServer = {
		address: '',
		seen,
		trickle: null,
		put(repo, content) {
			const commit =
				content.commit ?? sha('sha1', repo, ...Object.values(content.files).map(bytes => checksum('sha256', bytes)));
			repos.set(`${repo} ${content.revision ?? 'main'}`, {...content, commit});
			return commit;
		},
		fail: (path, ...list) => void faults.set(path, list),
		async dispose() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
		},
	};

	const server = createServer((request, response) => {
		void answer(request, response).catch(() => response.destroy());
	});

	// A connection that is closed for idleness in the moment that it is used again would be a fault that no test asked for.
	server.keepAliveTimeout = 0;

	/** Whether the fault is an answer of its own, for whatever is asked. */
	function answers(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
		if (fault?.kind === 'circle')
			response.writeHead(302, {location: request.url, 'access-control-allow-origin': '*'}).end();
		return fault?.kind === 'silent' || fault?.kind === 'circle';
	}

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://hub');
		const host = request.headers.host ?? '';
		const path = decodeURIComponent(pathname);
		const cors = {
			'access-control-allow-origin': '*',
			'access-control-allow-headers': 'authorization, range',
			'access-control-expose-headers':
				'X-Repo-Commit, X-Linked-Etag, X-Linked-Size, ETag, Content-Range, Accept-Ranges, Retry-After, Link',
		};
		if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
		const {range = null, authorization = null} = request.headers;
		seen.push({host, method: request.method ?? '', path, range, authorization});
		const end = (status: number, headers: Record<string, string> = {}, body: string | Uint8Array = '') =>
			void response.writeHead(status, {...cors, ...headers}).end(body);
		const json = (value: unknown) => end(200, {'content-type': 'application/json'}, JSON.stringify(value));

		const api = /^\/api\/models\/(.+?)\/(revision|tree)\/(.+)$/.exec(path);
		const resolve = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
		const cdn = /^\/cdn\/(.+?)\/files\/(.+)$/.exec(path);
		const branches = branchesOf((api ?? resolve ?? cdn)?.[1] ?? '');
		// As the Hub does: who may not see a repository does not learn whether there is one.
		if (branches.length === 0) return end(cdn ? 404 : 401);
		const wanted = api?.[3] ?? resolve?.[2] ?? searchParams.get('commit');
		const repo =
			branches.find(({commit, revision = 'main'}) => wanted === commit || wanted === revision) ?? branches[0];
		if (!cdn && repo.token && authorization !== `Bearer ${repo.token}`) return end(401);
		const asked = api?.[2] ?? (resolve ?? cdn)![resolve ? 3 : 2];
		const [first] = faults.get(asked) ?? [];
		if (answers(first, request, response)) return void (first.kind === 'silent' && faults.get(asked)!.shift());
		if (api?.[2] === 'revision') {
			if (api[3] !== (repo.revision ?? 'main') && api[3] !== repo.commit) return end(404);
			return json({id: api[1], sha: repo.commit, cardData: repo.licence ? {license: repo.licence} : undefined});
		}
		if (api) {
			const all = [
				...Object.entries(repo.files).map(([path, bytes]) => treeEntry(path, bytes)),
				...(repo.listed ?? []),
			];
			const at = Number(searchParams.get('cursor'));
			const end = at + (repo.page ?? all.length);
			const next = `<${hub.address}${pathname}?recursive=true&cursor=${end}>; rel="next"`;
			const headers = {...cors, 'content-type': 'application/json', ...(end < all.length ? {link: next} : {})};
			return void response.writeHead(200, headers).end(JSON.stringify(all.slice(at, end)));
		}

		const name = (resolve ?? cdn)![resolve ? 3 : 2];
		const bytes = repo.files[name];
		if (!bytes) return end(404);
		if (resolve && repo.gated) return end(403, {'x-error-code': 'GatedRepo'});
		if (resolve && bytes.length > LARGE) {
			return end(302, {
				location: `http://localhost:${port}/cdn/${resolve[1]}/files/${name}?commit=${repo.commit}`,
				'x-repo-commit': repo.commit,
				'x-linked-etag': `"${checksum('sha256', bytes)}"`,
				'x-linked-size': String(bytes.length),
			});
		}
		await sendFile(response, bytes, name, range, repo.commit, cors);
	}

	async function sendFile(
		response: ServerResponse,
		whole: Uint8Array,
		name: string,
		range: string | null,
		commit: string,
		cors: Record<string, string>,
	): Promise<void> {
		const list = faults.get(name) ?? [];
		const fault = list.shift() ?? {kind: 'ok'};
		let bytes = whole;
		if (fault.kind === 'status') return void response.writeHead(fault.status, {...cors, ...fault.headers}).end();
		if (fault.kind === 'flip') {
			bytes = whole.slice();
			bytes[fault.at] ^= 1;
		}
		if (fault.kind === 'short') bytes = whole.subarray(0, whole.length - fault.by);
		const from = range && fault.kind !== 'no-ranges' ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
		if (from >= bytes.length && from > 0)
			return void response.writeHead(416, {...cors, 'content-range': `bytes */${bytes.length}`}).end();
		const headers = {
			...cors,
			etag: fault.kind === 'changed' ? '"another"' : `"${checksum('sha1', whole)}"`,
			'content-length': String(bytes.length - from),
			'accept-ranges': 'bytes',
			// Where a large file comes from knows no commits.
			...(whole.length > LARGE ? {} : {'x-repo-commit': commit}),
			...(from > 0 ? {'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`} : {}),
			...(fault.kind === 'range' && fault.header ? {'content-range': fault.header} : {}),
		};
		if (fault.kind === 'range' && fault.header === null) delete (headers as Record<string, string>)['content-range'];
		response.writeHead(from > 0 ? 206 : 200, headers);
		const until = fault.kind === 'cut' ? Math.min(bytes.length, from + fault.after) : bytes.length;
		const pieces = hub.trickle;
		for (let at = from; !pieces && at < until; at += AT_ONCE)
			response.write(bytes.subarray(at, Math.min(until, at + AT_ONCE)));
		for (let at = from; pieces && at < until && !response.destroyed; at += pieces.bytes) {
			response.write(bytes.subarray(at, Math.min(until, at + pieces.bytes)));
			await new Promise(resolve => setTimeout(resolve, hub.trickle?.milliseconds ?? 0));
		}
		// What was written must have been read before the connection is cut: a reader drops what it has not taken by then.
		if (fault.kind === 'cut') setTimeout(() => response.destroy(), CUT_AFTER);
		else response.end();
	}

	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	({port} = server.address() as AddressInfo);
	hub.address = `http://127.0.0.1:${port}`;
	return hub;
}

const treeEntry = (path: string, bytes: Uint8Array) => ({
	type: 'file',
	path,
	size: bytes.length,
	oid: bytes.length > LARGE ? checksum('sha256', bytes).slice(0, 40) : sha('sha1', `blob ${bytes.length}\0`, bytes),
	...(bytes.length > LARGE ? {lfs: {oid: checksum('sha256', bytes), size: bytes.length, pointerSize: 134}} : {}),
});
