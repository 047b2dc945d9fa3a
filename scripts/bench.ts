import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';
import {openModelFolder} from '../src/cli/open-model-folder.ts';
import {writeStockRepository} from '../test/helpers/stock-gpt2.ts';
import {ENGINES, type EngineName, type Measured, PATHS, type Task} from './bench/contract.ts';
import type {Bench} from './bench/page.ts';
import {AIMS, type Case, megabytes, percent, reportOf, table} from './bench/report.ts';
import {buildSite, serveSite} from './bench/site.ts';
import {chromiumPath, QUIET_FLAGS} from './chromium.ts';

/**
 * This engine against `@huggingface/transformers` with the same checkpoint, the same ids and as many threads, in Chromium.
 * The two take turns, so that what else the machine does falls on both; see docs/bench.md.
 */

const {values} = parseArgs({
	options: {
		model: {type: 'string', default: new URL('../models/gpt2-mini', import.meta.url).pathname},
		repetitions: {type: 'string', default: '5'},
		threads: {type: 'string'},
	},
});
const repetitions = Number(values.repetitions);
if (!Number.isInteger(repetitions) || repetitions < 1)
	throw new Error(`--repetitions must be a whole number from 1, but is ${values.repetitions}.`);

/** Steps timed in one repetition of decoding. */
const STEPS = 8;
const SCORED_TOKENS = 1000;

