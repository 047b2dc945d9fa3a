/** What is known of a row's logits without handing them out. */

import {exp, max4, sum4} from './functions.ts';
import {logits, padded, scored, V} from './state.ts';

export const TOP: usize = 10;

/**
 * Words at `to`: rank, the target's logit less the highest, -, -, 10 ids and 10 logits, the highest first; at byte 104, as float64, the
 * sum S of e^d over all d = logit - highest, and the mean of d. Their logarithm is JavaScript's: AssemblyScript's brings a table.
 */
export function scoreRow(row: usize, target: usize): void {
	const from = logits + ((row * padded(V)) << 2),
		end = from + (padded(V) << 2),
		to = scored + (row << 7);
	for (let i = V; i < padded(V); i++) store<f32>(from + (i << 2), -Infinity);
	const wanted = load<f32>(from + (target << 2)),
		w = f32x4.splat(wanted);
	const ids = to + 16,
		best = ids + (TOP << 2);
	for (let i: usize = 0; i < TOP; i++) {
		store<i32>(ids + (i << 2), -1);
		store<f32>(best + (i << 2), -Infinity);
	}
	let above = i32x4.splat(0),
		m = f32x4.splat(-Infinity),
		limit = m;
	for (let a = from; a < end; a += 16) {
		const v = v128.load(a);
		above = i32x4.sub(above, f32x4.gt(v, w));
		if (v128.any_true(f32x4.gt(v, limit))) {
			for (let i: usize = 0; i < 4; i++) insert(load<f32>(a + (i << 2)), <i32>(((a - from) >> 2) + i), ids, best);
			limit = v128.load32_splat(best + ((TOP - 1) << 2));
		}
	}
	let ties = i32x4.splat(0);
	const stop = from + (target << 2);
	let before = 0;
	for (let a = from; a + 16 <= stop; a += 16) ties = i32x4.sub(ties, f32x4.eq(v128.load(a), w));
	for (let a = stop & ~15; a < stop; a += 4) if (load<f32>(a) === wanted) before++;
	before +=
		i32x4.extract_lane(ties, 0) +
		i32x4.extract_lane(ties, 1) +
		i32x4.extract_lane(ties, 2) +
		i32x4.extract_lane(ties, 3);
	const highest = load<f32>(best),
		h = f32x4.splat(highest);
	// Sums of 64 classes in float32, those in float64.
	let total: f64 = 0,
		weighted: f64 = 0;
	for (let a = from; a < end; ) {
		let s = f32x4.splat(0),
			e = s;
		for (const part = min(a + 256, end); a < part; a += 16) {
			const d = f32x4.max(f32x4.sub(v128.load(a), h), f32x4.splat(-1000)),
				p = exp(d);
			s = f32x4.add(s, p);
			e = f32x4.add(e, f32x4.mul(p, d));
		}
		total += sum4(s);
		weighted += sum4(e);
	}
	store<i32>(
		to,
		1 +
			before +
			i32x4.extract_lane(above, 0) +
			i32x4.extract_lane(above, 1) +
			i32x4.extract_lane(above, 2) +
			i32x4.extract_lane(above, 3),
	);
	store<f32>(to, wanted - highest, 4);
	store<f64>(to, total, 104);
	store<f64>(to, weighted / total, 112);
}

function insert(value: f32, id: i32, ids: usize, best: usize): void {
	if (value <= load<f32>(best + ((TOP - 1) << 2))) return;
	let i = TOP - 1;
	for (; i > 0 && load<f32>(best + ((i - 1) << 2)) < value; i--) {
		store<f32>(best + (i << 2), load<f32>(best + ((i - 1) << 2)));
		store<i32>(ids + (i << 2), load<i32>(ids + ((i - 1) << 2)));
	}
	store<f32>(best + (i << 2), value);
	store<i32>(ids + (i << 2), id);
}
