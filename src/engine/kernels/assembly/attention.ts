/**
 * Attention over the paged cache, for two queries that may share pages, or for one. Scores add up over channels, outputs over
 * positions, each in one order, whatever is computed beside them; blocks begin at multiples of 16 of the text, so the lanes of
 * the softmax's sum are the same as well. Masked positions add an exact zero.
 *
 * Several heads of queries may share one of keys (grouped queries, Ainslie et al. 2023). With a window of w, position i sees those
 * above i - w.
 *
 * Words: 1 queries [rows, heads, dh], 2 to, 3 bytes of its rows, 4 heads of queries, 5 heads of keys, 6 d, 7 dh, 8 the layer's place in a
 * page, 9 scale, 10 window or 0, 11 factors [heads] of the outputs or 0, 12 what is added to them [heads, d] or 0, 13 where the
 * weights go [rows, heads, positions] or 0, 14 bytes of a head's.
 */
import {headBytes, mix1, mix2, score1, score2} from './blocks.ts';
import {exp, max4, sum4} from './functions.ts';
import {ROW_POSITION, ROW_TABLE} from './layout.ts';
import {BLOCK, float, ownHeads, ownScoreBytes, ownScores, record, word} from './state.ts';
import {startPhase, take} from './team.ts';

/**
 * Scores of positions first..position, in place to e^(score - highest); 0 in the rest of their first and last block.
 * @returns 1 / their sum
 */
function softmax(scores: usize, first: usize, position: usize): f32 {
	const begin = scores + ((first & ~(BLOCK - 1)) << 2), end = scores + (((position & ~(BLOCK - 1)) + BLOCK) << 2);
	for (let a = begin; a < scores + (first << 2); a += 4) store<f32>(a, -Infinity);
	for (let a = scores + ((position + 1) << 2); a < end; a += 4) store<f32>(a, -Infinity);
	let m = v128.load(begin);
	for (let a = begin + 16; a < end; a += 16) m = f32x4.max(m, v128.load(a));
	m = f32x4.splat(max4(m));
	let s = f32x4.splat(0);
	for (let a = begin; a < end; a += 16) {
		const e = exp(f32x4.sub(v128.load(a), m));
		v128.store(a, e);
		s = f32x4.add(s, e);
	}
	return 1 / sum4(s);
}

/** A query, scaled, to this thread's own; its output begins at zero. */
function begin(op: usize, row: usize, head: usize, q: usize): void {
	const dh = word(op, 7), from = word(op, 1) + (((row * word(op, 4) + head) * dh) << 2), scale = f32x4.splat(float(op, 9));
	for (let i: usize = 0; i < dh << 2; i += 16) {
		v128.store(q + i, f32x4.mul(v128.load(from + i), scale));
		v128.store(q + (dh << 2) + i, f32x4.splat(0));
	}
}

/** An output to the row it belongs to, and its weights where they are wanted. */
function end(op: usize, row: usize, head: usize, output: usize, scale: f32, scores: usize, first: usize): void {
	const d = word(op, 6);
	const s = f32x4.splat(word(op, 11) !== 0 ? scale * load<f32>(word(op, 11) + (head << 2)) : scale);
	for (let i: usize = 0; i < word(op, 7) << 2; i += 16) v128.store(output + i, f32x4.mul(v128.load(output + i), s));
	if (word(op, 12) !== 0) {
		const added = word(op, 12) + ((head * d) << 2);
		for (let i: usize = 0; i < d << 2; i += 4) store<f32>(output + i, load<f32>(output + i) + load<f32>(added + i));
	}
	memory.copy(word(op, 2) + row * word(op, 3) + ((head * d) << 2), output, d << 2);
	if (word(op, 13) === 0) return;
	const to = word(op, 13) + (row * word(op, 4) + head) * word(op, 14), position = word(record(row), ROW_POSITION);
	memory.fill(to, 0, first << 2);
	for (let i = first; i <= position; i++) store<f32>(to + (i << 2), load<f32>(scores + (i << 2)) * scale);
}

/** Where the page is that has the i-th block of a text. */
// @ts-ignore: decorator
@inline function pageOfBlock(pages: usize, i: usize): usize {
	return <usize>load<u32>(pages + ((i >> 2) << 2));
}

/** The first position that one sees. */
// @ts-ignore: decorator
@inline function firstSeen(window: usize, position: usize): usize {
	return window !== 0 && position >= window ? position - window + 1 : 0;
}

