/**
 * What is done to a row on its own: embedding, norm, rounding to steps. All sums of a row add up eight at a time in two vectors of
 * four, then these, then the rest one by one.
 */
import {sum4} from './functions.ts';
import {NORM_ADD, ROW_PLACE, ROW_POSITION, ROW_TOKEN} from './layout.ts';
import {roundTo} from './rounding.ts';
import {exact, float, hidden, ownRow, record, steps, stepSizes, word} from './state.ts';

/**
 * The embedding of a token: its row of the table times a factor, plus that of its position where there are learned ones.
 * Words: 1 table [classes, K] in tiles, 2 its scales, 3 K, 4 to [rows, K], 5 positions [.., K] or 0, 6 which of them position 0 has,
 * 7 factor.
 */
export function embed(op: usize, row: usize): void {
	const token = word(record(row), ROW_TOKEN), position = word(record(row), ROW_POSITION);
	const K = word(op, 3), positions = word(op, 5);
	const to = word(op, 4) + ((row * K) << 2);
	tableRow(word(op, 1), word(op, 2), token, K, to);
	const factor = f32x4.splat(float(op, 7));
	const learned = positions !== 0 ? positions + (((position + word(op, 6)) * K) << 2) : 0;
	for (let i: usize = 0; i < K << 2; i += 16) {
		let v = f32x4.mul(v128.load(to + i), factor);
		if (learned !== 0) v = f32x4.add(v, v128.load(learned + i));
		v128.store(to + i, v);
	}
}

/** A column of a matrix in tiles, as float32 [K]: what the matrix is of, when its columns are classes. */
function tableRow(table: usize, scales: usize, n: usize, K: usize, to: usize): void {
	const end = to + (K << 2);
	if (exact) {
		for (let w = table + (((n & ~3) * K + (n & 3)) << 2); to < end; to += 4, w += 16) store<f32>(to, load<f32>(w));
		return;
	}

	const scale = v128.load32_splat(scales + (n << 2));
	for (let w = table + (n & ~3) * K + ((n & 3) << 3); to < end; w += 32, to += 32) {
		const wide = v128.load8x8_s(w);
		v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(wide)), scale));
		v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(wide)), scale), 16);
	}
}

/**
 * Layer norm (Ba et al. 2016), or RMS norm (Zhang & Sennrich 2019) where there is no bias.
 * Words: 1 from [rows, K], 2 K, 3 how many of the K are not filling, 4 gain, 5 bias or 0, 6 epsilon, 7 what becomes of it, 8 where it is
 * added, 9 1: the mean is subtracted.
 */
export function norm(op: usize, row: usize): void {
	const K = word(op, 2);
	const from = word(op, 1) + ((row * K) << 2);
	if (word(op, 7) === NORM_ADD) {
		normed(op, from, ownRow);
		const to = word(op, 8) + ((row * K) << 2);
		for (let i: usize = 0; i < K << 2; i += 16)
			v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(ownRow + i)));
		return;
	}

	normed(op, from, ownRow);
	round(ownRow, row, K);
}

/** The norm before the head, of a row that is wanted, to its place. */
export function normWanted(op: usize, row: usize): void {
	const place = word(record(row), ROW_PLACE), K = word(op, 2);
	if (place === 0) return;
	const to = hidden + (((place - 1) * K) << 2);
	normed(op, word(op, 1) + ((row * K) << 2), to);
	round(to, place - 1, K);
}

function normed(op: usize, from: usize, to: usize): void {
	const D = word(op, 3), end = from + (D << 2), whole = from + ((D & ~7) << 2), filled = from + (word(op, 2) << 2);
	let gain = word(op, 4), bias = word(op, 5);
	let mean: f32 = 0;
	if (word(op, 9) !== 0) {
		let s = f32x4.splat(0), t = s;
		for (let a = from; a < whole; a += 32) {
			s = f32x4.add(s, v128.load(a));
			t = f32x4.add(t, v128.load(a, 16));
		}

		mean = sum4(f32x4.add(s, t));
		for (let a = whole; a < end; a += 4) mean += load<f32>(a);
		mean /= <f32>D;
	}

	const m = f32x4.splat(mean);
	let s = f32x4.splat(0), t = s;
	for (let a = from; a < whole; a += 32) {
		const d = f32x4.sub(v128.load(a), m), e = f32x4.sub(v128.load(a, 16), m);
		s = f32x4.add(s, f32x4.mul(d, d));
		t = f32x4.add(t, f32x4.mul(e, e));
	}

	let variance = sum4(f32x4.add(s, t));
	for (let a = whole; a < end; a += 4) variance += (load<f32>(a) - mean) * (load<f32>(a) - mean);
	const scale = f32x4.splat(1 / sqrt<f32>(variance / <f32>D + float(op, 6)));
	for (let a = from; a < filled; a += 16, gain += 16, to += 16) {
		let y = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(a), m), scale), v128.load(gain));
		if (bias !== 0) {
			y = f32x4.add(y, v128.load(bias));
			bias += 16;
		}
		v128.store(to, y);
	}
}

/** The largest int16 whose products with K bytes always add up in 32 bits. */
// @ts-ignore: decorator
@inline function largest(K: usize): f32 {
	return <f32>min<usize>(32767, 2147483647 / (127 * K) - 1);
}

/** Words of the operation: 1 from [rows, K], 2 K. */
export function roundRow(op: usize, row: usize): void {
	const K = word(op, 2);
	round(word(op, 1) + ((row * K) << 2), row, K);
}

/** Round a row of float32 [K] to int16, with a step of its own, as a row of what is multiplied; with exact weights it stays as it is. */
function round(from: usize, row: usize, K: usize): void {
	const end = from + (K << 2);
	if (exact) {
		memory.copy(steps + ((row * K) << 2), from, K << 2);
		return;
	}

	store<f32>(stepSizes + (row << 2), roundTo(from, end, largest(K), steps + ((row * K) << 1)));
}
