/**
 * Rows of float32 times a matrix of float32, for checks and goldens: tiles of 4 columns side by side, [tiles, K, 4]. Four sums
 * take turns over k = 0..K-1, and are added as (0 + 1) + (2 + 3): one order, whatever is computed beside it.
 */
import {pass} from './results.ts';
import {steps, word} from './state.ts';
import {startPhase, take} from './team.ts';

function one(a: usize, w: usize, K: usize): v128 {
	let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
	for (const end = a + (K << 2); a < end; a += 16, w += 64) {
		c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), v128.load(w)));
		c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), v128.load(w, 16)));
		c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), v128.load(w, 32)));
		c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), v128.load(w, 48)));
	}
	return f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
}

/** As `product`, word for word. */
export function exactProduct(op: usize, first: usize, R: usize, to: usize): void {
	const w = word(op, 1), K = word(op, 4), tiles = word(op, 5), stride = word(op, 7);
	const perTurn = max<usize>(1, tiles / 16);
	const from = steps + ((first * K) << 2);
	startPhase(tiles, perTurn);
	for (let begin = take(); begin < tiles; begin = take()) {
		const end = min(begin + perTurn, tiles);
		for (let tile = begin; tile < end; tile++) {
			const matrix = w + ((tile * K) << 4), bias = word(op, 3) !== 0 ? word(op, 3) + (tile << 4) : 0;
			let at = to + (tile << 4);
			for (let row: usize = 0, a = from; row < R; row++, a += K << 2, at += stride)
				pass(at, bias, word(op, 8), word(op, 9), one(a, matrix, K));
		}
	}
}
