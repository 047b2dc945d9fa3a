const WORDS = 624;
const APART = 397;

/**
 * MT19937, whose numbers are PyTorch's on a CPU: Matsumoto & Nishimura 1998, "Mersenne Twister",
 * https://doi.org/10.1145/272991.272995, seeded as in their version of 2002.
 * @param seed unsigned 32-bit.
 * @returns the next number, unsigned 32-bit, at every call.
 */
export function mersenneTwister(seed: number): () => number {
	const state = new Uint32Array(WORDS);
	state[0] = seed;
	for (let i = 1; i < WORDS; i++) {
		const before = state[i - 1];
		state[i] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + i;
	}
	let at = WORDS;
	return () => {
		if (at === WORDS) {
			twist(state);
			at = 0;
		}
		let word = state[at++];
		word ^= word >>> 11;
		word ^= (word << 7) & 0x9d2c_5680;
		word ^= (word << 15) & 0xefc6_0000;
		return (word ^ (word >>> 18)) >>> 0;
	};
}

function twist(state: Uint32Array): void {
	for (let i = 0; i < WORDS; i++) {
		const joined = (state[i] & 0x8000_0000) | (state[(i + 1) % WORDS] & 0x7fff_ffff);
		state[i] = state[(i + APART) % WORDS] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908_b0df : 0);
	}
}
