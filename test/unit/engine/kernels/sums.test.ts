import fc from 'fast-check';
import {beforeAll, expect, test} from 'vitest';
import {kernelBytes} from '../../../../scripts/kernels.ts';
import * as layout from '../../../../src/engine/kernels/assembly/layout.ts';
import {logSumExp} from '../../../../src/engine/math/math.ts';

/** Where things are in the memory; a row of logits has this many bytes. */
const [STATE, OWN, SCORED, LOGITS, STRIDE] = [1024, 2048, 8192, 16_384, 4096];

interface Sums {
	begin(state: number): void;
	sumRow(row: number, classes: number, place: number): void;
}

let sums: Sums;
const memory = new WebAssembly.Memory({initial: 1, maximum: 65_536});
beforeAll(async () => {
	const bytes = await kernelBytes('single', 'test/assembly/sums.ts');
	const {instance} = await WebAssembly.instantiate(bytes, {env: {memory}});
	sums = instance.exports as unknown as Sums;
	const words = new Uint32Array(memory.buffer, STATE, layout.STATE_WORDS);
	words[layout.OWN] = OWN;
	words[layout.SCORED] = SCORED;
	words[layout.LOGITS] = LOGITS;
	words[layout.LOGIT_STRIDE] = STRIDE;
	sums.begin(STATE);
});

/** The log-sum-exp of a row as the kernel computes it. Beyond its classes the row is not empty. */
function summed(values: Float32Array): number {
	new Float32Array(memory.buffer, LOGITS + 2 * STRIDE, STRIDE / 4).fill(50).set(values);
	sums.sumRow(2, values.length, 3);
	const at = SCORED + 3 * 4 * layout.SCORED_WORDS;
	const [highest] = new Float32Array(memory.buffer, at + 4 * layout.SCORED_LOGITS, 1);
	return highest + Math.log(new Float64Array(memory.buffer, at + 4 * layout.SCORED_SUM, 1)[0]);
}

/** Rows with ties and removed classes, near and far from each other. */
const rows = (size: number) =>
	fc
		.array(
			fc.oneof(
				{weight: 6, arbitrary: fc.float({min: Math.fround(-size), max: Math.fround(size), noNaN: true})},
				{weight: 2, arbitrary: fc.integer({min: -3, max: 3})},
				{weight: 1, arbitrary: fc.constantFrom(0, -0, -Infinity)},
			),
			{minLength: 0, maxLength: 300},
		)
		.chain(some => fc.float({min: Math.fround(-size), max: Math.fround(size), noNaN: true}).map(one => [...some, one]))
		.map(values => Float32Array.from(values));

test.each([1e-8, 1e-3, 1, 12, 100, 400, 1000, 1e30])(
	'is the JavaScript one, bit for bit, for logits within %s',
	size => {
		fc.assert(
			fc.property(rows(size), row => {
				expect(summed(row)).toBe(logSumExp(row));
			}),
			{numRuns: 300},
		);
	},
);

test('is the JavaScript one for every difference between two logits', () => {
	// In steps of 1/64 over all k, and finer ones where k becomes 1 and 2, and where e^x comes to count for nothing.
	const near = [0, Math.LN2 / 2, 1.5 * Math.LN2, 707];
	const differences = [
		...Array.from({length: 1000 * 64}, (_, i) => i / 64),
		...near.flatMap(at => Array.from({length: 2000}, (_, i) => Math.max(0, at + (i - 1000) * 2 ** -24))),
	];
	for (let i = 0; i < differences.length; i += 500) {
		const row = Float32Array.from([0, ...differences.slice(i, i + 500)], difference => -difference);
		expect(summed(row)).toBe(logSumExp(row));
	}
});

test('is not a number where a logit is not, or is infinite', () => {
	for (const value of [Number.NaN, Infinity]) expect(summed(Float32Array.of(1, value, 2))).toBeNaN();
});