const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const site = {site: join(folder, 'site'), checkpoint: values.model, stock: join(folder, 'stock')};
const started = performance.now();
console.log('Building the stock export, and a page with both engines ...');
await writeStockRepository(values.model, join(site.stock, PATHS.stockModel), ['int8']);
await buildSite(site.site);
const {ids, weightBytes} = await readModel();
const server = await serveSite(site);
const browser = await chromium.launch({
	executablePath: chromiumPath(),
	headless: true,
	// No name resolves: whatever is not on this machine fails.
	args: [...QUIET_FLAGS, '--headless=new', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
});
try {
	const page = await browser.newPage();
	await page.goto(server.url);
	await page.waitForFunction(() => 'bench' in globalThis);
	const {isolated, cores} = await page.evaluate(() => {
		const {isolated, cores} = (globalThis as unknown as {bench: Bench}).bench;
		return {isolated, cores};
	});
	if (!isolated) throw new Error('The page is not cross-origin isolated, so there would be no threads.');
	const threads = values.threads ? Number(values.threads) : Math.min(4, cores);
	const open = (engine: EngineName) =>
		page.evaluate(
			([engine, threads, ids]) => (globalThis as unknown as {bench: Bench}).bench.open(engine, threads, ids),
			[engine, threads, ids.slice(0, 8)] as const,
		);
	const ask = (engine: EngineName, task: Task) =>
		page.evaluate(([engine, task]) => (globalThis as unknown as {bench: Bench}).bench.ask(engine, task), [
			engine,
			task,
		] as const);

	/** Every engine once a repetition, the one that went second going first in the next. */
	const inTurns = async (
		name: string,
		times: number,
		run: (engine: EngineName, round: number) => Promise<Measured>,
	) => {
		const measured: Case = {name, rounds: []};
		for (let round = 0; round < times; round++) {
			const results = {} as Record<EngineName, Measured>;
			for (const engine of round % 2 ? ENGINES.toReversed() : ENGINES) results[engine] = await run(engine, round);
			measured.rounds.push(results);
		}

		return measured;
	};

	/** No repetition may find anything of its prompt in a cache, so each starts elsewhere in the text. */
	const prompt = (round: number, length: number) => ids.slice(round * 31, round * 31 + length);
	const prefill = (length: number) => (engine: EngineName, round: number) =>
		ask(engine, {kind: 'prefill', ids: prompt(round, length)});
	const decode = (length: number, branches: number) => (engine: EngineName, round: number) => {
		const tokens = Array.from({length: branches}, (_, b) => prompt(round + b, length + STEPS).slice(length));
		return ask(engine, {kind: 'decode', prompt: prompt(round, length), tokens});
	};
	const score = (engine: EngineName, round: number) => ask(engine, {kind: 'score', ids: prompt(round, SCORED_TOKENS)});

	console.log(`Measuring in Chromium ${browser.version()}, ${threads} threads, ${repetitions} repetitions ...`);
	const cold = await inTurns('open to first class', Math.min(3, repetitions), open);
	for (const task of [prefill(128), decode(128, 1), decode(128, 4)])
		for (const engine of ENGINES) await task(engine, repetitions);
	const opened = await inTurns('', 1, prefill(16));
	const cases: Case[] = [cold];
	for (const length of [128, 512]) {
		cases.push(await inTurns(`prefill of ${length}`, repetitions, prefill(length)));
		cases.push(await inTurns(`one token at ${length}`, repetitions, decode(length, 1)));
		cases.push(await inTurns(`four continuations at ${length}`, repetitions, decode(length, 4)));
	}

	cases.push(await inTurns(`${SCORED_TOKENS} tokens scored`, repetitions, score));

	const reports = cases.map(reportOf);
	console.log(`\n${table(reports)}\n`);
	const scoring = reports.at(-1)!;
	const stockFile = await stat(join(site.stock, PATHS.stockModel, 'onnx', 'model_quantized.onnx'));
	const memory = {
		weights: {ours: weightBytes, stock: stockFile.size},
		heapAfterOpening: heapOf(opened.rounds[0]),
		heapAfterScoring: heapOf(scoring.engines),
	};
	for (const [what, {ours, stock}] of Object.entries(memory))
		console.log(
			`${what.padEnd(16)} ${megabytes(ours)} MB, stock ${megabytes(stock)} MB: ${(ours / stock).toPrecision(2)} of it`,
		);
	const perplexity = {ours: scoring.engines.ours.answer, stock: scoring.engines.stock.answer};
	console.log(`perplexity       ${perplexity.ours.toFixed(3)}, stock ${perplexity.stock.toFixed(3)}\n`);

	const met = {
		time: scoring.timesFaster >= AIMS.timesFaster,
		bytesOut: scoring.bytesOutRatio < AIMS.bytesRatio,
		bytesMoved: scoring.bytesMovedRatio < AIMS.bytesRatio,
	};
	const word = (reached: boolean) => (reached ? 'met' : 'not met');
	console.log(
		`Scoring at least ${AIMS.timesFaster} times faster: ${word(met.time)} (${scoring.timesFaster.toFixed(2)}).`,
	);
	console.log(
		`Scoring with under ${AIMS.bytesRatio * 100} % of the bytes: ${word(met.bytesOut)} out of the runtime (${percent(scoring.bytesOutRatio)}), ` +
			`${word(met.bytesMoved)} in both directions (${percent(scoring.bytesMovedRatio)}).`,
	);
	const environment = {
		chromium: browser.version(),
		cpu: cpus()[0].model,
		threads,
		repetitions,
		date: new Date().toISOString(),
	};
	await mkdir('out', {recursive: true});
	await writeFile(
		'out/bench.json',
		`${JSON.stringify({environment, cases: reports, memory, perplexity, aims: AIMS, met}, null, '\t')}\n`,
	);
	console.log(`Written to out/bench.json after ${((performance.now() - started) / 1000).toFixed(0)} s.`);
} finally {
	await browser.close();
	await server.dispose();
	await rm(folder, {recursive: true});
}

process.exit(0);

/** The ids of the texts that the repository carries, and the bytes our weights take. */
async function readModel(): Promise<{ids: number[]; weightBytes: number}> {
	const texts = new URL('../test/fixtures/texts/', import.meta.url);
	const names = (await readdir(texts)).filter(name => name.endsWith('.txt')).sort();
	const text = (await Promise.all(names.map(name => readFile(new URL(name, texts), 'utf8')))).join('\n\n');
	const {lm, tokenizer, weightBytes} = await openModelFolder(values.model);
	await lm.dispose();
	return {ids: tokenizer.encode(text), weightBytes};
}

function heapOf({ours, stock}: Record<EngineName, Measured>): Record<EngineName, number> {
	return {ours: ours.heapBytes, stock: stock.heapBytes};
}
