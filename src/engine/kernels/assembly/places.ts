/**
 * A place in the program where a value can be looked at, and changed: the residual stream between parts of a block, queries, what the
 * heads hand on. It costs nothing while no value is looked at.
 * Words: 1 value [rows, K], 2 K, 3 where it is copied [rows, K] or 0, 4 patches or 0, 5 how many.
 */
import {PATCH_WORDS, REPLACE} from './layout.ts';
import {float, word} from './state.ts';

// @ts-ignore: decorator
@inline export function isUsed(op: usize): bool {
	return word(op, 3) !== 0 || word(op, 5) !== 0;
}

export function place(op: usize, row: usize): void {
	const K = word(op, 2), at = word(op, 1) + ((row * K) << 2);
	let patch = word(op, 4);
	for (let i: usize = 0; i < word(op, 5); i++, patch += PATCH_WORDS << 2) {
		if (word(patch, 0) !== row) continue;
		const vector = word(patch, 2), weight = f32x4.splat(float(patch, 3)), replaced = word(patch, 1) === REPLACE;
		for (let k: usize = 0; k < K << 2; k += 16) {
			const v = f32x4.mul(v128.load(vector + k), weight);
			v128.store(at + k, replaced ? v : f32x4.add(v128.load(at + k), v));
		}
	}
	if (word(op, 3) !== 0) memory.copy(word(op, 3) + ((row * K) << 2), at, K << 2);
}
