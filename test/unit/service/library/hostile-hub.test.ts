import * as v from 'valibot';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import type {LibraryMethod} from '../../../../src/protocol/questions/library.ts';
import {HubSettings, type LibraryState, type Offer} from '../../../../src/protocol/values/models.ts';
import {Hub} from '../../../../src/service/library/hub.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {inspect as inspectAt} from '../../../../src/service/library/offer.ts';
import {makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {type HubServer, serveHub} from '../../../helpers/hub-server.ts';
import {MemoryFolder} from '../../../helpers/memory-folder.ts';
import {onnxRepository} from '../../../helpers/onnx-repository.ts';
import {waitFor} from '../../../helpers/wait.ts';

/** A Hub that means ill, or is broken: nothing leaves its folder, nothing waits for ever, and the blame goes where it belongs. */

let hub: HubServer;
let folder: MemoryFolder;
let library: Library;
beforeAll(async () => {
	hub = await serveHub();
});
afterAll(() => hub.dispose());
beforeEach(() => {
	folder = new MemoryFolder();
	hub.seen.length = 0;
	library = new Library({
		folder,
		bundled: null,
		goesOn: true,
		access: {
			settings: async () => ({address: hub.address, token: '', offline: false}),
			fetch: (address, init) => fetch(address, init),
			now: () => Date.now(),
			async wait(_, signal) {
				await new Promise(resolve => setTimeout(resolve));
				signal.throwIfAborted();
			},
		},
		storage: async () => ({used: folder.used, quota: 1e12}),
		takeFiles: async () => [],
	});
});
afterEach(() => {
	for (const name of ['revision', 'tree', 'config.json', 'model.safetensors']) hub.fail(name);
});

const ask = (method: LibraryMethod, params: unknown, signal = new AbortController().signal) =>
	library.answer(method, params, signal, () => {}) as Promise<never>;
const inspect = (repo: string, signal?: AbortSignal): Promise<Offer> =>
	ask('inspect', {repo, revision: 'main'}, signal);
async function take(repo: string): Promise<string> {
	const {revision, commit} = await inspect(repo);
	const {id} = (await ask('download', {repo, revision, commit})) as {id: string};
	return id;
}
const files = makeCheckpoint({layers: 2, width: 32, vocabSize: 600});

describe('a path', () => {
	test.each([
		'onnx/model.onnx_data/../../../../escaped.txt',
		'../escaped.txt',
		'/etc/passwd',
		'onnx//model.onnx',
		'onnx/./model.onnx',
		'onnx\\model.onnx',
		'C:/model.onnx',
		'onnx/model\0.onnx',
		'.. /escaped.txt',
	])('%j of a Hub is refused when the tree is read, and nothing is written', async path => {
		hub.put('test/evil', {
			files: onnxRepository(),
			listed: [{type: 'file', path, size: 3, oid: 'a'.repeat(40)}],
		});
		await expect(inspect('test/evil')).rejects.toThrow(/leads out of its folder/);
		expect(folder.files.size).toBe(0);
	});

	test('that only begins as an export’s data does is not taken', async () => {
		hub.put('test/data', {
			files: {
				...onnxRepository(),
				'onnx/model.onnx_data.exe': new Uint8Array(9),
				'onnx/model.onnx_data_1': new Uint8Array(9),
			},
		});
		const {files} = await inspect('test/data');
		expect(files.map(({path}) => path).filter(path => path.includes('_data'))).toEqual([
			'onnx/model.onnx_data',
			'onnx/model.onnx_data_1',
		]);
	});
});

describe('a Hub that is silent', () => {
	beforeEach(() => void vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']}));
	afterEach(() => void vi.useRealTimers());

	test.each(['revision', 'tree', 'config.json'])('at the question for %s is given up with a sentence', async what => {
		hub.put('test/good', {files});
		hub.fail(what, {kind: 'silent'});
		let said: Error | null = null;
		inspect('test/good').catch(error => {
			said = error;
		});
		await silence(() => hub.seen.some(({path}) => path.includes(what)));
		await vi.advanceTimersByTimeAsync(61_000);
		await vi.waitFor(() => expect(said?.message).toMatch(/has sent nothing for 60 s\. Try again later/));
	});

	test('is not waited for once the question is taken back', async () => {
		hub.put('test/good', {files});
		hub.fail('tree', {kind: 'silent'});
		const controller = new AbortController();
		const asked = inspect('test/good', controller.signal);
		asked.catch(() => {});
		await silence(() => hub.seen.some(({path}) => path.includes('tree')));
		controller.abort(new Error('taken back'));
		await expect(asked).rejects.toThrow('taken back');
	});

	/** Until the Hub has been asked; timers do not run by themselves here. */
	const silence = (asked: () => boolean) => vi.waitUntil(() => asked());
});

test('settings that never come are not waited for once the question is taken back', async () => {
	const hub = new Hub({
		settings: () => new Promise(() => {}),
		fetch: () => new Promise(() => {}),
		now: () => 0,
		wait: async () => {},
	});
	const controller = new AbortController();
	const asked = hub.json('https://hub.test', '/api', 'x', {signal: controller.signal});
	controller.abort(new Error('taken back'));
	await expect(asked).rejects.toThrow('taken back');
});

describe('the blame', () => {
	test('for redirects in a circle is the Hub’s, and they are not followed for ever', async () => {
		hub.put('test/good', {files});
		hub.fail('tree', {kind: 'circle'});
		await expect(inspect('test/good')).rejects.toThrow(/redirects the request for test\/good in a circle/);
		hub.fail('tree');
		hub.fail('model.safetensors', {kind: 'circle'});
		const id = await take('test/good');
		await expect(library.finished(id)).rejects.toThrow(/redirects the request for model\.safetensors in a circle/);
	});

	test.each(['bytes */*', 'x', 'bytes 5000-9/*x'])(
		'for a part with the Content-Range %j is the Hub’s',
		async header => {
			hub.put('test/good', {files});
			hub.fail('model.safetensors', {kind: 'cut', after: 5000}, {kind: 'range', header});
			const id = await take('test/good');
			await expect(library.finished(id)).rejects.toThrow(/was sent in part, and the Hub does not say which part/);
			// The part that was right is still there, and is not fetched again.
			hub.fail('model.safetensors');
			await ask('resume', {id});
			await library.finished(id);
			expect(hub.seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
		},
	);

	test.each([-5, 1.5, 1e300])('for a size of %d is the Hub’s', async size => {
		hub.put('test/good', {
			files,
			listed: [{type: 'file', path: 'x.bin', size: 3, lfs: {oid: 'a'.repeat(64), size}}],
		});
		await expect(inspect('test/good')).rejects.toThrow(/describes test\/good in an unknown way/);
	});

	test('for a small file of a gigabyte', async () => {
		const {'tokenizer.json': _, ...rest} = files;
		hub.put('test/big', {
			files: rest,
			listed: [{type: 'file', path: 'tokenizer.json', size: 1e9, oid: 'a'.repeat(40)}],
		});
		await expect(inspect('test/big')).rejects.toThrow(/tokenizer\.json has 1\.00 GB, .* may have 100 MB/);
	});

	test('for a commit that is another than the one that was asked for', async () => {
		const other = {json: async () => ({sha: 'b'.repeat(40)})} as unknown as Hub;
		const limits = {storage: {used: 0, quota: 1}, memoryLimit: 1, isPresent: async () => false};
		const asked = inspectAt(other, 'https://hub.test', 'a/b', 'a'.repeat(40), limits, {
			signal: new AbortController().signal,
		});
		await expect(asked).rejects.toThrow(/is of the commit bbbbbbbbbbbb now/);
	});
});

test.each(['https://[', 'https://huggingface.co:99999', 'https://a b', 'http://huggingface.co'])(
	'%s is no address of a Hub',
	address => {
		expect(v.safeParse(HubSettings, {address, token: '', offline: false}).success).toBe(false);
	},
);

describe('a long list of files', () => {
	test('is read to its end, page after page', async () => {
		const many = Array.from({length: 2500}, (_, i) => ({
			type: 'file',
			path: `a/${i}.txt`,
			size: 1,
			oid: 'a'.repeat(40),
		}));
		hub.put('test/many', {files, listed: many, page: 1000});
		const {'config.json': config, ...others} = files;
		expect((await inspect('test/many')).files).toHaveLength(3);
		hub.put('test/last', {files: {...others, 'config.json': config}, page: 1});
		expect((await inspect('test/last')).files).toHaveLength(3);
	});

	test('without an end is given up', async () => {
		hub.put('test/endless', {
			files,
			listed: Array.from({length: 200}, () => ({type: 'directory', path: 'a'})),
			page: 1,
		});
		await expect(inspect('test/endless')).rejects.toThrow(/list of files of test\/endless does not end/);
	});
});

test('the Hub is asked about an offer once, also when it is taken, paused and resumed', async () => {
	hub.put('test/good', {files});
	hub.trickle = {bytes: 4000, milliseconds: 20};
	const id = await take('test/good');
	await waitFor('some bytes', async () => (await library.state()).downloads[0]?.done > 40_000);
	await ask('pause', {id});
	hub.trickle = null;
	await ask('resume', {id});
	await library.finished(id);
	expect(hub.seen.filter(({path}) => path.startsWith('/api/')).map(({path}) => path.split('/')[5])).toEqual([
		'revision',
		'tree',
	]);
	// What had come before the pause did not come again.
	const from = Number(/\d+/.exec(hub.seen.at(-1)?.range ?? '')?.[0]);
	expect(from).toBeGreaterThan(0);
});

describe('watching', () => {
	test('that is taken back while the first state is read ends', async () => {
		let give = (_: string[]) => {};
		folder.list = path => (path === 'models' ? new Promise(resolve => (give = resolve)) : Promise.resolve([]));
		const controller = new AbortController();
		const states: LibraryState[] = [];
		const watch = library.answer('library', {}, controller.signal, state => states.push(state)) as Promise<unknown>;
		watch.catch(() => {});
		await new Promise(resolve => setTimeout(resolve));
		controller.abort(new Error('taken back'));
		give([]);
		await expect(watch).rejects.toThrow('taken back');
		expect(states).toEqual([]);
	});
});
