/** A stream of uniform numbers in [0, 1) with 53 random bits each. */
export interface RandomStream {
	next(): number;
}

/**
 * One stream for every (seed, index): the same pair gives the same numbers on every machine, and streams of
 * different indices have nothing to do with each other. So continuation i is the same text however many are drawn.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), seeded with both numbers as its state words and warmed up
 * as PractRand does.
 * @param seed unsigned 32-bit.
 * @param index unsigned 32-bit.
 */
export function randomStream(seed: number, index = 0): RandomStream {
	let a = seed | 0;
	let b = index | 0;
	let c = 0x9e37_79b9 | 0;
	let counter = 1;

	function word() {
		const result = (a + b + counter++) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + result) | 0;
		return result >>> 0;
	}

	for (let i = 0; i < 20; i++) word();
	return {
		next() {
			const high = word() >>> 5;
			const low = word() >>> 6;
			return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
		},
	};
}
