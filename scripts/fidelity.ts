import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {argmax, logSoftmax} from '../src/engine/math/math.ts';
import {openModelFolder} from '../src/entrypoints/cli/open-model-folder.ts';
import {allLogits} from './all-logits.ts';

/**
 * How faithful the int8 weights are to float32, for each kind of text: the mean Kullback-Leibler divergence of int8 from float32
 * in nats, how often both put the same class first, and the ratio of their perplexities. Written to out/fidelity.json. It measures: an
 * aim that is missed is said, and is no failure. All texts are in the repository.
 */

/** Folders and files of texts, by their kind. None of them is among what the bundled model was trained on. */
const KINDS = {
	prose: ['test/fixtures/texts', 'src/features/walkthrough/train/trainer/texts/willie.txt'],
	'source code': ['test/fixtures/fidelity/source-code.txt'],
	tables: ['test/fixtures/fidelity/tables.txt'],
};
type Kind = keyof typeof KINDS;
/** What int8 should reach on prose. */
const GOALS = {klNats: 0.0005, top1Agreement: 0.983, perplexityRatio: 0.005};

const {values} = parseArgs({
	options: {model: {type: 'string', default: new URL('../models/gpt2-mini', import.meta.url).pathname}},
});
const fp32 = await openModelFolder(values.model, {dtype: 'fp32'});
const int8 = await openModelFolder(values.model, {dtype: 'int8'});
const {vocabSize: V, contextLength, bosTokenId} = fp32.lm.config;

const kinds = {} as Record<Kind, Fidelity>;
for (const kind of Object.keys(KINDS) as Kind[]) kinds[kind] = await fidelityOn(await textsOf(KINDS[kind]));
await mkdir('out', {recursive: true});
await writeFile('out/fidelity.json', `${JSON.stringify(kinds, null, '\t')}\n`);
const perplexity = (ratio: number) => `${Math.abs((ratio - 1) * 100).toFixed(2)} % ${ratio < 1 ? 'lower' : 'higher'}`;
for (const [kind, {klNats, top1Agreement, perplexityRatio, positions}] of Object.entries(kinds)) {
	console.log(`int8 against float32 on ${kind}, ${positions} positions (${KINDS[kind as Kind].join(', ')}):`);
	console.log(`  mean KL          ${klNats.toFixed(6)} nats`);
	console.log(`  same first class ${(top1Agreement * 100).toFixed(2)} %`);
	console.log(`  perplexity       ${perplexity(perplexityRatio)}`);
}
const {klNats, top1Agreement, perplexityRatio} = kinds.prose;
const AIMS: [string, boolean][] = [
	[`mean KL at most ${GOALS.klNats} nats`, klNats <= GOALS.klNats],
	[`the same first class in at least ${GOALS.top1Agreement * 100} %`, top1Agreement >= GOALS.top1Agreement],
	[`perplexity within ${GOALS.perplexityRatio * 100} %`, Math.abs(perplexityRatio - 1) <= GOALS.perplexityRatio],
];
console.log('Aims on prose:');
for (const [aim, met] of AIMS) console.log(`  ${aim}: ${met ? 'met' : 'not met'}`);
console.log('Written to out/fidelity.json.');
process.exit(0);

/** The texts of these files and folders. */
async function textsOf(paths: readonly string[]): Promise<string[]> {
	const files = await Promise.all(
		paths.map(async path =>
			path.endsWith('.txt')
				? [path]
				: (await readdir(path)).filter(name => name.endsWith('.txt')).map(name => `${path}/${name}`),
		),
	);
	return Promise.all(files.flat().map(file => readFile(file, 'utf8')));
}

async function fidelityOn(texts: readonly string[]): Promise<Fidelity> {
	const sums = {kl: 0, agreements: 0, positions: 0, logProb: {fp32: 0, int8: 0}};
	for (const text of texts) {
		const ids = fp32.tokenizer.encode(text);
		for (let start = 0; start < ids.length; start += contextLength - 1)
			await compare([bosTokenId ?? 0, ...ids.slice(start, start + contextLength - 1)], sums);
	}
	return {
		klNats: sums.kl / sums.positions,
		top1Agreement: sums.agreements / sums.positions,
		perplexityRatio: Math.exp((sums.logProb.fp32 - sums.logProb.int8) / sums.positions),
		positions: sums.positions,
	};
}

interface Fidelity {
	klNats: number;
	top1Agreement: number;
	perplexityRatio: number;
	positions: number;
}

interface Sums {
	kl: number;
	agreements: number;
	positions: number;
	logProb: {fp32: number; int8: number};
}

/** Add up one window: position i predicts ids[i + 1]. */
async function compare(ids: readonly number[], sums: Sums): Promise<void> {
	const read = ids.slice(0, -1);
	const rows = [allLogits(fp32.lm, read), allLogits(int8.lm, read)] as const;
	for (let i = 0; i + 1 < ids.length; i++) {
		const [exact, quantised] = [(await rows[0].next()).value!, (await rows[1].next()).value!];
		const [p, q] = [logSoftmax(exact), logSoftmax(quantised)];
		for (let id = 0; id < V; id++) sums.kl += Math.exp(p[id]) * (p[id] - q[id]);
		if (argmax(exact) === argmax(quantised)) sums.agreements++;
		sums.logProb.fp32 += p[ids[i + 1]];
		sums.logProb.int8 += q[ids[i + 1]];
		sums.positions++;
	}
}
