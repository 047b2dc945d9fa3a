/**
 * What is known of a row's logits without handing them out. Sums of 64 classes in float32, those in float64; the logarithm is
 * JavaScript's: AssemblyScript's brings a table.
 */
import {exp, sum4} from './functions.ts';
import * as layout from './layout.ts';
import {logitStride, logits, scored} from './state.ts';

const TOP: usize = layout.SCORED_TOP;

/**
 * @param row of the logits.
 * @param classes how many of the logits are scored.
 * @param target the class whose rank is wanted.
 * @param mask 1 for every class whose probability is added up, [classes] float32, or 0.
 * @param place among the scored rows, where the words of layout.ts go.
 */
export function scoreRow(row: usize, classes: usize, target: i32, mask: usize, place: usize): void {
	const from = logits + row * logitStride, end = from + logitStride;
	const to = scored + place * (layout.SCORED_WORDS << 2);
	fillUp(from + (classes << 2), end);
	const wanted: f32 = target < 0 ? <f32>Infinity : load<f32>(from + (<usize>target << 2)), w = f32x4.splat(wanted);
	const ids = to + (layout.SCORED_IDS << 2), best = to + (layout.SCORED_LOGITS << 2);
	for (let i: usize = 0; i < TOP; i++) {
		store<i32>(ids + (i << 2), -1);
		store<f32>(best + (i << 2), -Infinity);
	}

	let above = i32x4.splat(0), limit = f32x4.splat(-Infinity);
	for (let a = from; a < end; a += 16) {
		const v = v128.load(a);
		above = i32x4.sub(above, f32x4.gt(v, w));
		if (v128.any_true(f32x4.gt(v, limit))) {
			for (let i: usize = 0; i < 4; i++) insert(load<f32>(a + (i << 2)), <i32>(((a - from) >> 2) + i), ids, best);
			limit = v128.load32_splat(best + ((TOP - 1) << 2));
		}
	}

	// Equal logits with a lower id rank before the target.
	const stop = target < 0 ? from : from + (<usize>target << 2), whole = from + ((stop - from) & ~15);
	for (let a = from; a < whole; a += 16) above = i32x4.sub(above, f32x4.eq(v128.load(a), w));
	let before = 1 + total(above);
	for (let a = whole; a < stop; a += 4) if (load<f32>(a) === wanted) before++;

	const highest = load<f32>(best), h = f32x4.splat(highest);
	let sum: f64 = 0, weighted: f64 = 0, mass: f64 = 0;
	for (let a = from; a < end; ) {
		let s = f32x4.splat(0), e = s, g = s;
		for (const part = min(a + 256, end); a < part; a += 16) {
			const d = f32x4.max(f32x4.sub(v128.load(a), h), f32x4.splat(-1000)), p = exp(d);
			s = f32x4.add(s, p);
			e = f32x4.add(e, f32x4.mul(p, d));
			if (mask !== 0) g = f32x4.add(g, f32x4.mul(p, v128.load(mask + (a - from))));
		}
		sum += sum4(s);
		weighted += sum4(e);
		mass += sum4(g);
	}
	store<i32>(to + (layout.SCORED_RANK << 2), before);
	store<f32>(to + (layout.SCORED_TARGET << 2), wanted - highest);
	store<f64>(to + (layout.SCORED_SUM << 2), sum);
	store<f64>(to + (layout.SCORED_MEAN << 2), weighted / sum);
	store<f64>(to + (layout.SCORED_MASS << 2), mass);
}

/** What fills a row up beyond its classes counts for nothing. */
export function fillUp(from: usize, end: usize): void {
	for (let a = from; a < end; a += 4) store<f32>(a, -Infinity);
}

// @ts-ignore: decorator
@inline function total(v: v128): i32 {
	return (
		i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
	);
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
