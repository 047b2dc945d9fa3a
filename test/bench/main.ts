import {execFileSync} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {setTimeout} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {chromiumPath} from '../../scripts/chromium.ts';
import {threadsFor} from '../../src/engine/kernels/host.ts';
import {CONTENDERS} from './contract.ts';
import {PARTS, QUICK_PARTS} from './parts.ts';
import {aimLine, blocksOf, fillIn, markdown, type PartReport, percent} from './report.ts';

/**
 * The extension's speed and memory, beside those of others that could do the same. docs/performance.md says what is measured
 * and how to read it; `--write` puts the figures there.
 */

const USAGE = `npm run bench -- [--quick] [--parts ${Object.keys(PARTS).join(',')}] [--rounds 3] [--threads N]
  [--only 'a token at 512'] [--contenders ours,generate] [--write] [--report]

--quick       whether everything works, in under two minutes; its figures are worth nothing
--parts       measure these alone; the rest of out/bench.json stays
--only        measure only what this regular expression matches (out/bench-partial.json)
--contenders  of ${Object.keys(CONTENDERS).join(', ')} (out/bench-partial.json)
--write       put the figures into docs/performance.md
--report      measure nothing: print, and with --write put into the document, what out/bench.json has`;

const RESULTS = 'out/bench.json';
const DOCUMENT = 'docs/performance.md';

const {values} = parseArgs({
	options: {
		help: {type: 'boolean', default: false},
		quick: {type: 'boolean', default: false},
		parts: {type: 'string'},
		rounds: {type: 'string'},
		threads: {type: 'string'},
		only: {type: 'string'},
		contenders: {type: 'string'},
		write: {type: 'boolean', default: false},
		report: {type: 'boolean', default: false},
	},
});

/** What is in `out/bench.json`: every part with where and when it was measured. */
interface Results {
	parts: Record<string, PartReport & {environment: Environment}>;
}

interface Environment {
	date: string;
	chromium: string;
	cpu: string;
	cores: number;
	threads: number;
	rounds: number;
	quick: boolean;
	/** Share of the processors that other work took before. */
	busyBefore: number;
	seconds: number;
}

if (values.help) console.log(USAGE);
else await main();
// Threads of a runtime would keep the process alive.
process.exit(0);

async function main(): Promise<void> {
	const partial = values.only !== undefined || values.contenders !== undefined;
	const file =
		partial || values.quick ? RESULTS.replace('.json', values.quick ? '-quick.json' : '-partial.json') : RESULTS;
	const results: Results = values.report || !partial ? await readResults(file) : {parts: {}};
	// After every part, so that a run that is broken off has not measured in vain.
	const save = async () => {
		await mkdir('out', {recursive: true});
		await writeFile(file, `${JSON.stringify(results, null, '\t')}\n`);
	};
	const measured = values.report ? Object.keys(results.parts) : await measure(results, save);
	for (const name of measured) print(name, results.parts[name]);
	if (!values.report) console.log(`Written to ${file}.`);

	if (values.write) await writeDocument(results);
}

/** @returns the parts that were measured. */
async function measure(results: Results, save: () => Promise<void>): Promise<string[]> {
	const names = listed('parts', values.parts, Object.keys(PARTS)) ?? (values.quick ? QUICK_PARTS : Object.keys(PARTS));
	const contenders = listed('contenders', values.contenders, Object.keys(CONTENDERS));
	const rounds = values.rounds ? whole('rounds', values.rounds) : values.quick ? 1 : 3;
	const threads = values.threads ? whole('threads', values.threads) : threadsFor(cpus().length);
	const chromium = chromiumVersion();
	const busyBefore = await busyShare();
	if (busyBefore > 0.2) console.log(`Other work keeps the processor ${percent(busyBefore)} busy: times will be noisy.`);
	for (const name of names) {
		const start = performance.now();
		console.log(`\n▸ ${name}`);
		const report = await PARTS[name].measure({
			quick: values.quick,
			rounds,
			threads,
			only: values.only === undefined ? null : new RegExp(values.only),
			contenders,
			say: line => console.log(line),
		});
		const seconds = Math.round((performance.now() - start) / 1000);
		console.log(`  took ${seconds} s`);
		const [cpu] = cpus();
		const environment = {
			date: new Date().toISOString(),
			chromium,
			cpu: cpu?.model.trim() ?? 'unknown',
			cores: cpus().length,
			threads,
			rounds,
			quick: values.quick,
			busyBefore,
			seconds,
		};
		results.parts[name] = {...report, environment};
		await save();
	}

	return names;
}

function print(name: string, {environment, tables, aims}: Results['parts'][string]): void {
	console.log(`\n# ${name} (${environment.date.slice(0, 10)}, ${environment.threads} threads, ${environment.cpu})`);
	for (const table of tables) if (table.rows.length > 0) console.log(`\n${table.id}\n${markdown(table)}`);
	for (const aim of aims) if (aim.met !== null) console.log(aimLine(aim));
}

async function writeDocument({parts}: Results): Promise<void> {
	const reports = Object.values(parts);
	if (reports.some(({environment}) => environment.quick)) throw new Error('Figures of --quick are worth nothing.');
	const blocks = blocksOf(reports).set('environment', environmentLine(parts));
	const {document, missing} = fillIn(await readFile(DOCUMENT, 'utf8'), blocks);
	await writeFile(DOCUMENT, document);
	console.log(`Written to ${DOCUMENT}${missing.length > 0 ? `, where nothing is new for ${missing.join(', ')}` : ''}.`);
}

/** Where and when the figures came about, in a sentence for all parts that were measured alike. */
function environmentLine(parts: Results['parts']): string {
	const measured = Object.entries(parts).filter(([, {tables}]) => tables.length > 0);
	const lines = measured.map(([name, {environment}]) => {
		const {date, chromium, cpu, cores, threads, rounds, busyBefore} = environment;
		const where = `${date.slice(0, 10)}, Chromium ${chromium}, ${cores} cores of ${cpu}, ${threads} threads, ${rounds} rounds`;
		return [`${where}, ${percent(busyBefore)} busy with other work before`, PARTS[name].title] as const;
	});
	const alike = new Map<string, string[]>();
	for (const [line, name] of lines) alike.set(line, [...(alike.get(line) ?? []), name]);
	return [...alike].map(([line, names]) => `Measured: ${names.join(', ')} (${line}).`).join('\n');
}

async function readResults(file: string): Promise<Results> {
	const text = await readFile(file, 'utf8').catch(() => null);
	const results = text === null ? null : (JSON.parse(text) as Partial<Results>);
	return {parts: results?.parts ?? {}};
}

/** @throws Error for a name that is not known. */
function listed(option: string, text: string | undefined, known: readonly string[]): string[] | null {
	if (text === undefined) return null;
	const names = text.split(',');
	const unknown = names.find(name => !known.includes(name));
	if (unknown !== undefined) throw new Error(`--${option} may name ${known.join(', ')}, but names ${unknown}.`);
	return names;
}

function whole(option: string, text: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value >= 1 && value <= 32) return value;
	throw new Error(`--${option} must be a whole number from 1 to 32, but is ${text}.`);
}

function chromiumVersion(): string {
	const words = execFileSync(chromiumPath(), ['--version'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
	return /\d+(\.\d+)+/.exec(words)?.[0] ?? words.trim();
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
