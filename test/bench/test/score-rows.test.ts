import {describe, expect, it} from 'vitest';
import {entropy, logSoftmax, rankOf, topClasses} from '../../../src/engine/math/math.ts';
import {scoreWithLibrary, scoreWithLoops} from '../hosts/score-rows.ts';

describe('what JavaScript makes of the other engine’s logits', () => {
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
