/** What is done to rows before they are multiplied: embedding, layer norm, rounding to int16. */

import {max4, sum4} from './functions.ts';
import {D, epsilon, L, padded, rows, stepSizes, steps, table, V, x} from './state.ts';

/** Token and position of a row. */
export function embed(row: usize): void {
  const at = rows + (row << 5);
  const token: usize = load<u32>(at), position: usize = load<u32>(at, 4);
  const last = table + (L << 6);
  const wte: usize = load<u32>(last, 8), scales: usize = load<u32>(last, 12), wpe: usize = load<u32>(last, 16);
  let w = wte + (token & ~3) * D + ((token & 3) << 3), p = wpe + (position * D << 2), to = x + (row * D << 2);
  const scale = v128.load32_splat(scales + (token << 2));
  for (let k: usize = 0; k < D; k += 8, w += 32, p += 32, to += 32) {
    const wide = v128.load8x8_s(w);
    v128.store(to, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(wide)), scale), v128.load(p)));
    v128.store(to, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(wide)), scale), v128.load(p, 16)), 16);
  }
}

/** The largest int16 whose products with K bytes always add up in 32 bits. */
// @ts-ignore: decorator
@inline function largest(K: usize): f32 { return <f32>min<usize>(32767, 2147483647 / (127 * K) - 1); }

/** Round a row of float32 [K] to int16, with a step of its own. `from` may be any row. */
export function round(from: usize, row: usize, K: usize): void {
  let m = f32x4.splat(0);
  const end = from + (K << 2);
  for (let a = from; a < end; a += 16) m = f32x4.max(m, f32x4.abs(v128.load(a)));
  const most = max<f32>(max4(m), 1e-30), A = largest(K);
  store<f32>(stepSizes + (row << 2), most / A);
  const inverse = f32x4.splat(A / most);
  let to = steps + (row * K << 1);
  for (let a = from; a < end; a += 32, to += 16) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(a), inverse)));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(a, 16), inverse)));
    v128.store(to, i16x8.narrow_i32x4_s(low, high));
  }
}

/** Layer norm of a row of the residual stream into `to`, [D]. */
export function norm(row: usize, gain: usize, bias: usize, to: usize): void {
  const from = x + (row * D << 2), end = from + (D << 2);
  let s = f32x4.splat(0), s2 = s;
  for (let a = from; a < end; a += 32) { s = f32x4.add(s, v128.load(a)); s2 = f32x4.add(s2, v128.load(a, 16)); }
  const mean = f32x4.splat(sum4(f32x4.add(s, s2)) / <f32>D);
  s = f32x4.splat(0); s2 = s;
  for (let a = from; a < end; a += 32) {
    const d = f32x4.sub(v128.load(a), mean), e = f32x4.sub(v128.load(a, 16), mean);
    s = f32x4.add(s, f32x4.mul(d, d)); s2 = f32x4.add(s2, f32x4.mul(e, e));
  }
  const scale = f32x4.splat(1 / sqrt<f32>(sum4(f32x4.add(s, s2)) / <f32>D + epsilon));
  for (let a = from; a < end; a += 16, gain += 16, bias += 16, to += 16)
    v128.store(to, f32x4.add(f32x4.mul(f32x4.mul(f32x4.sub(v128.load(a), mean), scale), v128.load(gain)), v128.load(bias)));
}
