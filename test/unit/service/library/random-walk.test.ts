import {expect, test} from 'vitest';
import {STORED_WEIGHTS} from '../../../../src/engine/checkpoint/stored-weights.ts';
import type {LibraryMethod} from '../../../../src/protocol/questions/library.ts';
import type {LibraryState, Offer} from '../../../../src/protocol/values/models.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {readModel} from '../../../../src/service/library/manifest.ts';
import {makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {KillableFolder, MemoryFolder} from '../../../helpers/memory-folder.ts';
import {memoryHub} from '../../../helpers/memory-hub.ts';

/**
 * A long life of a library: a person who starts, pauses, resumes, discards, removes and chooses without waiting, a network
 * that stalls and fails, and a browser that ends between any two writes. Whatever is listed is true all the time.
 */

const EVENTS = 2000;
const SEEDS = [1, 2, 3];
const REPOS = {
	'walk/small': makeCheckpoint({layers: 1, width: 16, vocabSize: 300}),
	'walk/good': makeCheckpoint({layers: 1, width: 32, vocabSize: 600}),
	'walk/shards': makeCheckpoint({layers: 2, width: 16, vocabSize: 400, shards: 2}),
};

/** Mulberry32: numbers from 0 to 1. */
const random = (seed: number) => () => {
	seed = (seed + 0x6d2b79f5) | 0;
	let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const ticks = async (count: number) => {
	for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
};
const json = (bytes: Uint8Array | undefined) => (bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null);

test.each(SEEDS)('2,000 events, seed %i', async seed => {
	const next = random(seed);
	const below = (count: number) => Math.floor(next() * count);
	const one = <T>(list: readonly T[]): T => list[below(list.length)];
	const hub = memoryHub(REPOS);
	const ids = new Map(
		Object.keys(REPOS).map(repo => [repo, `${repo.replace('/', '--')}@${hub.commit(repo).slice(0, 12)}`]),
	);
	const disk = new MemoryFolder();
	let folder: KillableFolder;
	let library: Library;
	let kills = 0;
	const begin = (writes = Number.POSITIVE_INFINITY) => {
		folder = new KillableFolder(disk, writes);
		library = new Library({
			folder,
			bundled: null,
			goesOn: true,
			access: {...hub.access, fetch: alive(folder, hub.access.fetch)},
			storage: async () => ({used: 0, quota: 1e12}),
			takeFiles: async () => [],
		});
	};
	/** A browser that has ended asks nothing more. */
	const alive =
		(mine: KillableFolder, fetch: typeof hub.access.fetch): typeof hub.access.fetch =>
		(address, init) =>
			mine.isDead ? new Promise(() => {}) : fetch(address, init);
	const ask = (method: LibraryMethod, params: unknown) =>
		library.answer(method, params, new AbortController().signal, () => {}) as Promise<unknown>;
	/** Without waiting; what it says is the page's to show. */
	const hurl = (method: LibraryMethod, params: unknown) => void ask(method, params).catch(() => {});
	async function take(repo: string) {
		const {revision, commit} = (await ask('inspect', {repo, revision: 'main'})) as Offer;
		await ask('download', {repo, revision, commit});
	}

	const faults: string[] = [];
	hub.onSent = (path, from) => {
		const [, repo, name] = /^\/(.+?)\/resolve\/\w+\/(.+)$/.exec(path)!;
		const id = ids.get(repo)!;
		const progress = json(disk.files.get(`downloads/${id}/progress.json`));
		// To be described, a model's config is read before it is fetched.
		if (name === 'config.json' || name.endsWith('index.json')) return;
		if (disk.files.has(`models/${id}/manifest.json`)) faults.push(`${path} was fetched, and the model is here`);
		if (progress?.finished.some((file: {path: string}) => file.path === name)) faults.push(`${path} came twice`);
		if (progress?.current?.path === name && from < progress.current.position)
			faults.push(`${path} was asked for from ${from}, and ${progress.current.position} bytes are here`);
	};

	async function check(): Promise<LibraryState> {
		// A library answers once everything is taken up.
		await ask('choose', {id: 'none'}).catch(() => {});
		const state = await library.state();
		for (const {id} of state.models) {
			await readModel(disk, id);
			expect(state.downloads.map(download => download.id)).not.toContain(id);
		}
		for (const {done, total, phase, refusals} of state.downloads) {
			expect(done).toBeLessThanOrEqual(total);
			if (phase === 'failed') expect(refusals).not.toBeNull();
		}
		return state;
	}

	const repos = Object.keys(REPOS);
	const events: [number, () => void][] = [
		[6, () => void take(one(repos)).catch(() => {})],
		[5, () => hurl('pause', {id: one([...ids.values()])})],
		[5, () => hurl('resume', {id: one([...ids.values()])})],
		[2, () => hurl('discard', {id: one([...ids.values()])})],
		[2, () => hurl('remove', {id: one([...ids.values()])})],
		[2, () => hurl('choose', {id: one([...ids.values()])})],
		[1, () => hub.fail(below(4))],
		[1, () => hub.damage('model.safetensors')],
		[1, () => (next() < 0.5 ? hub.hold('model.safetensors') : hub.release('model.safetensors'))],
		[1, () => folder.killAfter(below(12))],
	];
	const lots = events.flatMap(([weight, event]) => Array<() => void>(weight).fill(event));

	begin();
	let stored = 0;
	for (let at = 0; at < EVENTS; at++) {
		one(lots)();
		await ticks(below(25));
		if (folder!.isDead) {
			kills++;
			begin();
		}
		if (at % 20 === 0) {
			const writes = folder!.writes;
			const state = await Promise.race([check(), folder!.killed.then(() => null)]);
			stored = Math.max(stored, state?.models.length ?? 0);
			expect(folder!.writes).toBeGreaterThanOrEqual(writes);
		}
	}
	expect(kills).toBeGreaterThan(20);
	expect(stored).toBeGreaterThan(1);

	// In the end everything that is listed can be brought to its end.
	hub.reset();
	folder!.kill();
	begin();
	const {downloads} = await check();
	for (const {id} of downloads) {
		// Those that ran may have come to their end already.
		await ask('resume', {id}).catch(() => {});
		await library!.finished(id);
	}
	const end = await check();
	expect(end.downloads).toEqual([]);
	for (const {id, bytes} of end.models)
		expect(disk.files.get(`models/${id}/${STORED_WEIGHTS}`)?.length).toBeLessThan(bytes);
	const kept = new Set(end.models.map(({id}) => id));
	expect([...disk.files.keys()].filter(path => path !== 'active.json' && !kept.has(path.split('/')[1]))).toEqual([]);
	expect([...kept, 'gpt2-mini']).toContain(end.active);
	expect(faults).toEqual([]);
});
