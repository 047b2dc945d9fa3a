import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {CHUNK, type Chunk, rechunk} from '../../../src/ui/chunks.ts';

const isSame = (a: number, b: number) => a === b;
const itemsOf = (chunks: readonly Chunk<number>[]) => chunks.flatMap(({items}) => items);
const long = Array.from({length: 2000}, (_, i) => i);
const kept = (before: readonly Chunk<number>[], after: readonly Chunk<number>[]) =>
	before.filter(chunk => after.includes(chunk)).length;

describe('a long list in chunks', () => {
	test('is in no chunk twice, in order, and each chunk has its own key', () => {
		const list = fc.array(fc.nat(3), {maxLength: 400});
		fc.assert(
			fc.property(list, list, list, (...states) => {
				let chunks: readonly Chunk<number>[] = [];
				for (const items of states) {
					chunks = rechunk(items, chunks, isSame);
					expect(itemsOf(chunks)).toEqual(items);
					expect(new Set(chunks.map(({key}) => key)).size).toBe(chunks.length);
					expect(chunks.every(({items}) => items.length > 0 && items.length <= CHUNK)).toBe(true);
				}
			}),
		);
	});

	test.each([0, 1, 700, 1999])('an edit at %d leaves all chunks but the ones around it as they are', at => {
		const before = rechunk(long, [], isSame);
		for (const edited of [long.toSpliced(at, 1), long.toSpliced(at, 0, -1), long.with(at, -1)])
			expect(kept(before, rechunk(edited, before, isSame))).toBeGreaterThanOrEqual(before.length - 2);
		expect(rechunk([...long], before, isSame)).toBe(before);
	});

	test('items that come one by one share chunks', () => {
		let chunks: readonly Chunk<number>[] = [];
		for (let length = 1; length <= 1000; length++) chunks = rechunk(long.slice(0, length), chunks, isSame);
		expect(chunks.length).toBeLessThanOrEqual(2 * Math.ceil(1000 / CHUNK));
	});
});
