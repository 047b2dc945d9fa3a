import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {CHUNK} from '../../../../src/engine/model/chunks.ts';
import {extendBy} from '../../../../src/engine/model/extend-by.ts';
import {RecentPrefixes} from '../../../../src/engine/model/recent-prefixes.ts';
import {sharedLength} from '../../../../src/engine/model/shared-length.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';

/** What is computed once for several askers, and what of earlier work is used again. */

const few = fc.array(fc.nat(1), {maxLength: 6});

test('two texts share the tokens before the first that differs', () => {
	fc.assert(
		fc.property(few, few, (a, b) => {
			const length = sharedLength(a, b);
			expect(a.slice(0, length)).toEqual(b.slice(0, length));
			expect(length === a.length || length === b.length || a[length] !== b[length]).toBe(true);
		}),
	);
	expect(sharedLength([1, 2], [1, 2])).toBe(2);
});

describe('prompts that were read lately', () => {
	const prefixOf = (ids: readonly number[], hidden = false) => ({
		ids,
		logits: new Float32Array(1),
		hidden: hidden ? new Float32Array(1) : null,
	});
	const recent = (maxPositions: number, ...prompts: number[][]) => {
		const kept = new RecentPrefixes(maxPositions);
		const prefixes = prompts.map(ids => kept.remember(prefixOf(ids)));
		return {kept, prefixes, of: (ids: number[], hidden = false) => kept.longest(ids, hidden)};
	};

	test('give the one with the longest beginning in common', () => {
		const {of, prefixes} = recent(100, [1, 2, 3], [1, 2], [4]);
		expect(of([1, 2, 3, 9])).toEqual({prefix: prefixes[0], shared: 3});
		expect(of([1, 2, 9])).toEqual({prefix: prefixes[1], shared: 2});
		expect(of([7])).toEqual({prefix: null, shared: 0});
	});

	test('give a longer prompt one position less, whose logits it does not have', () => {
		const {of, prefixes} = recent(100, [1, 2, 3, 4]);
		expect(of([1, 2, 3])).toEqual({prefix: prefixes[0], shared: 2});
		expect(of([1, 2, 3, 4])).toEqual({prefix: prefixes[0], shared: 4});
		// Of a text that goes another way, all that is shared is of use.
		expect(of([1, 2, 9])).toEqual({prefix: prefixes[0], shared: 2});
	});

	test('give only prompts with hidden states where those are needed', () => {
		const {of, kept} = recent(100, [1, 2]);
		expect(of([1, 2], true)).toEqual({prefix: null, shared: 0});
		const hidden = kept.remember(prefixOf([1, 2], true));
		expect(of([1, 2], true)).toEqual({prefix: hidden, shared: 2});
	});

	test('take their room once, however often they are used', () => {
		const {kept, prefixes, of} = recent(4, [1, 1], [2, 2]);
		for (let i = 0; i < 3; i++) kept.remember(prefixes[1]);
		expect([of([1, 1]).shared, of([2, 2]).shared]).toEqual([2, 2]);
	});

	test('are forgotten, the oldest first, once they hold more positions than there may be; the last one never is', () => {
		const {of} = recent(5, [1, 1], [2, 2], [3]);
		expect([of([1, 1]), of([2, 2]), of([3])].map(({shared}) => shared)).toEqual([2, 2, 1]);
		const full = recent(5, [1, 1], [2, 2], [3, 3]);
		expect(
			[
				[1, 1],
				[2, 2],
				[3, 3],
			].map(ids => full.of(ids).shared),
		).toEqual([0, 2, 2]);
		const large = recent(5, [1, 1], [2, 2, 2, 2, 2, 2, 2]);
		expect([large.of([1, 1]).shared, large.of([2, 2, 2, 2, 2, 2, 2]).shared]).toEqual([0, 7]);
	});

	test('count as used when they are remembered again, and are eight at most', () => {
		const {of, kept, prefixes} = recent(100, ...Array.from({length: 8}, (_, i) => [i]));
		kept.remember(prefixes[0]);
		kept.remember(prefixOf([8]));
		expect(Array.from({length: 9}, (_, i) => of([i]).shared)).toEqual([1, 0, 1, 1, 1, 1, 1, 1, 1]);
		kept.clear();
		expect(of([0]).prefix).toBeNull();
	});
});

test('many tokens are appended chunk by chunk, with the result of appending them at once', async () => {
	const lm = syntheticModel({vocabSize: 8, contextLength: 4 * CHUNK});
	const prefix = await lm.prefill([1]);
	const {signal} = new AbortController();
	for (const length of [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]) {
		const ids = Array.from({length}, (_, i) => i % 7);
		lm.calls.length = 0;
		const step = await extendBy(lm, prefix, null, ids, {signal});
		expect(step.branches).toMatchObject({size: 1, length});
		expect(step.logits).toEqual(lm.logitsAfter([1, ...ids]));
		const chunks = lm.calls.flatMap(call => (call.method === 'extend' ? [call.tokens[0].length] : []));
		expect(chunks).toHaveLength(Math.ceil(length / CHUNK));
		expect(Math.max(...chunks)).toBeLessThanOrEqual(CHUNK);
	}
	const begun = await extendBy(lm, prefix, null, [5, 6]);
	expect((await extendBy(lm, prefix, begun.branches, [4])).logits).toEqual(lm.logitsAfter([1, 5, 6, 4]));
	await expect(extendBy(lm, prefix, null, [1], {signal: AbortSignal.abort(new Error('left'))})).rejects.toThrow('left');
});
