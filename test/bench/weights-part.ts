import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {casesOf, FULL, QUICK, type Sizes} from './cases.ts';
import {CONTENDERS, type ContenderName, HOSTS, type HostName, PATHS} from './contract.ts';
import type {Host} from './host.ts';
import {Measurements, measureCases} from './measurements.ts';
import {memoryRate} from './memory-rate.ts';
import {type FirstSeconds, openAll, warmUp} from './opening.ts';
import {type Passages, readPassages, readTokenizer} from './prompts.ts';
import type {Part, PartOptions} from './report.ts';
import {largestDifference} from './same-bits.ts';
import {buildSite, serveSite} from './site.ts';
import {type ThreadsResult, threadScaling} from './thread-scaling.ts';
import {prepareWeights, stepBytes, WEIGHTS, type WeightFolders, type WeightsName} from './weights.ts';
import {weightsReport} from './weights-report.ts';

/** Everything that was measured with one set of weights. */
export interface WeightsResult {
	name: WeightsName;
	sizes: Sizes;
	threads: number;
	measurements: Measurements;
	firstSeconds: Partial<Record<HostName, FirstSeconds>>;
	/** Bytes of the file with the weights. */
	fileBytes: Record<HostName, number>;
	/** WASM memory when opened. */
	openedHeapBytes: Partial<Record<HostName, number | null>>;
	/** Most memory of the process in the whole run. */
	peakBytes: Partial<Record<HostName, number | null>>;
	/** After how many of so many prompts the class put first is ours. */
	agreement: Partial<Record<HostName, {same: number; of: number}>>;
	/** Bytes of weights that a step must read, of cache for each position before it, and how many this machine reads in a second. */
	bound: {bytes: number; bytesPerPosition: number; bytesPerSecond: number};
	/** Between a prompt and the same prompt whose last tokens are appended. */
	largestLogitDifference: number | null;
	byThreads: readonly ThreadsResult[];
	/** Why there is nothing of the native engine, if there is not. */
	nativeAbsent: string | null;
}

/** All engines with one set of weights. */
export const weightsPart = (name: WeightsName): Part => ({
	title: WEIGHTS[name],
	async measure(options) {
		options.say('Preparing the weights and a page with the engines ...');
		const weights = await prepareWeights(name);
		const site = await mkdtemp(join(tmpdir(), 'bench-'));
		await buildSite(site);
		const server = await serveSite(site, weights);
		const hosts = new Map<HostName, Host>();
		try {
			return weightsReport(await measureWeights(weights, server.url, hosts, options));
		} finally {
			for (const host of hosts.values()) await host.dispose();
			await server.dispose();
			await rm(site, {recursive: true});
		}
	},
});

async function measureWeights(
	weights: WeightFolders,
	url: string,
	hosts: Map<HostName, Host>,
	{quick, rounds, threads, only, contenders, say}: PartOptions,
): Promise<WeightsResult> {
	const sizes = quick ? QUICK : {...FULL, patient: weights.name === 'mini'};
	const tokenizer = await readTokenizer(weights.stored);
	const passages = await readPassages(tokenizer);
	const wanted = (contender: ContenderName) => contenders === null || contenders.includes(contender);
	const names = HOSTS.filter(host =>
		Object.entries(CONTENDERS).some(([name, contender]) => contender.host === host && wanted(name as ContenderName)),
	);
	const all = only === null;
	const {prompt, following} = passages.take(32, 32);
	const measurements = new Measurements();
	const places = {url, models: weights.models};
	const textless = Array.from({length: tokenizer.size}, (_, id) => id).filter(
		id => tokenizer.token(id).text === undefined,
	);
	const opening = {threads, float: false, bundled: weights.name === 'mini', textless};
	const opened = await openAll(names, places, hosts, measurements, {
		...opening,
		rounds: all ? rounds : 1,
		seconds: all ? (quick ? 4 : 10) : 0,
		prompt,
		float: all,
		say,
	});
	await warmUp(hosts.values(), prompt, following, quick ? 1 : 3);
	const agreement = all ? await agreementWithOurs(hosts, passages, quick ? 2 : 8) : {};
	const cases = casesOf(sizes).filter(({quantities}) => quantities.some(({title}) => !only || only.test(title)));
	await measureCases(cases, hosts, passages, measurements, {rounds, wanted, say});
	const peakBytes: WeightsResult['peakBytes'] = {};
	for (const [name, host] of hosts) peakBytes[name] = await host.peakBytes();
	const {bytes, bytesPerPosition} = await stepBytes(weights.stored);
	const oursWanted = all && wanted('ours');
	if (oursWanted) say('  prompts against the same tokens appended, and by number of threads');
	// Those that were measured are closed first: two models at a time would be in each other's way.
	for (const host of hosts.values()) await host.dispose();
	hosts.clear();
	return {
		name: weights.name,
		sizes,
		threads,
		measurements,
		...opened,
		peakBytes,
		agreement,
		fileBytes: await fileBytes(weights),
		bound: {bytes, bytesPerPosition, bytesPerSecond: await memoryRate(bytes, threads)},
		largestLogitDifference: oursWanted ? await largestDifference(places, opening, passages, quick ? 2 : 12) : null,
		byThreads: oursWanted ? await threadScaling(places, opening, passages, {sizes, most: threads, rounds, say}) : [],
	};
}

/** Whether the others compute the same: how often they put the same class first. */
async function agreementWithOurs(hosts: ReadonlyMap<HostName, Host>, passages: Passages, prompts: number) {
	const agreement: WeightsResult['agreement'] = {};
	const ours = hosts.get('ours');
	for (let i = 0; ours && i < prompts; i++) {
		const task = {kind: 'greedy', prompt: passages.take(24, 0).prompt, steps: 1} as const;
		const {text: own} = await ours.ask(task);
		for (const [name, host] of hosts) {
			if (name === 'ours') continue;
			const {same, of} = agreement[name] ?? {same: 0, of: 0};
			agreement[name] = {same: same + ((await host.ask(task)).text === own ? 1 : 0), of: of + 1};
		}
	}

	return agreement;
}

async function fileBytes(weights: WeightFolders): Promise<WeightsResult['fileBytes']> {
	const size = async (...path: string[]) => (await stat(join(...path))).size;
	const stock = await size(weights.models, PATHS.stock, 'onnx', 'model_quantized.onnx');
	return {
		ours: await size(weights.stored, 'weights.int8.safetensors'),
		native: stock,
		transformers: stock,
		wllama: await size(weights.gguf),
	};
}
