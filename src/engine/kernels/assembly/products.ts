/**
 * Rows of int16 times a matrix of int8, in 32-bit whole numbers: exact, so in any order and any company.
 *
 * A matrix [K, N] is in tiles of 4 columns; in a tile 8 bytes of column 0, 8 of 1, 2, 3, for k = 0..7, then for 8..15, and so on.
 * Bytes are widened as they are loaded (one instruction). One row reads a tile once, for 4 columns; four rows read it twice,
 * for 2 columns each time, since 8 sums are what V8 keeps in registers without spilling.
 */
import {exactProduct} from './exact-products.ts';
import {pass} from './results.ts';
import {exact, own, steps, stepSizes, word} from './state.ts';
import {startPhase, take} from './team.ts';

// @ts-ignore: decorator
@inline function mac(sum: v128, a: v128, w: v128): v128 {
	return i32x4.add(sum, i32x4.dot_i16x8_s(a, w));
}
/** [a0 + a2, b0 + b2, a1 + a3, b1 + b3] */
// @ts-ignore: decorator
@inline function halves(a: v128, b: v128): v128 {
	return i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
}
/** The totals of four sums, of which `halves` made two vectors. */
// @ts-ignore: decorator
@inline function totals(p: v128, q: v128): v128 {
	return i32x4.add(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
}

function one(a: usize, w: usize, K: usize): v128 {
	let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
	for (const end = a + (K << 1); a < end; a += 16, w += 32) {
		const s = v128.load(a);
		c0 = mac(c0, s, v128.load8x8_s(w));
		c1 = mac(c1, s, v128.load8x8_s(w, 8));
		c2 = mac(c2, s, v128.load8x8_s(w, 16));
		c3 = mac(c3, s, v128.load8x8_s(w, 24));
	}
	return totals(halves(c0, c1), halves(c2, c3));
}

/** Two rows; their totals go to `to`. */
function two(a0: usize, w: usize, K: usize, to: usize): void {
	let c00 = i32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
	let a1 = a0 + (K << 1);
	for (const end = a1; a0 < end; a0 += 16, a1 += 16, w += 32) {
		const s = v128.load(a0), t = v128.load(a1);
		let u = v128.load8x8_s(w);
		c00 = mac(c00, s, u);
		c10 = mac(c10, t, u);
		u = v128.load8x8_s(w, 8);
		c01 = mac(c01, s, u);
		c11 = mac(c11, t, u);
		u = v128.load8x8_s(w, 16);
		c02 = mac(c02, s, u);
		c12 = mac(c12, t, u);
		u = v128.load8x8_s(w, 24);
		c03 = mac(c03, s, u);
		c13 = mac(c13, t, u);
	}
	v128.store(to, totals(halves(c00, c01), halves(c02, c03)));
	v128.store(to, totals(halves(c10, c11), halves(c12, c13)), 16);
}

/** Inputs that four rows and a tile fit into 32 kB of cache with. */
const PART: usize = 1600;

/** Blocks of four rows by a tile, two columns at a time; `halves` of each row go to `to`, 128 bytes a block. */
function fours(a0: usize, w0: usize, K: usize, blocks: usize, to: usize): void {
	const stride = K << 1, parts = (K + PART - 1) / PART, size = ((K / parts + 7) & ~7) << 1;
	for (const last = to + (blocks << 7); to < last; to += 128, a0 += stride << 2) {
		for (let from: usize = 0; from < stride; from += size) {
			const begin = a0 + from, end = a0 + min(from + size, stride);
			for (let h: usize = 0; h < 2; h++) {
				let c00 = i32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
				let b = begin, a1 = b + stride, a2 = a1 + stride, a3 = a2 + stride, w = w0 + (from << 1) + (h << 4);
				for (; b < end; b += 16, a1 += 16, a2 += 16, a3 += 16, w += 32) {
					const u = v128.load8x8_s(w), v = v128.load8x8_s(w, 8);
					let s = v128.load(b);
					c00 = mac(c00, s, u);
					c01 = mac(c01, s, v);
					s = v128.load(a1);
					c10 = mac(c10, s, u);
					c11 = mac(c11, s, v);
					s = v128.load(a2);
					c20 = mac(c20, s, u);
					c21 = mac(c21, s, v);
					s = v128.load(a3);
					c30 = mac(c30, s, u);
					c31 = mac(c31, s, v);
				}
				const t = to + (h << 6);
				let r0 = halves(c00, c01), r1 = halves(c10, c11), r2 = halves(c20, c21), r3 = halves(c30, c31);
				if (from !== 0) {
					r0 = i32x4.add(r0, v128.load(t));
					r1 = i32x4.add(r1, v128.load(t, 16));
					r2 = i32x4.add(r2, v128.load(t, 32));
					r3 = i32x4.add(r3, v128.load(t, 48));
				}
				v128.store(t, r0);
				v128.store(t, r1, 16);
				v128.store(t, r2, 32);
				v128.store(t, r3, 48);
			}
		}
	}
}

/** A row's sums of four columns, in the units of its step and of the columns' scales. */
// @ts-ignore: decorator
@inline function scaled(sums: v128, step: usize, scales: v128): v128 {
	return f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(v128.load32_splat(stepSizes + (step << 2)), scales));
}

/**
 * R rows of steps [R, K], from row `first` on, times a matrix [K, N], by all threads.
 * Words: 1 matrix, 2 scales, 3 bias or 0, 4 K, 5 tiles, 6 to, 7 bytes of its rows, 8 what becomes of it, 9 activation.
 * @param to where the first row goes.
 */
export function product(op: usize, first: usize, R: usize, to: usize): void {
	if (exact) return exactProduct(op, first, R, to);
	const w = word(op, 1), K = word(op, 4), tiles = word(op, 5), stride = word(op, 7);
	const how = word(op, 8), activation = word(op, 9), biased: usize = word(op, 3) !== 0 ? 1 : 0;
	const perTurn = max<usize>(1, min<usize>(tiles / 16, (1 << 20) / (K * R)));
	const from = steps + ((first * K) << 1);
	startPhase(tiles, perTurn);
	for (let begin = take(); begin < tiles; begin = take()) {
		const end = min(begin + perTurn, tiles);
		for (let tile = begin; tile < end; tile++) {
			const matrix = w + ((tile * K) << 2), n = tile << 4;
			const scales = v128.load(word(op, 2) + n), bias = biased * (word(op, 3) + n);
			let row = first, a = from, at = to + n;
			const blocks = R >> 2, last = first + R;
			fours(a, matrix, K, blocks, own);
			for (let t = own, stop = own + (blocks << 7); t < stop; t += 64) {
				for (const four = t + 64; t < four; t += 16, row++, at += stride)
					pass(at, bias, how, activation, scaled(totals(v128.load(t), v128.load(t, 64)), row, scales));
			}
			a += ((row - first) * K) << 1;
			if (row + 2 <= last) {
				two(a, matrix, K, own);
				pass(at, bias, how, activation, scaled(v128.load(own), row, scales));
				at += stride;
				pass(at, bias, how, activation, scaled(v128.load(own, 16), row + 1, scales));
				at += stride;
				row += 2;
				a += K << 2;
			}
			if (row < last) pass(at, bias, how, activation, scaled(one(a, matrix, K), row, scales));
		}
	}
}
