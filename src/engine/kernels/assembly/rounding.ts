/** Rounding to whole numbers of 16 bits, in steps of a row's own. */
import {max4} from './functions.ts';

/** Round float32 from..end, a multiple of 8 numbers, to int16 that are at most `most`; in place, too. @returns the step. */
export function roundTo(from: usize, end: usize, most: f32, to: usize): f32 {
	let m = f32x4.splat(0);
	for (let a = from; a < end; a += 16) m = f32x4.max(m, f32x4.abs(v128.load(a)));
	const largest = max<f32>(max4(m), 1e-30);
	const inverse = f32x4.splat(most / largest);
	for (let a = from; a < end; a += 32, to += 16) {
		const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(a), inverse)));
		const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(a, 16), inverse)));
		v128.store(to, i16x8.narrow_i32x4_s(low, high));
	}
	return largest / most;
}
