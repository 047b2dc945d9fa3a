import {createHash} from 'node:crypto';
import {Readable} from 'node:stream';
import type {HubAccess} from '../../src/service/library/hub.ts';
import type {CheckpointFiles} from './checkpoint.ts';

const sha = (algorithm: string, ...parts: (string | Uint8Array)[]) =>
	parts.reduce((hash: ReturnType<typeof createHash>, part) => hash.update(part), createHash(algorithm)).digest('hex');

/** A Hub without a network, for tests that ask it thousands of times: what it is asked for, and what comes, is counted. */
export function memoryHub(repos: Record<string, CheckpointFiles>) {
	const address = 'https://hub.test';
	const commit = (repo: string) => sha('sha1', repo);
	const trees = Object.fromEntries(
		Object.entries(repos).map(([repo, files]) => [
			repo,
			Object.entries(files).map(([path, bytes]) => ({
				type: 'file',
				path,
				size: bytes.length,
				oid: sha('sha1', `blob ${bytes.length}\0`, bytes),
				...(bytes.length > 2000 ? {lfs: {oid: sha('sha256', bytes), size: bytes.length}} : {}),
			})),
		]),
	);
	const held = new Set<string>();
	const damaged = new Set<string>();
	/** Addresses and the positions from which they were sent, in order. */
	const asked: string[] = [];
	const sent: {path: string; from: number}[] = [];
	let down = 0;

	async function* pieces(bytes: Uint8Array, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
		for (let at = 0; at < bytes.length; at += 4096) {
			await new Promise(resolve => setImmediate(resolve));
			if (held.has(name) && at > 0)
				await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
			signal.throwIfAborted();
			yield bytes.subarray(at, at + 4096);
		}
	}

	async function answer(path: string, init: RequestInit): Promise<Response> {
		const signal = init.signal as AbortSignal;
		await new Promise(resolve => setImmediate(resolve));
		signal.throwIfAborted();
		asked.push(path);
		if (down-- > 0) throw new TypeError('Failed to fetch');
		const [, repo, , name] = /^\/(?:api\/models\/)?(.+?)\/(resolve\/\w+|revision|tree)\/(.+?)(?:\?.*)?$/.exec(path)!;
		if (path.startsWith('/api/')) return Response.json(path.includes('/revision/') ? {sha: commit(repo)} : trees[repo]);
		let bytes = repos[repo][name];
		if (damaged.delete(name)) {
			bytes = bytes.slice();
			bytes[bytes.length >> 1] ^= 1;
		}
		const from = Number(/\d+/.exec(new Headers(init.headers).get('range') ?? '0')![0]);
		sent.push({path, from});
		hub.onSent(path, from);
		return new Response(Readable.toWeb(Readable.from(pieces(bytes.subarray(from), name, signal))) as ReadableStream, {
			status: from > 0 ? 206 : 200,
			headers: from > 0 ? {'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`} : {},
		});
	}

	const access: HubAccess = {
		settings: async () => ({address, token: '', offline: false}),
		fetch: (url, init) => answer(url.slice(address.length), init),
		now: () => performance.now(),
		async wait(_, signal) {
			await new Promise(resolve => setImmediate(resolve));
			signal.throwIfAborted();
		},
	};
	const hub = {
		/** Called for every file that is sent, and from where. */
		onSent: (_path: string, _from: number) => {},
		address,
		access,
		asked,
		sent,
		commit,
		/** The file of this name is sent in part, and its end does not come. */
		hold: (name: string) => void held.add(name),
		release: (name: string) => void held.delete(name),
		/** The file of this name arrives with a wrong byte, once. */
		damage: (name: string) => void damaged.add(name),
		/** So many requests are not answered. */
		fail(requests: number) {
			down = requests;
		},
		reset() {
			held.clear();
			damaged.clear();
			asked.length = 0;
			sent.length = 0;
			down = 0;
		},
	};
	return hub;
}
