import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {cpus, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {build} from 'vite';
import {openModelFolder} from '../src/cli/open-model-folder.ts';
import {openBrowser} from './bench/browser.ts';
import {measureCases, OPENING, SCORING, SCORING_BY_LOOPS} from './bench/cases.ts';
import {measureClicks} from './bench/click.ts';
import {type ClickReport, clickReport, clickTable} from './bench/click-report.ts';
import {AIMS, type CaseReport, megabytes, percent, reportOf, table} from './bench/report.ts';
import {buildSite, serveSite} from './bench/site.ts';
import {prepareWeights, WEIGHTS, type WeightsName} from './bench/weights.ts';

/**
 * This engine against `@huggingface/transformers` with the same checkpoint, the same ids and as many threads, in Chromium.
 * The two take turns, so that what else the machine does falls on both. docs/bench.md says how to read it.
 */

const {values} = parseArgs({
	options: {
		weights: {type: 'string', default: 'mini'},
		repetitions: {type: 'string', default: '5'},
		threads: {type: 'string'},
		only: {type: 'string', default: ''},
	},
});
const count = (name: string, text: string) => {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1 || value > 32)
		throw new Error(`--${name} must be a whole number from 1 to 32, but is ${text}.`);
	return value;
};
if (!Object.hasOwn(WEIGHTS, values.weights))
	throw new Error(`--weights must be ${Object.keys(WEIGHTS).join(' or ')}, but is ${values.weights}.`);
const repetitions = count('repetitions', values.repetitions);

const started = performance.now();
if (values.only === 'click') {
	await write({click: await measureClick()});
	process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
console.log('Preparing the weights, and a page with both engines ...');
const weights = await prepareWeights(values.weights as WeightsName);
const folders = {site: join(folder, 'site'), checkpoint: weights.stored, stock: dirname(weights.stock)};
const {ids, weightBytes} = await readModel();
await buildSite(folders.site);
const server = await serveSite(folders);
const busyBefore = await busyShare();
if (busyBefore > 0.2) console.log(`Other work keeps the processor ${percent(busyBefore)} busy: times will be noisy.`);
const browser = await openBrowser(server.url);
const threads = values.threads ? count('threads', values.threads) : Math.min(4, browser.cores);
console.log(`Measuring in Chromium ${browser.version}, ${threads} threads, ${repetitions} repetitions ...\n`);
let reports: CaseReport[];
let stockWeightBytes: number;
try {
	reports = (await measureCases(browser, ids, {threads, repetitions, only: values.only})).map(reportOf);
	stockWeightBytes = (await stat(join(weights.stock, 'onnx', 'model_quantized.onnx'))).size;
} finally {
	await browser.dispose();
	await server.dispose();
	await rm(folder, {recursive: true});
}

console.log(`${table(reports)}\n`);

const heapAfter = (name: string) => {
	const report = reports.find(report => report.name === name);
	return report && {ours: report.engines.ours.heapBytes, stock: report.engines.stock.heapBytes};
};
const memory = {
	weights: {ours: weightBytes, stock: stockWeightBytes},
	'WASM heap, opened': heapAfter(OPENING),
	'WASM heap, scored': heapAfter(SCORING),
};
for (const [name, bytes] of Object.entries(memory)) {
	if (!bytes) continue;
	const {ours, stock} = bytes;
	console.log(`${name.padEnd(17)}  ${megabytes(ours)} MB; stock ${megabytes(stock)} MB: ${percent(ours / stock)}`);
}

const scoring = reports.find(report => report.name === SCORING);
let met: Record<string, boolean> | undefined;
if (scoring) {
	const {timesFaster, timesFasterAtBest, bytesOutRatio, bytesMovedRatio, engines} = scoring;
	console.log(`perplexity         ${engines.ours.answer.toFixed(2)}; stock ${engines.stock.answer.toFixed(2)}\n`);
	met = {
		timesFaster: timesFaster >= AIMS.timesFaster,
		bytesOut: bytesOutRatio < AIMS.bytesRatio,
		bytesMoved: bytesMovedRatio < AIMS.bytesRatio,
	};
	const word = (reached: boolean) => (reached ? 'met' : 'not met');
	const limit = percent(AIMS.bytesRatio);
	console.log(
		`Aim ${word(met.timesFaster)}: scoring at least ${AIMS.timesFaster} times faster: ${timesFaster.toFixed(2)} (best of each: ${timesFasterAtBest.toFixed(2)}).`,
	);
	const loops = reports.find(report => report.name === SCORING_BY_LOOPS);
	if (loops)
		console.log(
			`  Against loops written for this alone, in place of its log_softmax: ${loops.timesFaster.toFixed(2)}.`,
		);
	console.log(`Aim ${word(met.bytesOut)}: under ${limit} of the bytes to JavaScript: ${percent(bytesOutRatio)}.`);
	console.log(`Aim ${word(met.bytesMoved)}: under ${limit} in both directions: ${percent(bytesMovedRatio)}.`);
}

const environment = {
	date: new Date().toISOString(),
	chromium: browser.version,
	cpu: cpus()[0]?.model,
	cores: browser.cores,
	busyBefore,
	threads,
	repetitions,
};
const click = values.only === '' ? await measureClick() : undefined;
await write({environment, cases: reports, memory, aims: AIMS, met, click});
// The runtime's threads would keep the process alive.
process.exit(0);

async function write(results: object): Promise<void> {
	await mkdir('out', {recursive: true});
	await writeFile('out/bench.json', `${JSON.stringify(results, null, '\t')}\n`);
	console.log(`Written to out/bench.json after ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

/** The click to the first class, with the extension as it is built now. */
async function measureClick(): Promise<ClickReport> {
	await build({logLevel: 'warn'});
	console.log(`Clicking in Chromium on a virtual desktop, ${repetitions} times each ...\n`);
	const report = clickReport(await measureClicks({repetitions}));
	console.log(`${clickTable(report)}\n`);
	return report;
}

/** Share of the processors' time that others use, over a second. */
async function busyShare(): Promise<number> {
	const times = () => {
		const all = cpus().map(({times}) => times);
		const sum = (part: (times: (typeof all)[0]) => number) => all.reduce((total, times) => total + part(times), 0);
		return {idle: sum(times => times.idle), total: sum(times => Object.values(times).reduce((a, b) => a + b))};
	};
	const before = times();
	await setTimeout(1000);
	const after = times();
	return 1 - (after.idle - before.idle) / (after.total - before.total);
}

/** The ids of the texts that the repository carries, and the bytes our weights take. */
async function readModel(): Promise<{ids: number[]; weightBytes: number}> {
	const texts = new URL('../test/fixtures/texts/', import.meta.url);
	const names = (await readdir(texts)).filter(name => name.endsWith('.txt')).sort();
	const text = (await Promise.all(names.map(name => readFile(new URL(name, texts), 'utf8')))).join('\n\n');
	const {lm, tokenizer, weightBytes} = await openModelFolder(weights.stored);
	await lm.dispose();
	return {ids: tokenizer.encode(text), weightBytes};
}
