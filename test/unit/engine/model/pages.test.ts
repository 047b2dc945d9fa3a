import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ModelMemory} from '../../../../src/engine/model/memory.ts';
import {Pages} from '../../../../src/engine/model/pages.ts';

/** Pages that hold, of each position, the token that was written there: what a text reads must be its own tokens. */

const PAGE = 64;
const PAGE_BYTES = 4 * PAGE;

function cache(kept = 1e9) {
	const memory = new ModelMemory(1, false);
	const pages = new Pages(memory, PAGE_BYTES, kept);
	/** Compute what is missing of a text, and everything from `from` on again. */
	const read = (ids: readonly number[], from = ids.length, root = '', ends = true) => {
		const reading = pages.open();
		pages.begin(reading);
		const known = Math.min(from, pages.known(ids, root));
		const claim = pages.claim(reading, ids, ids.length, root);
		if (ends) pages.end(reading);
		for (let i = known; i < ids.length; i++) memory.words(claim.pages[Math.floor(i / PAGE)], PAGE)[i % PAGE] = ids[i];
		return {known, claim, reading};
	};
	const written = (addresses: readonly number[], n: number) =>
		Array.from({length: n}, (_, i) => memory.words(addresses[Math.floor(i / PAGE)], PAGE)[i % PAGE]);
	return {pages, read, written};
}

const text = (length: number, last = 0) => Array.from({length}, (_, i) => (i === length - 1 ? 1000 + last : i));

describe('the cache', () => {
	test('knows the beginning that a text has in common with an earlier one, to the token', () => {
		const {pages, read} = cache();
		read(text(150));
		expect(pages.known(text(150))).toBe(150);
		expect(pages.known([...text(150), 7])).toBe(150);
		expect(pages.known([...text(150).slice(0, 100), 7])).toBe(100);
		expect(pages.known([7])).toBe(0);
		expect(pages.known(text(150), 'another way')).toBe(0);
	});

	test('shares whole pages, and copies the one in which texts part', () => {
		const {pages, read, written} = cache();
		const beginning = text(100);
		const a = read([...beginning, 1, 2]).claim.pages;
		const b = read([...beginning, 1, 3]).claim.pages;
		expect(b[0]).toBe(a[0]);
		expect(b[1]).not.toBe(a[1]);
		expect(written(a, 102)).toEqual([...beginning, 1, 2]);
		expect(written(b, 102)).toEqual([...beginning, 1, 3]);
		expect(pages.count).toBe(3);
	});

	test('continues a text in its own page, without a copy', () => {
		const {pages, read} = cache();
		const a = read(text(70)).claim.pages;
		const b = read([...text(70), 5]).claim.pages;
		expect(b).toEqual(a);
		expect(pages.count).toBe(2);
	});

	test('takes back what was claimed and not computed', () => {
		const {pages, read} = cache();
		read(text(70));
		read([...text(70), 5, 6]).claim.undo();
		expect(pages.known([...text(70), 5, 6])).toBe(70);
		read([...text(70).slice(0, 30), 9]).claim.undo();
		expect(pages.known([...text(70).slice(0, 30), 9])).toBe(30);
		expect(pages.count).toBe(2);
	});

	test('forgets what was used longest ago, and never what was used lately', () => {
		const {pages, read} = cache(4 * PAGE_BYTES);
		for (let i = 0; i < 60; i++) {
			read([i, ...text(10)]);
			expect(pages.known([i, ...text(10)])).toBe(11);
		}
		expect(pages.count).toBeLessThanOrEqual(4);
		expect(pages.known([50, ...text(10)])).toBe(0);
		expect(pages.known([58, ...text(10)])).toBe(11);
		pages.clear();
		expect(pages.count).toBe(0);
	});

	test('keeps the pages of a step until the next one has used them, however many runs it takes', () => {
		const {pages} = cache(PAGE_BYTES);
		const branches = (step: number) => Array.from({length: 30}, (_, b) => [b, ...Array(PAGE * step - 1).keys()]);
		for (let step = 1; step < 5; step++) {
			const reading = pages.open(true);
			for (const branch of branches(step)) {
				expect(pages.known(branch)).toBe(PAGE * (step - 1));
				pages.begin(reading);
				pages.claim(reading, branch, branch.length);
			}
			pages.end(reading);
		}
	});

	test('keeps what is known of every text of a run while those before it take their pages, however long ago it was read', () => {
		const {pages, read, written} = cache(6 * PAGE_BYTES);
		const branches = [0, 1, 2].map(b => [...text(PAGE - 1), b]);
		for (const branch of branches) read(branch);
		for (const other of [7, 8, 9]) read([other]);
		const reading = pages.open(true);
		const extended = branches.map(branch => [...branch, 5]);
		expect(extended.map(ids => pages.known(ids))).toEqual([PAGE, PAGE, PAGE]);
		pages.begin(reading, extended);
		for (const ids of extended) {
			const claim = pages.claim(reading, ids, ids.length);
			expect(written(claim.pages, PAGE)).toEqual(ids.slice(0, PAGE));
		}
	});

	test('keeps what is still being read, however long ago its turn was', () => {
		const {pages, read} = cache(4 * PAGE_BYTES);
		const {reading} = read(text(150), 150, '', false);
		for (let i = 0; i < 60; i++) read([i, ...text(10)]);
		expect(pages.known(text(150))).toBe(150);
		pages.end(reading);
		for (let i = 0; i < 60; i++) read([i, ...text(10)]);
		expect(pages.known(text(150))).toBe(0);
	});
});

test('whatever is read in whatever order, every text finds its own tokens', () => {
	const few = fc.array(fc.nat(2), {minLength: 1, maxLength: 200});
	const texts = fc.array(fc.record({ids: few, again: fc.nat(200), undone: fc.boolean()}), {maxLength: 30});
	fc.assert(
		fc.property(texts, fc.integer({min: 1, max: 8}), (all, room) => {
			const {read, written} = cache(room * PAGE_BYTES);
			for (const {ids, again, undone} of all) {
				const {claim} = read(ids, Math.min(again, ids.length));
				expect(written(claim.pages, ids.length)).toEqual(ids);
				if (undone) claim.undo();
			}
		}),
		{numRuns: 60},
	);
});
