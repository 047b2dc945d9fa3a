/**
 * Attention of a head, for one row or for two that may share pages of the cache. Scores add up over channels, outputs over
 * positions, each in one order, whatever is computed beside them; blocks begin at multiples of 16 of the text, so the lanes of
 * the softmax's sum are the same as well. Masked positions add an exact zero.
 */

import {exp, max4, sum4} from './functions.ts';
import {BLOCK, D, dh, H, mixed, own, PAGE, queries, rows} from './state.ts';
import {startPhase, take} from './team.ts';

/** Scores of 16 positions for one query: [dh] times keys [dh, 16]. */
function score1(q: usize, keys: usize, to: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (const end = q + (dh << 2); q < end; q += 4, keys += 64) {
    const s = v128.load32_splat(q);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(keys))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(keys, 16)));
    c2 = f32x4.add(c2, f32x4.mul(s, v128.load(keys, 32))); c3 = f32x4.add(c3, f32x4.mul(s, v128.load(keys, 48)));
  }
  v128.store(to, c0); v128.store(to, c1, 16); v128.store(to, c2, 32); v128.store(to, c3, 48);
}

function score2(q: usize, p: usize, keys: usize, to: usize, to2: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  for (const end = q + (dh << 2); q < end; q += 4, p += 4, keys += 64) {
    const s = v128.load32_splat(q), t = v128.load32_splat(p);
    let k = v128.load(keys); c0 = f32x4.add(c0, f32x4.mul(s, k)); d0 = f32x4.add(d0, f32x4.mul(t, k));
    k = v128.load(keys, 16); c1 = f32x4.add(c1, f32x4.mul(s, k)); d1 = f32x4.add(d1, f32x4.mul(t, k));
    k = v128.load(keys, 32); c2 = f32x4.add(c2, f32x4.mul(s, k)); d2 = f32x4.add(d2, f32x4.mul(t, k));
    k = v128.load(keys, 48); c3 = f32x4.add(c3, f32x4.mul(s, k)); d3 = f32x4.add(d3, f32x4.mul(t, k));
  }
  v128.store(to, c0); v128.store(to, c1, 16); v128.store(to, c2, 32); v128.store(to, c3, 48);
  v128.store(to2, d0); v128.store(to2, d1, 16); v128.store(to2, d2, 32); v128.store(to2, d3, 48);
}

/** Add 16 positions' values [16, dh] to an output, 16 channels at a time. */
function mix1(p: usize, values: usize, to: usize): void {
  const stride = dh << 2;
  for (let c: usize = 0; c < stride; c += 64) {
    let v = values + c;
    const o = to + c;
    let c0 = v128.load(o), c1 = v128.load(o, 16), c2 = v128.load(o, 32), c3 = v128.load(o, 48);
    for (let i: usize = 0; i < 64; i += 4, v += stride) {
      const s = v128.load32_splat(p + i);
      c0 = f32x4.add(c0, f32x4.mul(s, v128.load(v))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(v, 16)));
      c2 = f32x4.add(c2, f32x4.mul(s, v128.load(v, 32))); c3 = f32x4.add(c3, f32x4.mul(s, v128.load(v, 48)));
    }
    v128.store(o, c0); v128.store(o, c1, 16); v128.store(o, c2, 32); v128.store(o, c3, 48);
  }
}

function mix2(p: usize, r: usize, values: usize, to: usize, to2: usize): void {
  const stride = dh << 2;
  for (let c: usize = 0; c < stride; c += 64) {
    let v = values + c;
    const o = to + c, o2 = to2 + c;
    let c0 = v128.load(o), c1 = v128.load(o, 16), c2 = v128.load(o, 32), c3 = v128.load(o, 48);
    let d0 = v128.load(o2), d1 = v128.load(o2, 16), d2 = v128.load(o2, 32), d3 = v128.load(o2, 48);
    for (let i: usize = 0; i < 64; i += 4, v += stride) {
      const s = v128.load32_splat(p + i), t = v128.load32_splat(r + i);
      let k = v128.load(v); c0 = f32x4.add(c0, f32x4.mul(s, k)); d0 = f32x4.add(d0, f32x4.mul(t, k));
      k = v128.load(v, 16); c1 = f32x4.add(c1, f32x4.mul(s, k)); d1 = f32x4.add(d1, f32x4.mul(t, k));
      k = v128.load(v, 32); c2 = f32x4.add(c2, f32x4.mul(s, k)); d2 = f32x4.add(d2, f32x4.mul(t, k));
      k = v128.load(v, 48); c3 = f32x4.add(c3, f32x4.mul(s, k)); d3 = f32x4.add(d3, f32x4.mul(t, k));
    }
    v128.store(o, c0); v128.store(o, c1, 16); v128.store(o, c2, 32); v128.store(o, c3, 48);
    v128.store(o2, d0); v128.store(o2, d1, 16); v128.store(o2, d2, 32); v128.store(o2, d3, 48);
  }
}