/** Query j of a head of keys is row j / group and, in its group, head j % group. Two of them, or one if `pair` is false. */
function attend(op: usize, shared: usize, group: usize, j: usize, pair: bool): void {
	const dh = word(op, 7), window = word(op, 10);
	const row = j / group, row2 = (j + 1) / group, head = shared * group + j % group, head2 = shared * group + (j + 1) % group;
	const at = record(row), at2 = record(pair ? row2 : row);
	const position = word(at, ROW_POSITION), pages = word(at, ROW_TABLE);
	const position2 = word(at2, ROW_POSITION), pages2 = word(at2, ROW_TABLE);
	const place = word(op, 8) + shared * headBytes(dh);
	const q = ownHeads, o = q + (dh << 2), q2 = o + (dh << 2), o2 = q2 + (dh << 2);
	const scores = ownScores, scores2 = ownScores + ownScoreBytes;
	const first = firstSeen(window, position), first2 = firstSeen(window, position2);
	const from = first / BLOCK, to = position / BLOCK + 1;
	const from2 = pair ? first2 / BLOCK : 0, to2 = pair ? position2 / BLOCK + 1 : 0;
	// Blocks that both see; where there are none, an empty range at the end of the first one's.
	let both = max(from, from2), bothEnd = min(to, to2);
	if (both >= bothEnd) both = bothEnd = to;
	const apart2 = both === to && pair;

	begin(op, row, head, q);
	if (pair) begin(op, row2, head2, q2);
	for (let i = from; i < both; i++) score1(q, pageOfBlock(pages, i) + place, i & 3, dh, scores + (i << 6));
	if (pair && !apart2) for (let i = from2; i < both; i++) score1(q2, pageOfBlock(pages2, i) + place, i & 3, dh, scores2 + (i << 6));
	for (let i = both; i < bothEnd; i++) {
		const a = pageOfBlock(pages, i) + place, b = pageOfBlock(pages2, i) + place;
		if (a === b) score2(q, q2, a, i & 3, dh, scores + (i << 6), scores2 + (i << 6));
		else {
			score1(q, a, i & 3, dh, scores + (i << 6));
			score1(q2, b, i & 3, dh, scores2 + (i << 6));
		}
	}
	for (let i = bothEnd; i < to; i++) score1(q, pageOfBlock(pages, i) + place, i & 3, dh, scores + (i << 6));
	for (let i = apart2 ? from2 : bothEnd; i < to2; i++) score1(q2, pageOfBlock(pages2, i) + place, i & 3, dh, scores2 + (i << 6));

	const scale = softmax(scores, first, position), scale2: f32 = pair ? softmax(scores2, first2, position2) : 0;
	for (let i = from; i < both; i++) mix1(scores + (i << 6), pageOfBlock(pages, i) + place, i & 3, dh, o);
	if (pair && !apart2) for (let i = from2; i < both; i++) mix1(scores2 + (i << 6), pageOfBlock(pages2, i) + place, i & 3, dh, o2);
	for (let i = both; i < bothEnd; i++) {
		const a = pageOfBlock(pages, i) + place, b = pageOfBlock(pages2, i) + place;
		if (a === b) mix2(scores + (i << 6), scores2 + (i << 6), a, i & 3, dh, o, o2);
		else {
			mix1(scores + (i << 6), a, i & 3, dh, o);
			mix1(scores2 + (i << 6), b, i & 3, dh, o2);
		}
	}
	for (let i = bothEnd; i < to; i++) mix1(scores + (i << 6), pageOfBlock(pages, i) + place, i & 3, dh, o);
	for (let i = apart2 ? from2 : bothEnd; i < to2; i++) mix1(scores2 + (i << 6), pageOfBlock(pages2, i) + place, i & 3, dh, o2);

	end(op, row, head, o, scale, scores, first);
	if (pair) end(op, row2, head2, o2, scale2, scores2, first2);
}

export function attention(op: usize, R: usize): void {
	const shared = word(op, 5), group = word(op, 4) / shared, queries = R * group;
	const pairs = (queries + 1) >> 1, n = shared * pairs;
	startPhase(n, 1);
	for (let u = take(); u < n; u = take()) {
		const head = u / pairs, j = (u - head * pairs) << 1;
		attend(op, head, group, j, j + 1 < queries);
	}
}
