import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {LogitsProcessor} from '../../../../src/engine/generation/logits-processor.ts';
import {epsilonCutoff} from '../../../../src/engine/generation/warpers/epsilon-cutoff.ts';
import {etaCutoff} from '../../../../src/engine/generation/warpers/eta-cutoff.ts';
import {minP} from '../../../../src/engine/generation/warpers/min-p.ts';
import {temperature} from '../../../../src/engine/generation/warpers/temperature.ts';
import {topK} from '../../../../src/engine/generation/warpers/top-k.ts';
import {topP} from '../../../../src/engine/generation/warpers/top-p.ts';
import {typicalP} from '../../../../src/engine/generation/warpers/typical-p.ts';
import {argmax, entropy, rankClasses, softmax} from '../../../../src/engine/math/math.ts';
import {applied, keptIds, logitsOf, probabilitiesAfter} from './helpers.ts';

const scores = fc
	.array(fc.float({min: -20, max: 20, noNaN: true}), {minLength: 1, maxLength: 60})
	.map(values => Float32Array.from(values));
const share = fc.double({min: 0.001, max: 0.999, noNaN: true});

describe('every warper that truncates', () => {
	it.each<[string, (of: number) => LogitsProcessor]>([
		['topK', of => topK(1 + Math.floor(of * 8), 1)],
		['topP', of => topP(of, 1)],
		['minP', of => minP(of, 1)],
		['typicalP', of => typicalP(of, 1)],
		['epsilonCutoff', of => epsilonCutoff(of, 1)],
		['etaCutoff', of => etaCutoff(of, 1)],
	])('%s leaves the scores of the classes it keeps as they are', (_, warper) => {
		fc.assert(
			fc.property(scores, share, (before, of) => {
				const after = applied(warper(of), before);
				expect(keptIds(after).length).toBeGreaterThan(0);
				for (const id of keptIds(after)) expect(after[id]).toBe(before[id]);
			}),
		);
	});
});

describe('temperature', () => {
	it('squares the odds at 0.5, takes their root at 2', () => {
		expect(probabilitiesAfter(temperature(0.5), logitsOf([0.8, 0.2]))).toEqual([0.941176, 0.058824]); // 16 : 1
		expect(probabilitiesAfter(temperature(2), logitsOf([0.8, 0.2]))).toEqual([0.666667, 0.333333]); // 2 : 1
	});

	it('never changes the order of the classes', () => {
		fc.assert(
			fc.property(scores, fc.double({min: 0.05, max: 20, noNaN: true}), (before, t) => {
				const after = applied(temperature(t), before);
				const ranked = rankClasses(before);
				for (let i = 1; i < ranked.length; i++) expect(after[ranked[i]]).toBeLessThanOrEqual(after[ranked[i - 1]]);
			}),
		);
	});
});

describe('topK', () => {
	it('keeps the k most probable classes', () => {
		expect(probabilitiesAfter(topK(2, 1), logitsOf([0.1, 0.4, 0.2, 0.3]))).toEqual([0, 0.571429, 0, 0.428571]);
	});

	it('keeps classes as probable as the k-th too, and all when there are fewer than k', () => {
		expect(keptIds(applied(topK(2, 1), logitsOf([0.2, 0.4, 0.2, 0.2])))).toEqual([0, 1, 2, 3]);
		expect(keptIds(applied(topK(9, 1), logitsOf([0.5, 0.5])))).toEqual([0, 1]);
	});

	it('keeps at least as many as it must', () => {
		expect(keptIds(applied(topK(1, 2), logitsOf([0.1, 0.4, 0.2, 0.3])))).toEqual([1, 3]);
	});
});

describe('topP', () => {
	it('keeps the smallest set that reaches p, the last class included', () => {
		// Hugging Face's own example.
		expect(keptIds(applied(topP(0.8, 1), logitsOf([0.3, 0.1, 0.1, 0.5])))).toEqual([0, 3]);
		expect(keptIds(applied(topP(0.8, 1), logitsOf([0.15, 0.3, 0.3, 0.25])))).toEqual([1, 2, 3]);
		expect(keptIds(applied(topP(0.81, 1), logitsOf([0.3, 0.1, 0.1, 0.5])))).toEqual([0, 1, 3]);
	});

	it('keeps the argmax alone at 0, and all at 1', () => {
		expect(keptIds(applied(topP(0, 1), logitsOf([0.3, 0.2, 0.5])))).toEqual([2]);
		expect(keptIds(applied(topP(1, 1), logitsOf([0.3, 0.2, 0.5])))).toEqual([0, 1, 2]);
	});

	it('keeps a prefix of the ranking that reaches p, and would not without its last class', () => {
		fc.assert(
			fc.property(scores, share, (before, p) => {
				const kept = keptIds(applied(topP(p, 1), before));
				const ranked = rankClasses(before);
				expect(kept).toEqual(Array.from(ranked.subarray(0, kept.length)).sort((a, b) => a - b));
				const probabilities = softmax(before);
				const mass = (ids: Uint32Array) => ids.reduce((total, id) => total + probabilities[id], 0);
				expect(mass(ranked.subarray(0, kept.length))).toBeGreaterThanOrEqual(p - 1e-6);
				expect(mass(ranked.subarray(0, kept.length - 1))).toBeLessThan(p + 1e-6);
			}),
		);
	});

	it('keeps a class that is more probable than 1 - p, however near p is to 1', () => {
		// In float32, 0.99999998 and 0.99999999 are both 1: only the sum from the other end tells them apart.
		expect(keptIds(applied(topP(0.99999999, 1), logitsOf([1 - 2e-8 - 4e-9, 2e-8, 4e-9])))).toEqual([0, 1]);
	});
});

