import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {openModelFolder} from '../src/cli/open-model-folder.ts';
import {argmax, logSoftmax} from '../src/engine/math.ts';
import type {CausalLM} from '../src/engine/model/causal-lm.ts';

/**
 * How faithful the int8 graph is to fp32, over every position of the texts in test/fixtures/texts: the mean
 * Kullback-Leibler divergence of int8 from fp32 in nats, how often both put the same class first, and the ratio of their
 * perplexities. Written to out/fidelity.json.
 */

const TEXTS = new URL('../test/fixtures/texts/', import.meta.url);
/** What int8 should reach. */
const GOALS = {klNats: 0.001, top1Agreement: 0.98, perplexityRatio: 0.01};
/** Rows of logits in memory at once. */
const ROWS = 64;

const {values} = parseArgs({
	options: {model: {type: 'string', default: new URL('../models/gpt2-mini', import.meta.url).pathname}},
});
const fp32 = await openModelFolder(values.model, {dtype: 'fp32'});
const int8 = await openModelFolder(values.model, {dtype: 'int8'});
const {vocabSize: V, contextLength, bosTokenId} = fp32.lm.config;

const sums = {kl: 0, agreements: 0, positions: 0, logProb: {fp32: 0, int8: 0}};
for (const name of (await readdir(TEXTS)).filter(file => file.endsWith('.txt'))) {
	const ids = fp32.tokenizer.encode(await readFile(new URL(name, TEXTS), 'utf8'));
	for (let start = 0; start < ids.length; start += contextLength - 1) {
		await compare([bosTokenId ?? 0, ...ids.slice(start, start + contextLength - 1)]);
	}
}

const ratio = Math.exp((sums.logProb.fp32 - sums.logProb.int8) / sums.positions);
const result = {
	klNats: sums.kl / sums.positions,
	top1Agreement: sums.agreements / sums.positions,
	perplexityRatio: ratio,
	positions: sums.positions,
};
await mkdir('out', {recursive: true});
await writeFile('out/fidelity.json', `${JSON.stringify(result, null, '\t')}\n`);
console.log(`int8 against fp32 over ${result.positions} positions:`);
console.log(`  mean KL          ${result.klNats.toFixed(5)} nats   (aim: at most ${GOALS.klNats})`);
console.log(
	`  top-1 agreement  ${(result.top1Agreement * 100).toFixed(2)} %      (aim: at least ${GOALS.top1Agreement * 100} %)`,
);
console.log(`  perplexity ratio ${ratio.toFixed(4)}         (aim: within ${GOALS.perplexityRatio * 100} %)`);
console.log('Written to out/fidelity.json.');
const met =
	result.klNats <= GOALS.klNats &&
	result.top1Agreement >= GOALS.top1Agreement &&
	Math.abs(ratio - 1) <= GOALS.perplexityRatio;
if (!met) console.log('The aims are not all met.');
process.exit(0);

/** Add up one window: position i predicts ids[i + 1]. */
async function compare(ids: readonly number[]): Promise<void> {
	const rows = [allLogits(fp32.lm, ids), allLogits(int8.lm, ids)] as const;
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

/** Logits after every position but the last, a few rows at a time. */
async function* allLogits(lm: CausalLM, ids: readonly number[]): AsyncGenerator<Float32Array> {
	for (let start = 0; start + 1 < ids.length; start += ROWS) {
		const end = Math.min(start + ROWS, ids.length - 1);
		const prefix = await lm.prefill(ids.slice(0, start + 1));
		yield prefix.logits;
		if (end === start + 1) return;
		const {logits, rows} = await lm.extend(prefix, null, [ids.slice(start + 1, end)], {rows: 'all'});
		for (let row = 0; row < rows; row++) yield logits.subarray(row * V, (row + 1) * V);
	}
}
