import {describe, expect, it} from 'vitest';
import type {Measured} from '../../../scripts/bench/contract.ts';
import {reportOf, table} from '../../../scripts/bench/report.ts';
import {scoreWithLibrary, scoreWithLoops} from '../../../scripts/bench/score-rows.ts';
import {entropy, logSoftmax, rankOf, topClasses} from '../../../src/engine/math.ts';

const measured = (ms: number, bytesOut = 1, bytesIn = 0): Measured => ({
	ms,
	bytesOut,
	bytesIn,
	heapBytes: 1,
	answer: 0,
});

describe('the report of the bench', () => {
	it('compares within each round, so that a slow minute counts for both engines', () => {
		const rounds = [
			{ours: measured(10), stock: measured(20)},
			{ours: measured(100), stock: measured(300)},
			{ours: measured(10), stock: measured(40)},
		];
		const report = reportOf({name: 'a case', rounds});
		expect(report.timesFaster).toBe(3);
		expect(report.timesFasterRange).toEqual([2, 4]);
		expect(report.timesFasterAtBest).toBe(2);
	});

	it('counts the bytes to JavaScript, and those of both directions', () => {
		const report = reportOf({name: '', rounds: [{ours: measured(1, 5, 15), stock: measured(1, 100, 0)}]});
		expect(report.bytesOutRatio).toBe(0.05);
		expect(report.bytesMovedRatio).toBe(0.2);
		expect(table([report])).toMatch(/5\.0 %\s+20 %/);
	});
});

describe('the scores that JavaScript computes from the other engine’s logits', () => {
	// The second row has equal logits on both sides of its target and above it.
	const rows = [
		[0.5, -3, 2.25, 7, 1, -40, 6.5, 0.25, 3, 4, -1, 5],
		[1, 2, 2, 0, 2, -1, 1.5, 2, 1, 0.5, -2, 2],
	].map(row => Float32Array.from(row));
	const targets = [8, 4];
	const logits = Float32Array.from(rows.flatMap(row => [...row]));

	it.each([scoreWithLibrary, scoreWithLoops])('is rank, log-probability, entropy and top classes: %o', score => {
		const scores = score(logits, targets);
		for (const [t, row] of rows.entries()) {
			expect(scores.rank[t]).toBe(rankOf(row, targets[t]));
			expect(scores.logProb[t]).toBeCloseTo(logSoftmax(row)[targets[t]], 5);
			expect(scores.entropy[t]).toBeCloseTo(entropy(row), 5);
			expect(Array.from(scores.topIds).slice(t * 10, (t + 1) * 10)).toEqual([...topClasses(row, 10)]);
		}
	});
});
