/**
 * The cache, a block of 16 positions at a time: scores of its keys, and its values mixed. With exact weights keys and values are float32;
 * else int16 with a step for each position, which reads half as many bytes. Both add up in float32 in the same order.
 *
 * A head in a page: its keys [4 blocks, dh, 16], its values [64, dh], and of int16 the steps of keys [64] and of values [64].
 */
import {BLOCK, exact, own, PAGE} from './state.ts';

/** Bytes of a head in a page. */
// @ts-ignore: decorator
@inline export function headBytes(dh: usize): usize {
	return exact ? (dh * PAGE) << 3 : ((dh * PAGE) << 2) + (PAGE << 3);
}
/** Where its values are in it, and of int16 the steps of its keys; those of its values follow. */
// @ts-ignore: decorator
@inline export function valuesAt(dh: usize): usize {
	return exact ? (dh * PAGE) << 2 : (dh * PAGE) << 1;
}
// @ts-ignore: decorator
@inline export function stepsAt(dh: usize): usize {
	return (dh * PAGE) << 2;
}

// Four numbers as float32, from the 4 i-th on.
// @ts-ignore: decorator
@inline function four0<T>(at: usize): v128 {
	return isInteger<T>() ? f32x4.convert_i32x4_s(v128.load16x4_s(at)) : v128.load(at);
}
// @ts-ignore: decorator
@inline function four1<T>(at: usize): v128 {
	return isInteger<T>() ? f32x4.convert_i32x4_s(v128.load16x4_s(at, 8)) : v128.load(at, 16);
}
// @ts-ignore: decorator
@inline function four2<T>(at: usize): v128 {
	return isInteger<T>() ? f32x4.convert_i32x4_s(v128.load16x4_s(at, 16)) : v128.load(at, 32);
}
// @ts-ignore: decorator
@inline function four3<T>(at: usize): v128 {
	return isInteger<T>() ? f32x4.convert_i32x4_s(v128.load16x4_s(at, 24)) : v128.load(at, 48);
}

// @ts-ignore: decorator
@inline function storeScores<T>(to: usize, c0: v128, c1: v128, c2: v128, c3: v128, steps: usize): void {
	v128.store(to, isInteger<T>() ? f32x4.mul(c0, v128.load(steps)) : c0);
	v128.store(to, isInteger<T>() ? f32x4.mul(c1, v128.load(steps, 16)) : c1, 16);
	v128.store(to, isInteger<T>() ? f32x4.mul(c2, v128.load(steps, 32)) : c2, 32);
	v128.store(to, isInteger<T>() ? f32x4.mul(c3, v128.load(steps, 48)) : c3, 48);
}

function scores1<T>(q: usize, keys: usize, dh: usize, to: usize, steps: usize): void {
	let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
	for (const end = q + (dh << 2); q < end; q += 4, keys += BLOCK * sizeof<T>()) {
		const s = v128.load32_splat(q);
		c0 = f32x4.add(c0, f32x4.mul(s, four0<T>(keys)));
		c1 = f32x4.add(c1, f32x4.mul(s, four1<T>(keys)));
		c2 = f32x4.add(c2, f32x4.mul(s, four2<T>(keys)));
		c3 = f32x4.add(c3, f32x4.mul(s, four3<T>(keys)));
	}
	storeScores<T>(to, c0, c1, c2, c3, steps);
}

function scores2<T>(q: usize, p: usize, keys: usize, dh: usize, to: usize, to2: usize, steps: usize): void {
	let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
	for (const end = q + (dh << 2); q < end; q += 4, p += 4, keys += BLOCK * sizeof<T>()) {
		const s = v128.load32_splat(q), t = v128.load32_splat(p);
		let k = four0<T>(keys);
		c0 = f32x4.add(c0, f32x4.mul(s, k));
		d0 = f32x4.add(d0, f32x4.mul(t, k));
		k = four1<T>(keys);
		c1 = f32x4.add(c1, f32x4.mul(s, k));
		d1 = f32x4.add(d1, f32x4.mul(t, k));
		k = four2<T>(keys);
		c2 = f32x4.add(c2, f32x4.mul(s, k));
		d2 = f32x4.add(d2, f32x4.mul(t, k));
		k = four3<T>(keys);
		c3 = f32x4.add(c3, f32x4.mul(s, k));
		d3 = f32x4.add(d3, f32x4.mul(t, k));
	}
	storeScores<T>(to, c0, c1, c2, c3, steps);
	storeScores<T>(to2, d0, d1, d2, d3, steps);
}

/**
 * A product that is zero where the weight is, whatever the other is: behind a text's last position there may be what another text left,
 * which need not be finite.
 */
// @ts-ignore: decorator
@inline function weighted(weight: v128, x: v128): v128 {
	return v128.and(f32x4.mul(weight, x), f32x4.ne(weight, f32x4.splat(0)));
}
/** Of int16 the weights are stepped, and so are zero already. */
// @ts-ignore: decorator
@inline function share<T>(weight: v128, value: v128): v128 {
	return isInteger<T>() ? f32x4.mul(weight, value) : weighted(weight, value);
}