describe('minP', () => {
	it('asks for a share of the probability of the first class', () => {
		// Hugging Face's own example: 0.9 asks for 0.09, 0.3 for 0.03.
		expect(keptIds(applied(minP(0.1, 1), logitsOf([0.9, 0.0274, 0.047, 0.0274])))).toEqual([0]);
		expect(keptIds(applied(minP(0.1, 1), logitsOf([0.15, 0.3, 0.3, 0.25])))).toEqual([0, 1, 2, 3]);
	});

	it('keeps the argmax, and of the others those that reach the share', () => {
		fc.assert(
			fc.property(scores, share, (before, p) => {
				const probabilities = softmax(before);
				const limit = p * probabilities[argmax(before)];
				const kept = keptIds(applied(minP(p, 1), before));
				expect(kept).toContain(argmax(before));
				for (const id of kept) expect(probabilities[id]).toBeGreaterThanOrEqual(limit * (1 - 1e-5));
				for (const id of before.keys()) {
					if (!kept.includes(id)) expect(probabilities[id]).toBeLessThan(limit * (1 + 1e-5));
				}
			}),
		);
	});
});

describe('typicalP', () => {
	it('keeps the classes whose surprisal is nearest the entropy', () => {
		// Hugging Face's own example. Entropies 0.168 and 1.332 nats; surprisals 0.030 / 4.6 and 0.916 / 1.609.
		expect(keptIds(applied(typicalP(0.5, 1), logitsOf([0.97, 0.01, 0.01, 0.01])))).toEqual([0]);
		expect(keptIds(applied(typicalP(0.5, 1), logitsOf([0.4, 0.2, 0.2, 0.2])))).toEqual([1, 2, 3]);
	});

	it('keeps every class as near as the last one it needs', () => {
		expect(keptIds(applied(typicalP(0.1, 1), logitsOf([0.4, 0.2, 0.2, 0.2])))).toEqual([1, 2, 3]);
	});

	it('needs no more than exactly the mass it asks for', () => {
		// Entropy 1.75 bits; the second class, of 2 bits, is the nearest.
		const eighths = [4, 2, 1, 1].map(weight => weight / 8);
		expect(keptIds(applied(typicalP(0.25, 1), logitsOf(eighths)))).toEqual([1]);
		expect(keptIds(applied(typicalP(0.26, 1), logitsOf(eighths)))).toEqual([0, 1]);
	});

	it('keeps no class that is farther from the entropy than one it removes', () => {
		fc.assert(
			fc.property(scores, share, (before, mass) => {
				const average = entropy(before);
				const probabilities = softmax(before);
				const distance = (id: number) => Math.abs(-Math.log(probabilities[id]) - average);
				const kept = keptIds(applied(typicalP(mass, 1), before));
				const removed = [...before.keys()].filter(id => !kept.includes(id));
				const farthest = Math.max(...kept.map(distance));
				for (const id of removed) if (probabilities[id] > 1e-20) expect(distance(id)).toBeGreaterThan(farthest - 1e-4);
				expect(kept.reduce((total, id) => total + probabilities[id], 0)).toBeGreaterThanOrEqual(mass - 1e-6);
			}),
		);
	});
});

describe('epsilonCutoff', () => {
	it('removes classes less probable than epsilon', () => {
		// Hugging Face's own example.
		expect(keptIds(applied(epsilonCutoff(0.1, 1), logitsOf([0.87, 0.099, 0.001, 0.03])))).toEqual([0]);
		expect(keptIds(applied(epsilonCutoff(0.1, 1), logitsOf([0.4, 0.299, 0.101, 0.2])))).toEqual([0, 1, 2, 3]);
	});

	it('keeps a class of exactly epsilon', () => {
		expect(keptIds(applied(epsilonCutoff(0.25, 1), Float32Array.of(Math.log(2), 0, 0)))).toEqual([0, 1, 2]);
		expect(keptIds(applied(epsilonCutoff(0.2501, 1), Float32Array.of(Math.log(2), 0, 0)))).toEqual([0]);
	});

	it('keeps the argmax when no class reaches epsilon', () => {
		expect(keptIds(applied(epsilonCutoff(0.5, 1), logitsOf([0.2, 0.2, 0.35, 0.25])))).toEqual([2]);
	});
});

describe('etaCutoff', () => {
	it('cuts at epsilon for a sharp distribution, lower for a flat one', () => {
		// Hugging Face's own example: sqrt(0.0625) exp(-entropy) is 0.13 and 0.16, so epsilon is the cut.
		expect(keptIds(applied(etaCutoff(0.0625, 1), logitsOf([0, 0.1, 0.8, 0.1])))).toEqual([1, 2, 3]);
		expect(keptIds(applied(etaCutoff(0.0625, 1), logitsOf([0.01, 0.04, 0.9, 0.05])))).toEqual([2]);
		// 20 equal classes of 0.05: epsilon 0.0625 alone would cut them all, 0.25 / 20 = 0.0125 cuts none.
		expect(keptIds(applied(etaCutoff(0.0625, 1), new Float32Array(20)))).toHaveLength(20);
	});

	it('cuts at min(epsilon, sqrt(epsilon) exp(-entropy)), and keeps the argmax', () => {
		fc.assert(
			fc.property(scores, share, (before, epsilon) => {
				const eta = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy(before)));
				const probabilities = softmax(before);
				const kept = keptIds(applied(etaCutoff(epsilon, 1), before));
				expect(kept).toContain(argmax(before));
				for (const id of before.keys()) {
					const probability = probabilities[id];
					if (probability > eta * (1 + 1e-5)) expect(kept).toContain(id);
					if (probability < eta * (1 - 1e-5) && before[id] < before[argmax(before)]) expect(kept).not.toContain(id);
				}
			}),
		);
	});
});
