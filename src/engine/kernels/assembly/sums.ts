/**
 * The log-sum-exp of a row of logits that is handed out, as `logSumExp` of ../../math.ts has it, bit for bit: e^(logit - highest) in
 * float64, added up from the first class on.
 */
import {max4} from './functions.ts';
import * as layout from './layout.ts';
import {fillUp} from './scores.ts';
import {logits, logitStride, own, scored} from './state.ts';

// e^x for x <= 0 as JavaScript's `Math.exp` has it in V8 and SpiderMonkey: fdlibm's e_exp.c (Sun Microsystems 1993), which takes x
// apart as k ln 2 + r, |r| <= ln 2 / 2.
const INV_LN2: f64 = 1.44269504088896338700e+00;
const LN2_HI: f64 = 6.93147180369123816490e-01, LN2_LO: f64 = 1.90821492927058770002e-10;
const P1: f64 = 1.66666666666666019037e-01, P2: f64 = -2.77777777770155933842e-03, P3: f64 = 6.61375632143793436117e-05;
const P4: f64 = -1.65339022054652515390e-06, P5: f64 = 4.13813679705723846039e-08;
/** From here on, downward, k is not 0: -ln 2 / 2, as far as the first 32 bits of a float64 tell. */
const FIRST: f64 = reinterpret<f64>(0xbfd62e43_00000000);
/** From here on, upward, it is 1 + x; down to there, 2^k is no denormal number. */
const NEAR: f64 = -3.725290298461914e-9, FAR: f64 = -707;

function exp(x: f64): f64 {
	if (!(x < NEAR)) return 1 + x;
	if (x < -745.13321910194110842) return 0;
	const k = x > FIRST ? 0 : Math.trunc(INV_LN2 * x - 0.5);
	const hi = x - k * LN2_HI, lo = k * LN2_LO, r = hi - lo, t = r * r;
	const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
	const y = 1 - (lo - (r * c) / (2 - c) - hi);
	return k >= -1021 ? y * power(k) : y * power(k + 1000) * power(-1000);
}
/** 2^k */
// @ts-ignore: decorator
@inline function power(k: f64): f64 {
	return reinterpret<f64>((<i64>k + 1023) << 52);
}

/** V8 makes a constant anew wherever it stands, by three instructions; what has been loaded stays in a register or on the stack. */
// @ts-ignore: decorator
@inline function held(place: usize, value: f64): v128 {
	v128.store(own + (place << 4), f64x2.splat(value));
	return v128.load(own + (place << 4));
}

/**
 * @param row of the logits.
 * @param classes how many of them count.
 * @param place where the highest logit and the sum go: in the words of a scored row.
 */
export function sumRow(row: usize, classes: usize, place: usize): void {
	const from = logits + row * logitStride, end = from + logitStride;
	fillUp(from + (classes << 2), end);
	let best = v128.load(from);
	for (let a = from; a < end; a += 16) best = f32x4.max(best, v128.load(a));
	const highest = max4(best), h = f64x2.splat(<f64>highest);

	const first = held(0, FIRST), near = held(1, NEAR), far = held(2, FAR), one = held(3, 1), two = held(4, 2);
	const inv = held(5, INV_LN2), half = held(6, 0.5), ln2Hi = held(7, LN2_HI), ln2Lo = held(8, LN2_LO);
	const p1 = held(9, P1), p2 = held(10, P2), p3 = held(11, P3), p4 = held(12, P4), p5 = held(13, P5);
	// In the lowest bits of k + 3 * 2^51 + 1023 stands k + 1023, the exponent of 2^k.
	const exponent = held(14, 6755399441056767);
	let sum: f64 = 0;
	for (let a = from; a < end; a += 8) {
		const x = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a)), h);
		if (i64x2.all_true(v128.and(f64x2.ge(x, far), f64x2.lt(x, near)))) {
			// As in `exp`, two at a time.
			const k = v128.and(f64x2.trunc(f64x2.sub(f64x2.mul(x, inv), half)), f64x2.le(x, first));
			const hi = f64x2.sub(x, f64x2.mul(k, ln2Hi)), lo = f64x2.mul(k, ln2Lo);
			const r = f64x2.sub(hi, lo), t = f64x2.mul(r, r);
			let p = f64x2.add(p4, f64x2.mul(t, p5));
			p = f64x2.add(p3, f64x2.mul(t, p));
			p = f64x2.add(p2, f64x2.mul(t, p));
			p = f64x2.add(p1, f64x2.mul(t, p));
			const c = f64x2.sub(r, f64x2.mul(t, p)), q = f64x2.div(f64x2.mul(r, c), f64x2.sub(two, c));
			const y = f64x2.sub(one, f64x2.sub(f64x2.sub(lo, q), hi));
			const e = f64x2.mul(y, i64x2.shl(f64x2.add(k, exponent), 52));
			sum += f64x2.extract_lane(e, 0);
			sum += f64x2.extract_lane(e, 1);
		} else {
			sum += exp(f64x2.extract_lane(x, 0));
			sum += exp(f64x2.extract_lane(x, 1));
		}
	}
	const to = scored + place * (layout.SCORED_WORDS << 2);
	store<f32>(to + (layout.SCORED_LOGITS << 2), highest);
	store<f64>(to + (layout.SCORED_SUM << 2), sum);
}
