import {beforeEach, describe, expect, test} from 'vitest';
import type {LibraryMethod} from '../../../../src/protocol/questions/library.ts';
import type {Offer} from '../../../../src/protocol/values/models.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {readModel} from '../../../../src/service/library/manifest.ts';
import {type CheckpointFiles, makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {KillableFolder, MemoryFolder} from '../../../helpers/memory-folder.ts';
import {memoryHub} from '../../../helpers/memory-hub.ts';
import {waitFor} from '../../../helpers/wait.ts';

/** What a person does to a download at the moments when it hurts, and what is left when the browser ends at any of them. */

const FILES = makeCheckpoint({layers: 1, width: 32, vocabSize: 600});
const hub = memoryHub({'test/good': FILES, 'test/other': makeCheckpoint({layers: 1, width: 32, vocabSize: 300})});

let folder: MemoryFolder;
let library: Library;
const open = (on: MemoryFolder | KillableFolder = folder, goesOn = true) =>
	new Library({
		folder: on,
		bundled: null,
		goesOn,
		access: hub.access,
		storage: async () => ({used: 0, quota: 1e12}),
		takeFiles: async () => handed,
	});
let handed: {path: string; size: number; stream(from: number): AsyncIterable<Uint8Array>}[];
beforeEach(() => {
	hub.reset();
	folder = new MemoryFolder();
	library = open();
	handed = [];
});

const ask = (method: LibraryMethod, params: unknown, of = library) =>
	of.answer(method, params, new AbortController().signal, () => {}) as Promise<unknown>;
/** A library answers once everything is taken up. */
const started = (of: Library) => ask('choose', {id: 'none'}, of).catch(() => {});
/** Until the Hub sends the weights. */
const halfWay = () =>
	waitFor('the weights', () => hub.sent.some(({path}) => path.includes('model.safetensors')), {interval: 0});

async function take(of = library, repo = 'test/good'): Promise<string> {
	const {revision, commit} = (await ask('inspect', {repo, revision: 'main'}, of)) as Offer;
	return ((await ask('download', {repo, revision, commit}, of)) as {id: string}).id;
}

/** Stops the folder at the first write or read of a path that ends so, until `go`. */
function stopAt(method: 'read' | 'write', end: string) {
	const original = folder[method].bind(folder) as (path: string, bytes: Uint8Array) => Promise<never>;
	let go = () => {};
	const isOpen = new Promise<void>(resolve => (go = resolve));
	const reached = new Promise<void>(resolve => {
		folder[method] = async (path: string, bytes: Uint8Array = new Uint8Array(0)) => {
			if (path.endsWith(end)) {
				resolve();
				await isOpen;
			}
			return original(path, bytes);
		};
	});
	return {reached, go};
}

describe('while it is sealed', () => {
	const sealing = async () => {
		const stop = stopAt('write', 'manifest.json');
		const id = await take();
		await stop.reached;
		expect((await library.state()).downloads).toMatchObject([{id, phase: 'sealing'}]);
		return {id, go: stop.go};
	};

	test('a pause waits for its end and leaves no ghost that a restart would take up', async () => {
		const {id, go} = await sealing();
		const pausing = ask('pause', {id});
		go();
		await pausing;
		expect((await library.state()).downloads).toEqual([]);
		await expectStored(id);
		const later = open();
		await started(later);
		expect((await later.state()).downloads).toEqual([]);
	});

	test('a discard waits for its end and then removes what was made', async () => {
		const {id, go} = await sealing();
		const discarding = ask('discard', {id});
		await waitFor('it to be said', async () => (await library.state()).downloads[0]?.phase === 'discarded');
		go();
		await discarding;
		expect(await library.state()).toMatchObject({downloads: [], models: []});
		expect([...folder.files.keys()]).toEqual([]);
	});

	test('one that is discarded and wanted again is fetched again', async () => {
		const {id, go} = await sealing();
		const discarding = ask('discard', {id});
		await waitFor('it to be said', async () => (await library.state()).downloads[0]?.phase === 'discarded');
		const again = take();
		go();
		await Promise.all([discarding, again]);
		await library.finished(id);
		await expectStored(id);
	});
});

test('a record that says “paused” beside a stored model is cleared away, and the model’s files stay as they are', async () => {
	const id = await take();
	await library.finished(id);
	const before = new Map(folder.files);
	const record = {
		id,
		repo: 'test/good',
		revision: 'main',
		commit: hub.commit('test/good'),
		address: hub.address,
		total: 1,
	};
	await folder.write(
		`downloads/${id}/job.json`,
		new TextEncoder().encode(JSON.stringify({...record, state: {phase: 'paused'}})),
	);
	const later = open();
	await expect(ask('resume', {id}, later)).rejects.toThrow(/There is no download/);
	expect(folder.files).toEqual(before);
});

test('pauses and resumes at once end in the last of them', async () => {
	const id = await take();
	const [last] = (
		await Promise.allSettled(
			['pause', 'resume', 'pause', 'resume', 'pause'].map(method => ask(method as 'pause', {id})),
		)
	).slice(-1);
	expect(last.status).toBe('fulfilled');
	expect((await library.state()).downloads).toMatchObject([{id, phase: 'paused', refusals: null}]);
	await Promise.all(['resume', 'pause', 'resume'].map(method => ask(method as 'pause', {id})));
	await library.finished(id);
	await expectStored(id);
});

test('a file whose checksum another version had begun is begun anew', async () => {
	hub.hold('model.safetensors');
	const id = await take();
	await halfWay();
	await ask('pause', {id});
	const path = `downloads/${id}/progress.json`;
	const progress = JSON.parse(new TextDecoder().decode((await folder.read(path))!));
	const current = {path: 'model.safetensors', position: 4096, hash: btoa('of another version'), header: null};
	await folder.write(path, new TextEncoder().encode(JSON.stringify({...progress, current})));
	hub.release('model.safetensors');
	const later = open();
	await started(later);
	await ask('resume', {id}, later);
	await later.finished(id);
	expect(hub.sent.at(-1)).toEqual({path: expect.stringContaining('model.safetensors'), from: 0});
	library = later;
	await expectStored(id);
});

test('choices at once are written one after the other, and the last one holds', async () => {
	const ids = [await take(), await take(library, 'test/other')];
	for (const id of ids) await library.finished(id);
	let writing = 0;
	const write = folder.write.bind(folder);
	folder.write = async (path, bytes) => {
		if (path === 'active.json' && ++writing > 1)
			throw new DOMException('createSyncAccessHandle', 'NoModificationAllowedError');
		await new Promise(resolve => setTimeout(resolve));
		await write(path, bytes);
		if (path === 'active.json') writing--;
	};
	await Promise.all(Array.from({length: 30}, (_, i) => ask('choose', {id: ids[i % 2]})));
	expect((await library.state()).active).toBe(ids[1]);
});

test('a failure is still told after a restart', async () => {
	hub.damage('model.safetensors');
	const id = await take();
	await expect(library.finished(id)).rejects.toThrow(/another checksum/);
	const later = open();
	await waitFor('it to be listed', async () => (await later.state()).downloads.length === 1);
	const [{phase, refusals}] = (await later.state()).downloads;
	expect([phase, refusals?.map(({code}) => code)]).toEqual(['failed', ['hub-checksum']]);
});

test('the command line goes on with the download that it was asked for and no other', async () => {
	hub.hold('model.safetensors');
	const [mine, other] = [await take(), await take(library, 'test/other')];
	await waitFor('both', () => hub.sent.filter(({path}) => path.includes('model.safetensors')).length === 2);
	const copy = new MemoryFolder(folder.files);
	hub.reset();
	const cli = open(copy, false);
	expect(await take(cli)).toBe(mine);
	await cli.finished(mine);
	expect(hub.asked.some(path => path.startsWith('/test/other/'))).toBe(false);
	expect((await cli.state()).downloads).toMatchObject([{id: other, phase: 'paused'}]);
});

describe('files from the disk', () => {
	const never = (): AsyncIterable<Uint8Array> => ({
		[Symbol.asyncIterator]: () => ({next: () => new Promise<never>(() => {})}),
	});
	const give = (files: CheckpointFiles, stream?: (name: string) => AsyncIterable<Uint8Array> | null) => {
		handed = Object.entries(files).map(([name, bytes]) => ({
			path: `mine/${name}`,
			size: bytes.length,
			stream: (from: number) =>
				stream?.(name) ??
				(async function* () {
					yield bytes.subarray(from);
				})(),
		}));
		return ask('importFiles', {key: 'k', name: 'mine'}) as Promise<{id: string}>;
	};

	test.each([
		[
			'cannot be read any more',
			async function* () {
				yield FILES['model.safetensors'].subarray(0, 5000);
				throw new DOMException('gone', 'NotReadableError');
			},
		],
		[
			'became shorter',
			async function* () {
				yield FILES['model.safetensors'].subarray(0, 5000);
			},
		],
	])('that %s meanwhile are blamed by name', async (_, stream) => {
		const {id} = await give(FILES, name =>
			name === 'model.safetensors' ? (stream() as AsyncIterable<Uint8Array>) : null,
		);
		await expect(library.finished(id)).rejects.toThrow(/mine\/model\.safetensors was changed while it was read/);
	});

	test('on a disk that does not answer any more can be discarded', async () => {
		const {id} = await give(FILES, name => (name === 'model.safetensors' ? never() : null));
		await waitFor('a file', () => folder.files.has(`models/${id}/config.json`));
		await ask('discard', {id});
		expect([...folder.files.keys()]).toEqual([]);
	});

	test('that were cut off by the end of the browser leave nothing behind', async () => {
		const {id} = await give(FILES, name => (name === 'model.safetensors' ? never() : null));
		await waitFor('a file', () => folder.files.has(`models/${id}/config.json`));
		const left = new MemoryFolder(folder.files);
		const later = open(left);
		await started(later);
		expect(await later.state()).toMatchObject({models: [], downloads: []});
		expect([...left.files.keys()]).toEqual([]);
	});
});

/** What a person does, from nothing to a model or to nothing; the browser ends before or after each write of it. */
const STORIES: Record<string, (of: Library) => Promise<unknown>> = {
	'a download': async of => of.finished(await take(of)),
	'a discard': async of => {
		const id = await take(of);
		await halfWay();
		await ask('discard', {id}, of);
	},
	'a pause': async of => {
		const id = await take(of);
		await halfWay();
		await ask('pause', {id}, of);
	},
	'a removal': async of => {
		const id = await take(of);
		await of.finished(id);
		await ask('remove', {id}, of);
	},
	'a choice and its removal': async of => {
		const id = await take(of);
		await of.finished(id);
		await ask('choose', {id}, of);
		await ask('remove', {id}, of);
	},
};

test.each(Object.entries(STORIES))(
	'the end of the browser at any write of %s leaves what can go on',
	async (_, story) => {
		const all = new KillableFolder(new MemoryFolder(), Number.POSITIVE_INFINITY);
		await story(open(all));
		expect(all.writes).toBeGreaterThan(4);
		for (let kill = 0; kill < all.writes; kill++) {
			hub.reset();
			const disk = new MemoryFolder();
			const dying = new KillableFolder(disk, kill);
			await Promise.race([story(open(dying)).catch(() => {}), dying.killed]);
			const later = open(disk, false);
			await started(later);
			const {models, downloads} = await later.state();
			expect(models.length + downloads.length).toBeLessThanOrEqual(1);
			for (const {id} of models) await readModel(disk, id);
			for (const {id, phase} of downloads) {
				expect(['paused', 'failed']).toContain(phase);
				await ask('resume', {id}, later);
				await later.finished(id);
				await readModel(disk, id);
			}
			if (models.length + downloads.length === 0)
				expect([...disk.files.keys()].filter(path => path !== 'active.json')).toEqual([]);
		}
	},
);

async function expectStored(id: string) {
	expect((await library.state()).models.map(model => model.id)).toEqual([id]);
	await readModel(folder, id);
}
