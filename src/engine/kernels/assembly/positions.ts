/**
 * Queries, keys and values of a row, as a product has made them: heads' norms, rotary positions (Su et al. 2021), and to where attention
 * reads them. A head [d] is filled up with zeros to [dh]. How a page has keys and values, blocks.ts says.
 *
 * Words: 1 queries, 2 bytes of their rows, 3 of their heads, 4-6 the same of keys, 7-9 of values, 10 heads of queries, 11 of keys, 12 d,
 * 13 dh, 14 to [rows, heads, dh], 15 the layer's place in a page, 16 gain of queries [d] or 0, 17 of keys, 18 epsilon,
 * 19 rotations [rows, 2, half], cosines and sines, or 0, 20 half of the channels that are rotated.
 */
import {headBytes, stepsAt, valuesAt} from './blocks.ts';
import {sum4} from './functions.ts';
import {ROW_POSITION} from './layout.ts';
import {roundTo} from './rounding.ts';
import {BLOCK, exact, float, ownRow, PAGE, pageOf, record, word} from './state.ts';

export function positions(op: usize, row: usize): void {
	const d = word(op, 12), dh = word(op, 13), heads = word(op, 10), shared = word(op, 11);
	const position = word(record(row), ROW_POSITION);
	let from = word(op, 1) + row * word(op, 2), to = word(op, 14) + ((row * heads * dh) << 2);
	for (let h: usize = 0; h < heads; h++, from += word(op, 3), to += dh << 2) placed(op, row, from, word(op, 16), d, dh, to);
	const slot = position & (PAGE - 1);
	let head = pageOf(record(row), position) + word(op, 15);
	let keys = word(op, 4) + row * word(op, 5), values = word(op, 7) + row * word(op, 8);
	for (let h: usize = 0; h < shared; h++, keys += word(op, 6), values += word(op, 9), head += headBytes(dh)) {
		placed(op, row, keys, word(op, 17), d, dh, ownRow);
		if (exact) {
			storeKey<f32>(head, slot, dh);
			memory.copy(head + valuesAt(dh) + ((slot * dh) << 2), values, d << 2);
			continue;
		}
		const step = head + stepsAt(dh) + (slot << 2), end = ownRow + (dh << 2);
		store<f32>(step, roundTo(ownRow, end, LARGEST, ownRow));
		storeKey<i16>(head, slot, dh);
		filled(values, d, dh, ownRow);
		store<f32>(step + (PAGE << 2), roundTo(ownRow, end, LARGEST, ownRow));
		memory.copy(head + valuesAt(dh) + ((slot * dh) << 1), ownRow, dh << 1);
	}
}

const LARGEST: f32 = 32767;

/** A key [dh], from this thread's row to its column of its block. */
function storeKey<T>(head: usize, slot: usize, dh: usize): void {
	let at = head + ((slot & ~(BLOCK - 1)) * dh + (slot & (BLOCK - 1))) * sizeof<T>();
	for (let c: usize = 0; c < dh; c++, at += BLOCK * sizeof<T>()) store<T>(at, load<T>(ownRow + c * sizeof<T>()));
}

function filled(from: usize, d: usize, dh: usize, to: usize): void {
	memory.copy(to, from, d << 2);
	if (d !== dh) memory.fill(to + (d << 2), 0, (dh - d) << 2);
}

/** A head's vector, normed where there is a gain, turned by its position where there are rotations. */
function placed(op: usize, row: usize, from: usize, gain: usize, d: usize, dh: usize, to: usize): void {
	filled(from, d, dh, to);
	if (gain !== 0) {
		let s = f32x4.splat(0);
		for (let i: usize = 0; i < dh << 2; i += 16) s = f32x4.add(s, f32x4.mul(v128.load(to + i), v128.load(to + i)));
		const scale = f32x4.splat(1 / sqrt<f32>(sum4(s) / <f32>d + float(op, 18)));
		for (let i: usize = 0; i < dh << 2; i += 16)
			v128.store(to + i, f32x4.mul(f32x4.mul(v128.load(to + i), scale), v128.load(gain + i)));
	}
	if (word(op, 19) === 0) return;
	const half = word(op, 20) << 2, end = to + half;
	let cos = word(op, 19) + (row * half << 1);
	for (let a = to; a < end; a += 4, cos += 4) {
		const c = load<f32>(cos), s = load<f32>(cos + half), x = load<f32>(a), y = load<f32>(a + half);
		store<f32>(a, x * c - y * s);
		store<f32>(a + half, y * c + x * s);
	}
}