/** Scores of positions 0..position, in place to e^(score - highest); 0 in the rest of the last page. @returns 1 / their sum */
function softmax(scores: usize, position: usize): f32 {
  const end = scores + ((position & ~(BLOCK - 1)) + BLOCK << 2);
  for (let a = scores + (position + 1 << 2); a < end; a += 4) store<f32>(a, -Infinity);
  let m = v128.load(scores);
  for (let a = scores + 16; a < end; a += 16) m = f32x4.max(m, v128.load(a));
  m = f32x4.splat(max4(m));
  let s = f32x4.splat(0);
  for (let a = scores; a < end; a += 16) { const e = exp(f32x4.sub(v128.load(a), m)); v128.store(a, e); s = f32x4.add(s, e); }
  return 1 / sum4(s);
}

/** Where a row's query, scores and output are: this thread's own. */
// @ts-ignore: decorator
@inline function ownQuery(i: usize): usize { return own + 2048 + i * (dh << 3); }
function loadQuery(row: usize, head: usize, to: usize): void {
  const from = queries + (row * D + head * dh << 2), scale = f32x4.splat(1 / sqrt<f32>(<f32>dh));
  for (let i: usize = 0; i < dh << 2; i += 16) { v128.store(to + i, f32x4.mul(v128.load(from + i), scale)); v128.store(to + (dh << 2) + i, f32x4.splat(0)); }
}
function storeOutput(row: usize, head: usize, from: usize, scale: f32): void {
  const to = mixed + (row * D + head * dh << 2), s = f32x4.splat(scale);
  for (let i: usize = 0; i < dh << 2; i += 16) v128.store(to + i, f32x4.mul(v128.load(from + i), s));
}

/** Where the i-th block of a text is, less what keys and values of a head add. */
// @ts-ignore: decorator
@inline function block(pages: usize, i: usize): usize { return <usize>load<u32>(pages + (i >> 2 << 2)) + (i & 3) * (dh << 6); }

/** Two rows (or one, if `pair` is false) in one head. */
function attend(layer: usize, head: usize, row: usize, pair: bool, scores: usize, scores2: usize): void {
  const at = rows + (row << 5);
  const position: usize = load<u32>(at, 4), pages: usize = load<u32>(at, 8);
  const position2: usize = pair ? load<u32>(at, 36) : 0, pages2: usize = pair ? load<u32>(at, 40) : 0;
  const keys = (layer * D + head * dh) * PAGE << 3, values = keys + (dh * PAGE << 2);
  const q = ownQuery(0), q2 = ownQuery(1), o = q + (dh << 2), o2 = q2 + (dh << 2);
  loadQuery(row, head, q);
  if (pair) loadQuery(row + 1, head, q2);
  const n = position / BLOCK + 1, n2 = pair ? position2 / BLOCK + 1 : 0, both = min(n, n2);
  let i: usize = 0;
  for (; i < both; i++) {
    const a = block(pages, i) + keys, b = block(pages2, i) + keys;
    if (a === b) score2(q, q2, a, scores + (i << 6), scores2 + (i << 6));
    else { score1(q, a, scores + (i << 6)); score1(q2, b, scores2 + (i << 6)); }
  }
  for (let j = i; j < n; j++) score1(q, block(pages, j) + keys, scores + (j << 6));
  for (let j = i; j < n2; j++) score1(q2, block(pages2, j) + keys, scores2 + (j << 6));
  const scale = softmax(scores, position), scale2: f32 = pair ? softmax(scores2, position2) : 0;
  for (i = 0; i < both; i++) {
    const a = block(pages, i) + values, b = block(pages2, i) + values;
    if (a === b) mix2(scores + (i << 6), scores2 + (i << 6), a, o, o2);
    else { mix1(scores + (i << 6), a, o); mix1(scores2 + (i << 6), b, o2); }
  }
  for (let j = i; j < n; j++) mix1(scores + (j << 6), block(pages, j) + values, o);
  for (let j = i; j < n2; j++) mix1(scores2 + (j << 6), block(pages2, j) + values, o2);
  storeOutput(row, head, o, scale);
  if (pair) storeOutput(row + 1, head, o2, scale2);
}

export function attention(layer: usize, R: usize): void {
  const pairs = R + 1 >> 1, n = H * pairs;
  const scores = own + 2048 + (dh << 4), scores2 = scores + <usize>(1 << 15);
  startPhase(n, 1);
  for (let u = take(); u < n; u = take()) {
    const head = u / pairs, row = u - head * pairs << 1;
    attend(layer, head, row, row + 1 < R, scores, scores2);
  }
}