/** Add 16 positions' values [16, dh], by their weights, to an output, 16 channels at a time. */
function mixed1<T>(p: usize, values: usize, dh: usize, to: usize): void {
	const stride = dh * sizeof<T>();
	for (const end = values + stride; values < end; values += 16 * sizeof<T>(), to += 64) {
		let c0 = v128.load(to), c1 = v128.load(to, 16), c2 = v128.load(to, 32), c3 = v128.load(to, 48);
		for (let i: usize = 0, v = values; i < 64; i += 4, v += stride) {
			const s = v128.load32_splat(p + i);
			c0 = f32x4.add(c0, share<T>(s, four0<T>(v)));
			c1 = f32x4.add(c1, share<T>(s, four1<T>(v)));
			c2 = f32x4.add(c2, share<T>(s, four2<T>(v)));
			c3 = f32x4.add(c3, share<T>(s, four3<T>(v)));
		}
		v128.store(to, c0);
		v128.store(to, c1, 16);
		v128.store(to, c2, 32);
		v128.store(to, c3, 48);
	}
}

function mixed2<T>(p: usize, r: usize, values: usize, dh: usize, to: usize, to2: usize): void {
	const stride = dh * sizeof<T>();
	for (const end = values + stride; values < end; values += 16 * sizeof<T>(), to += 64, to2 += 64) {
		let c0 = v128.load(to), c1 = v128.load(to, 16), c2 = v128.load(to, 32), c3 = v128.load(to, 48);
		let d0 = v128.load(to2), d1 = v128.load(to2, 16), d2 = v128.load(to2, 32), d3 = v128.load(to2, 48);
		for (let i: usize = 0, v = values; i < 64; i += 4, v += stride) {
			const s = v128.load32_splat(p + i), t = v128.load32_splat(r + i);
			let k = four0<T>(v);
			c0 = f32x4.add(c0, share<T>(s, k));
			d0 = f32x4.add(d0, share<T>(t, k));
			k = four1<T>(v);
			c1 = f32x4.add(c1, share<T>(s, k));
			d1 = f32x4.add(d1, share<T>(t, k));
			k = four2<T>(v);
			c2 = f32x4.add(c2, share<T>(s, k));
			d2 = f32x4.add(d2, share<T>(t, k));
			k = four3<T>(v);
			c3 = f32x4.add(c3, share<T>(s, k));
			d3 = f32x4.add(d3, share<T>(t, k));
		}
		v128.store(to, c0);
		v128.store(to, c1, 16);
		v128.store(to, c2, 32);
		v128.store(to, c3, 48);
		v128.store(to2, d0);
		v128.store(to2, d1, 16);
		v128.store(to2, d2, 32);
		v128.store(to2, d3, 48);
	}
}

/** Scores of 16 positions for one query [dh]. @param head where the head is in its page. @param b which block of the page. */
export function score1(q: usize, head: usize, b: usize, dh: usize, to: usize): void {
	const at = b * dh * BLOCK;
	if (exact) scores1<f32>(q, head + (at << 2), dh, to, 0);
	else scores1<i16>(q, head + (at << 1), dh, to, head + stepsAt(dh) + (b << 6));
}

export function score2(q: usize, p: usize, head: usize, b: usize, dh: usize, to: usize, to2: usize): void {
	const at = b * dh * BLOCK;
	if (exact) scores2<f32>(q, p, head + (at << 2), dh, to, to2, 0);
	else scores2<i16>(q, p, head + (at << 1), dh, to, to2, head + stepsAt(dh) + (b << 6));
}

/** Weights of 16 positions times the steps of their values. */
function stepped(p: usize, head: usize, b: usize, dh: usize, to: usize): usize {
	const steps = head + stepsAt(dh) + (PAGE << 2) + (b << 6);
	for (let i: usize = 0; i < 64; i += 16) v128.store(to + i, weighted(v128.load(p + i), v128.load(steps + i)));
	return to;
}

/** Add the values of 16 positions, by their weights [16], to an output [dh]. */
export function mix1(p: usize, head: usize, b: usize, dh: usize, to: usize): void {
	const at = b * dh * BLOCK, values = head + valuesAt(dh);
	if (exact) mixed1<f32>(p, values + (at << 2), dh, to);
	else mixed1<i16>(stepped(p, head, b, dh, own), values + (at << 1), dh, to);
}

export function mix2(p: usize, r: usize, head: usize, b: usize, dh: usize, to: usize, to2: usize): void {
	const at = b * dh * BLOCK, values = head + valuesAt(dh);
	if (exact) mixed2<f32>(p, r, values + (at << 2), dh, to, to2);
	else mixed2<i16>(stepped(p, head, b, dh, own), stepped(r, head, b, dh, own + 64), values + (at << 1), dh, to, to2);
}
