import type {FileHandle} from 'node:fs/promises';
import {argmax, logSoftmax} from '../../src/engine/math/math.ts';
import type {CausalLM} from '../../src/engine/model/causal-lm.ts';
import {allLogits} from '../all-logits.ts';

/** What is measured at a run of positions. */
interface Measured {
	positions: number;
	/** Mean Kullback-Leibler divergence from the reference, in nats; the largest. */
	kl: number;
	largestKl: number;
	/** The share of positions where both put the same class first. */
	first: number;
	/** The largest difference of a log-probability among the reference's ten most probable classes. */
	logProb: number;
	perplexity: number;
	torchPerplexity: number;
}

export interface Fidelity {
	all: Measured;
	/** By the first position after those that are measured. */
	until: Record<number, Measured>;
}

/** Ends of the runs of positions. */
const ENDS = [1, 16, 64, 256, 512, 1024, 2000];

/** @param reference logits after every token, [tokens, classes] in float32. */
export async function compareLogits(lm: CausalLM, ids: readonly number[], reference: FileHandle): Promise<Fidelity> {
	const {vocabSize} = lm.config;
	const expected = new Float32Array(vocabSize);
	const all = new Sums();
	const parts = new Map<number, Sums>();
	let position = 0;
	for await (const row of allLogits(lm, ids.slice(0, -1))) {
		await reference.read(new Uint8Array(expected.buffer), 0, expected.byteLength, position * expected.byteLength);
		const end = ENDS.find(one => position < one) ?? ids.length;
		if (!parts.has(end)) parts.set(end, new Sums());
		for (const sums of [all, parts.get(end)!]) sums.add(expected, row, ids[position + 1]);
		position++;
	}
	const until = Object.fromEntries([...parts].map(([end, sums]) => [end, sums.means]));
	return {all: all.means, until};
}

class Sums {
	readonly #sums = {positions: 0, kl: 0, largestKl: 0, same: 0, logProb: 0, own: 0, torch: 0};

	add(expected: Float32Array, found: Float32Array, next: number): void {
		const [p, q] = [logSoftmax(expected), logSoftmax(found)];
		const sums = this.#sums;
		let kl = 0;
		const most = p.toSorted().at(-10)!;
		for (let id = 0; id < p.length; id++) {
			kl += Math.exp(p[id]) * (p[id] - q[id]);
			if (p[id] >= most) sums.logProb = Math.max(sums.logProb, Math.abs(p[id] - q[id]));
		}
		sums.positions++;
		sums.kl += kl;
		sums.largestKl = Math.max(sums.largestKl, kl);
		if (argmax(expected) === argmax(found)) sums.same++;
		sums.torch += p[next];
		sums.own += q[next];
	}

	get means(): Measured {
		const {positions, kl, largestKl, same, logProb, own, torch} = this.#sums;
		return {
			positions,
			kl: kl / positions,
			largestKl,
			first: same / positions,
			logProb,
			perplexity: Math.exp(-own / positions),
			torchPerplexity: Math.exp(-torch / positions),
		};
	}
}
