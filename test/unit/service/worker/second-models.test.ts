import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import type {ModelLoan} from '../../../../src/service/call.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {readModel, storedModels} from '../../../../src/service/library/manifest.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {checkRoom, draftAmong, type ModelStore, secondModels} from '../../../../src/service/worker/second-models.ts';
import {askService} from '../../../helpers/ask-service.ts';
import {type CheckpointFiles, makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {MemoryFolder} from '../../../helpers/memory-folder.ts';
import {openModel} from '../../../helpers/open-model.ts';

/** Models beside the one that answers, from the storage as the library leaves them. */

const SHAPES = {
	large: {layers: 3, width: 32, contextLength: 100, vocabSize: 300},
	middle: {layers: 2, width: 32, contextLength: 64, vocabSize: 300},
	small: {layers: 1, width: 16, contextLength: 64, vocabSize: 300},
	stranger: {layers: 1, width: 16, contextLength: 64, vocabSize: 400},
};

let folder: MemoryFolder;
let library: Library;
let ids: Record<keyof typeof SHAPES, string>;
let active: {id: string; model: OpenModel};
/** Which models are open beside it, by their order. */
let open: string[];
let store: ModelStore;

const ask = (method: 'importFiles' | 'remove', params: unknown) =>
	library.answer(method, params, new AbortController().signal, () => {});

beforeEach(async () => {
	folder = new MemoryFolder();
	let handed: CheckpointFiles = {};
	library = new Library({
		folder,
		bundled: null,
		access: {
			settings: async () => ({address: 'http://localhost', token: '', offline: true}),
			fetch,
			now: () => Date.now(),
			wait: async () => {},
		},
		storage: async () => ({used: folder.used, quota: 1e12}),
		goesOn: true,
		takeFiles: async () =>
			Object.entries(handed).map(([path, bytes]) => ({
				path,
				size: bytes.length,
				async *stream(from: number) {
					yield bytes.subarray(from);
				},
			})),
	});
	ids = {...SHAPES} as never;
	for (const name of Object.keys(SHAPES) as (keyof typeof SHAPES)[]) {
		handed = makeCheckpoint(SHAPES[name]);
		const {id} = (await ask('importFiles', {key: name, name})) as {id: string};
		await library.finished(id);
		ids[name] = id;
	}
	open = [];
	store = {
		list: () => storedModels(folder),
		async open(id) {
			const model = await openModel(await readModelFiles((await readModel(folder, id)).read), {threads: 1});
			open.push(id);
			const {lm} = model;
			const dispose = lm.dispose.bind(lm);
			lm.dispose = async () => {
				open = open.filter(one => one !== id);
				await dispose();
			};
			return model;
		},
	};
	active = {id: ids.large, model: await store.open(ids.large)};
});
afterEach(() => active.model.lm.dispose());

const memoryOf = async (id: string) => (await storedModels(folder)).find(model => model.id === id)!.memory;
const logits = async ({model}: {model: OpenModel}) => (await model.lm.prefill([1, 2, 3])).logits;

describe('a second model', () => {
	test('is opened by its id, and closed when another is asked for', async () => {
		const second = secondModels(active, store, 1e12);
		const small = await second(ids.small, logits);
		expect(small).toHaveLength(300);
		expect(open).toEqual([ids.large, ids.small]);
		expect(await second(ids.small, logits)).toEqual(small);
		expect(await second(ids.middle, logits)).not.toEqual(small);
		expect(open).toEqual([ids.large, ids.middle]);
	});

	test('is the one that answers when it is asked for by its id', async () => {
		const second = secondModels(active, store, 1e12);
		expect(await second(ids.large, async ({model}) => model)).toBe(active.model);
	});

	test('stays open while it is used, also when another is asked for', async () => {
		const second = secondModels(active, store, 1e12);
		await second(ids.small, async one => {
			await second(ids.middle, logits);
			expect(open).toEqual([ids.large, ids.small, ids.middle]);
			expect(await logits(one)).toHaveLength(300);
		});
	});

	test('is refused with the figures where there is no room for both', async () => {
		const limit = (await memoryOf(ids.large)) + (await memoryOf(ids.middle)) - 1;
		await expect(secondModels(active, store, limit)(ids.middle, logits)).rejects.toMatchObject({
			code: 'out-of-memory',
			message: expect.stringMatching(/^middle needs [\d.]+ MB of memory beside the [\d.]+ MB of the open models/),
		});
		expect(open).toEqual([ids.large]);
	});

	test('is refused where another was asked for at the same moment, and there is room for one of them', async () => {
		const [middle, small] = [await memoryOf(ids.middle), await memoryOf(ids.small)];
		const second = secondModels(active, store, (await memoryOf(ids.large)) + middle + small - 1);
		const asked = await Promise.allSettled([second(ids.middle, logits), second(ids.small, logits)]);
		expect(asked.map(({status}) => status)).toEqual(['fulfilled', 'rejected']);
		expect(open).toEqual([ids.large, ids.middle]);
	});

	test.each(['nobody@1', '../../features/models', 'gpt2-mini'])('%s, which is not here, is refused', async id => {
		await expect(secondModels(active, store, 1e12)(id, logits)).rejects.toMatchObject({code: 'bad-parameter'});
	});

	test('that is removed while it is used answers to the end, and is then not here any more', async () => {
		const second = secondModels(active, store, 1e12);
		await second(ids.small, async one => {
			await ask('remove', {id: ids.small});
			expect(await logits(one)).toHaveLength(300);
		});
		await expect(second(ids.small, logits)).rejects.toThrow(/no model .*small.* here any more/);
		expect(await second(ids.middle, logits)).toHaveLength(300);
		expect(open).toEqual([ids.large, ids.middle]);
	});

	test('that is damaged is found so and never used', async () => {
		const path = [...folder.files.keys()].find(path => path.startsWith(`models/${ids.small}/weights`))!;
		folder.files.get(path)![500] ^= 1;
		const second = secondModels(active, store, 1e12);
		await expect(second(ids.small, logits)).rejects.toMatchObject({code: 'bad-model'});
		await expect(second(ids.small, logits)).rejects.toThrow(/damaged/);
		expect(open).toEqual([ids.large]);
	});
});

describe('the draft model', () => {
	const own: ModelLoan = use => use({model: active.model, name: 'its own blocks'});
	const drafter = (limit = 1e12, of = active) =>
		draftAmong(of, store, secondModels(of, store, limit), own, limit)(async ({name}) => name);

	test('is the smallest one that is kept and has the same tokens', async () => {
		expect(await drafter()).toBe('small');
	});

	test('is one that can read the prompt', async () => {
		const draft = draftAmong(active, store, secondModels(active, store, 1e12), own, 1e12);
		expect(await draft(async ({name}) => name, 64)).toBe('small');
		expect(await draft(async ({name}) => name, 65)).toBe('its own blocks');
		const served = {
			...active.model,
			id: 'large',
			card: '',
			threads: 1,
			draft,
			second: secondModels(active, store, 1e12),
		};
		const generation = {...NEUTRAL_GENERATION, numAssistantTokens: 2, doSample: false, maxNewTokens: 4};
		const prompt = {text: 'a '.repeat(40), appended: []};
		const service = new EngineService(async () => served);
		const ask = askService(() => service);
		const {continuations} = await ask('generate', {prompt, generation});
		expect(continuations[0].tokens).toHaveLength(4);
	});

	test('ends its texts as the model does: of SmolLM2, an Instruct drafts for an Instruct', async () => {
		const others: ModelStore = {
			...store,
			async open(id) {
				const opened = await store.open(id);
				const config = {...opened.lm.config, eosTokenIds: [7]};
				return id === ids.small ? {...opened, lm: Object.create(opened.lm, {config: {value: config}})} : opened;
			},
		};
		const draft = draftAmong(active, others, secondModels(active, others, 1e12), own, 1e12);
		expect(await draft(async ({name}) => name)).toBe('middle');
		expect(await draft(async ({name}) => name)).toBe('middle');
	});

	test('is found where the embedding is filled up beyond the last token, as in Pythia and Qwen', async () => {
		const {lm} = active.model;
		const config = {...lm.config, vocabSize: lm.config.vocabSize - 3};
		const filled = {...active, model: {...active.model, lm: Object.create(lm, {config: {value: config}})}};
		expect(await drafter(1e12, filled)).toBe('small');
	});

	test('is a model’s own first blocks where nothing smaller has its tokens, or there is no room', async () => {
		expect(await drafter((await memoryOf(ids.large)) + 1)).toBe('its own blocks');
		await ask('remove', {id: ids.small});
		expect(await drafter()).toBe('middle');
		await ask('remove', {id: ids.middle});
		expect(await drafter()).toBe('its own blocks');
	});
});

test('the draft model is another one while memory is taken', async () => {
	const own: ModelLoan = use => use({model: active.model, name: 'its own blocks'});
	const limit = (await memoryOf(ids.large)) + (await memoryOf(ids.middle));
	const second = secondModels(active, store, limit);
	const draft = draftAmong(active, store, second, own, limit);
	// The comparison with the middle one is under way.
	await second(ids.middle, async () => {
		expect(await draft(async ({name}) => name)).toBe('middle');
	});
	expect(await draft(async ({name}) => name)).toBe('small');
	await expect(draft(() => Promise.reject(new Error('of the use itself')))).rejects.toThrow('of the use itself');
});

test('a copy of a model’s own weights needs room beside it', () => {
	expect(() => checkRoom({name: 'large', memory: 60}, 60, 120)).not.toThrow();
	expect(() => checkRoom({name: 'large', memory: 61}, 60, 120)).toThrow(/^large needs .* beside/);
});

test('the model that answers goes on while it is removed', async () => {
	await ask('remove', {id: ids.large});
	expect(await logits(active)).toHaveLength(300);
	expect((await storedModels(folder)).map(({id}) => id)).not.toContain(ids.large);
	await expect(readModel(folder, ids.large)).rejects.toThrow(/not here any more/);
});
