import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bundleModel} from '../../scripts/bundle-model.ts';
import {trueCheckpoint} from '../helpers/true-shapes.ts';
import {casesOf, FULL, QUICK, titles} from './cases.ts';
import type {HostName} from './contract.ts';
import {type Host, startHost} from './host.ts';
import {Measurements, measureCases} from './measurements.ts';
import {memoryRate} from './memory-rate.ts';
import {warmUp} from './opening.ts';
import {readPassages, readTokenizer} from './prompts.ts';
import {megabytes, type Part, type PartOptions, type PartReport, time, times} from './report.ts';
import {buildSite, serveSite} from './site.ts';
import {stepBytes} from './weights.ts';

/**
 * A model of today beside what it is bound by: random weights in the shape of Qwen3-0.6B. transformers.js is not beside it: it opens
 * ONNX exports alone, which Optimum makes of PyTorch's weights with Python, and `test/helpers/stock-gpt2.ts` only of a GPT-2.
 */
export const modernPart: Part = {
	title: 'Qwen3-0.6B’s shape',
	async measure(options) {
		options.say('Preparing the weights and a page with the engine ...');
		const folder = await mkdtemp(join(tmpdir(), 'bench-modern-'));
		const [site, stored] = [join(folder, 'site'), join(folder, 'stored')];
		try {
			await writeStored(join(folder, 'checkpoint'), stored);
			await buildSite(site);
			const server = await serveSite(site, {checkpoint: stored, stored, models: stored, gguf: join(stored, 'none')});
			try {
				return await measure(stored, server.url, options);
			} finally {
				await server.dispose();
			}
		} finally {
			await rm(folder, {recursive: true});
		}
	},
};

async function writeStored(checkpoint: string, stored: string): Promise<void> {
	await mkdir(checkpoint, {recursive: true});
	for (const [file, bytes] of Object.entries(trueCheckpoint('qwen3-0.6b')))
		await writeFile(join(checkpoint, file), bytes);
	for (const file of ['generation_config.json', 'README.md']) await writeFile(join(checkpoint, file), '{}');
	await bundleModel(checkpoint, stored);
	await rm(checkpoint, {recursive: true});
}

async function measure(
	stored: string,
	url: string,
	{quick, rounds, threads, only, say}: PartOptions,
): Promise<PartReport> {
	const sizes = quick ? QUICK : FULL;
	const passages = await readPassages(await readTokenizer(stored));
	const {prompt, following} = passages.take(32, 32);
	const measurements = new Measurements();
	const host: Host = await startHost('ours', {url, models: stored});
	const hosts = new Map<HostName, Host>([['ours', host]]);
	let peakBytes: number | null;
	try {
		const opened = await host.open({threads, float: false, bundled: false, textless: [], prompt});
		measurements.add(titles.open, 'ours', opened, opened.times.whole);
		await warmUp([host], prompt, following, quick ? 1 : 3);
		const read = new Set(sizes.lengths.map(length => titles.token(length)));
		const cases = casesOf(sizes).filter(({quantities}) =>
			quantities.some(({title}) => read.has(title) && (!only || only.test(title))),
		);
		await measureCases(cases, hosts, passages, measurements, {rounds, wanted: name => name === 'ours', say});
		peakBytes = await host.peakBytes();
	} finally {
		await host.dispose();
	}

	const bound = await stepBytes(stored);
	const bytesPerSecond = await memoryRate(bound.bytes, threads);
	const boundMs = (positions: number) => ((bound.bytes + positions * bound.bytesPerPosition) / bytesPerSecond) * 1000;
	const rows = sizes.lengths.flatMap(length => {
		const [prefill, token] = [titles.prefill(length), titles.token(length)].map(row => measurements.ms(row, 'ours'));
		if (prefill === null || token === null) return [];
		const least = boundMs(length);
		return [[`${length}`, time(prefill), time(token), time(least), times(token / least)]];
	});
	const token = measurements.ms(titles.token(sizes.after), 'ours');
	const ratio = token === null ? null : token / boundMs(sizes.after);
	return {
		data: {measurements, peakBytes, bound: {...bound, bytesPerSecond}},
		tables: [
			{id: 'modern-token', head: ['tokens before', 'prefill', 'a token', 'bound', 'a token, of its bound'], rows},
			{
				id: 'modern-memory',
				head: ['weights of a step', 'cache of a position', 'process, at most'],
				rows: [[megabytes(bound.bytes), megabytes(bound.bytesPerPosition), megabytes(peakBytes)]],
			},
		],
		aims: [
			{
				id: 'modern-aim-bound',
				says: `a token at ${sizes.after} of context in Qwen3-0.6B’s shape takes at most 2.5 times as long as its weights and its cache take to be read once`,
				measured: ratio === null ? '–' : times(ratio),
				met: ratio === null ? null : ratio <= 2.5,
			},
		],
	};
}
