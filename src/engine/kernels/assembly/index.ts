/** GPT-2's forward pass: R rows, each a token at a position of some text, whose cache is in pages. */

import {attention} from './attention.ts';
import {GELU, LOGITS, product, QKV, RESIDUAL} from './products.ts';
import {embed, norm, round} from './rows.ts';
import {scoreRow} from './scores.ts';
import {begin, D, L, mixed, own, padded, rows, team, V, weight, wide} from './state.ts';
import {call, begin as join, meet, nextJob, startPhase, take} from './team.ts';

export {begin};

/** A layer norm of every row, rounded. */
function normed(R: usize, gain: usize, bias: usize, first: bool): void {
	startPhase(R, 1);
	const to = own + 2048;
	for (let row = take(); row < R; row = take()) {
		if (first) embed(row);
		norm(row, gain, bias, to);
		round(to, row, D);
	}
	meet();
}

function rounded(R: usize, from: usize, K: usize): void {
	startPhase(R, 1);
	for (let row = take(); row < R; row = take()) round(from + ((row * K) << 2), row, K);
	meet();
}

/** This thread's share of a job. */
function work(): void {
	const R: usize = load<u32>(team, 260),
		wanted: usize = load<u32>(team, 264);
	for (let l: usize = 0; l < L; l++) {
		normed(R, weight(l, 0), weight(l, 1), l === 0);
		product(QKV, l, R, D, 3 * D, weight(l, 2), weight(l, 3), weight(l, 4));
		meet();
		attention(l, R);
		meet();
		rounded(R, mixed, D);
		product(RESIDUAL, l, R, D, D, weight(l, 5), weight(l, 6), weight(l, 7));
		meet();
		normed(R, weight(l, 8), weight(l, 9), false);
		product(GELU, l, R, D, D << 2, weight(l, 10), weight(l, 11), weight(l, 12));
		meet();
		rounded(R, wide, D << 2);
		product(RESIDUAL, l, R, D << 2, D, weight(l, 13), weight(l, 14), weight(l, 15));
		meet();
	}
	if (wanted === 0) return;
	// Rows whose logits are wanted, in their order.
	startPhase(R, 1);
	const to = own + 2048;
	for (let row = take(); row < R; row = take()) {
		const place: usize = load<u32>(rows + (row << 5), 12);
		if (place === 0) continue;
		norm(row, weight(L, 0), weight(L, 1), to);
		round(to, place - 1, D);
	}
	meet();
	product(LOGITS, 0, wanted, D, padded(V), weight(L, 2), weight(L, 3), 0);
	meet();
	startPhase(R, 1);
	for (let row = take(); row < R; row = take()) {
		const at = rows + (row << 5);
		if (load<u32>(at, 12) !== 0 && load<i32>(at, 16) >= 0) scoreRow(load<u32>(at, 12) - 1, load<u32>(at, 16));
	}
	meet();
}

/** The caller's thread: run the job that is described. */
export function run(): void {
	call();
	work();
}

/** Another thread: join jobs until it is ended. */
export function serve(): void {
	if (ASC_FEATURE_THREADS) {
		while (true) {
			join(nextJob());
			work();
		}
	}
}
