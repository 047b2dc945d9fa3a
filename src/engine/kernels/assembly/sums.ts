/**
 * The log-sum-exp of a row of logits that is handed out: the sum of e^(logit - highest) in float64, from the first class on, as
 * ../../sum-of-exp.ts computes it, bit for bit.
 */
import {max4} from './functions.ts';
import * as layout from './layout.ts';
import {fillUp} from './scores.ts';
import {logits, logitStride, own, scored} from './state.ts';

// As there: e^x of fdlibm's e_exp.c, with its notice.
const INV_LN2: f64 = 1.44269504088896338700e+00;
const LN2_HI: f64 = 6.93147180369123816490e-01, LN2_LO: f64 = 1.90821492927058770002e-10;
const P1: f64 = 1.66666666666666019037e-01, P2: f64 = -2.77777777770155933842e-03, P3: f64 = 6.61375632143793436117e-05;
const P4: f64 = -1.65339022054652515390e-06, P5: f64 = 4.13813679705723846039e-08;
const FIRST: f64 = -0.3465735912322998, FAR: f64 = -707;

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

	const first = held(0, FIRST), far = held(1, FAR), half = held(2, 0.5), one = held(3, 1), two = held(4, 2);
	const inv = held(5, INV_LN2), ln2Hi = held(6, LN2_HI), ln2Lo = held(7, LN2_LO);
	const p1 = held(8, P1), p2 = held(9, P2), p3 = held(10, P3), p4 = held(11, P4), p5 = held(12, P5);
	// In the lowest bits of k + 3 * 2^51 + 1023 stands k + 1023, the exponent of 2^k.
	const exponent = held(13, 6755399441056767);
	let sum: f64 = 0;
	for (let a = from; a < end; a += 8) {
		const d = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a)), h), x = f64x2.max(d, far);
		const k = v128.and(f64x2.trunc(f64x2.sub(f64x2.mul(x, inv), half)), f64x2.le(x, first));
		const hi = f64x2.sub(x, f64x2.mul(k, ln2Hi)), lo = f64x2.mul(k, ln2Lo);
		const r = f64x2.sub(hi, lo), t = f64x2.mul(r, r);
		let p = f64x2.add(p4, f64x2.mul(t, p5));
		p = f64x2.add(p3, f64x2.mul(t, p));
		p = f64x2.add(p2, f64x2.mul(t, p));
		p = f64x2.add(p1, f64x2.mul(t, p));
		const c = f64x2.sub(r, f64x2.mul(t, p)), q = f64x2.div(f64x2.mul(r, c), f64x2.sub(two, c));
		const y = f64x2.sub(one, f64x2.sub(f64x2.sub(lo, q), hi));
		const e = v128.andnot(f64x2.mul(y, i64x2.shl(f64x2.add(k, exponent), 52)), f64x2.le(d, far));
		sum += f64x2.extract_lane(e, 0);
		sum += f64x2.extract_lane(e, 1);
	}
	const to = scored + place * (layout.SCORED_WORDS << 2);
	store<f32>(to + (layout.SCORED_LOGITS << 2), highest);
	store<f64>(to + (layout.SCORED_SUM << 2), sum);
}
