/**
 * What the threads' tests run in place of a model: jobs of a few phases, whose pieces each read what other pieces of the phase before
 * have written. A piece that is lost, computed twice or too early changes the numbers.
 *
 * state: where the team is; two rows of `pieces` u32, which phases read and write in turn; a u32 for each thread, how many pieces it
 * has taken; a u32 that is set once a thread misbehaves.
 */
import {beginJob, beginTeam, callJob, endJob, job, meet, nextJob, stalled, startPhase, take} from '../../src/engine/kernels/assembly/team.ts';

/** Words of a job: seed, phases, pieces, pieces a turn; who misbehaves (a thread's number), how, and in which phase; delays. */
const SEED: usize = 0, PHASES: usize = 4, COUNT: usize = 8, TURN: usize = 12, WHO: usize = 16, HOW: usize = 20, WHEN: usize = 24, DELAY: usize = 28;
const NO_ONE: u32 = 0, FAILS: u32 = 1, HANGS: u32 = 2, IS_LATE: u32 = 3;

let rows: usize = 0;
let taken: usize = 0;
let misbehaved: usize = 0;
let self: u32 = 0;
let random: u32 = 1;

export function begin(state: usize, thread: usize): void {
	beginTeam(load<u32>(state), thread);
	rows = load<u32>(state, 4);
	taken = load<u32>(state, 8);
	misbehaved = load<u32>(state, 12);
	self = <u32>thread;
	random = 2654435761 * (self + 1);
}

/** Look about for a random while; now and then, for a long one. */
function dawdle(): void {
	const most = load<u32>(job, DELAY);
	if (most === 0) return;
	random = random * 1664525 + 1013904223;
	let n = (random >> 8) % most;
	if (random >> 22 === 0) n *= 100;
	for (let i: u32 = 0; i < n; i++) store<u32>(misbehaved + 64 + (self << 2), i);
}

/** This thread fails, hangs or is late by far, if it is its turn to; the others hold their pieces until it does. */
function misbehave(phase: u32): void {
	const how = load<u32>(job, HOW);
	if (!ASC_FEATURE_THREADS || how === NO_ONE || load<u32>(job, WHEN) !== phase) return;
	if (ASC_FEATURE_THREADS) {
		if (load<u32>(job, WHO) !== self) {
			while (atomic.load<u32>(misbehaved) === 0) {}
			return;
		}
		if (atomic.load<u32>(misbehaved) !== 0) return;
		atomic.store<u32>(misbehaved, 1);
		if (how === FAILS) unreachable();
		if (how === HANGS) while (true) atomic.store<u32>(misbehaved, 1);
		if (how === IS_LATE) atomic.wait<u32>(misbehaved, 1, 2_500_000_000);
	}
}

function work(): void {
	const n: usize = load<u32>(job, COUNT), turn: usize = load<u32>(job, TURN), phases = load<u32>(job, PHASES);
	for (let phase: u32 = 0; phase < phases; phase++) {
		const from = rows + (phase & 1 ? n << 2 : 0), to = rows + (phase & 1 ? 0 : n << 2);
		dawdle();
		startPhase(n, turn);
		for (let first = take(); first < n; first = take()) {
			store<u32>(taken + (self << 2), load<u32>(taken + (self << 2)) + 1);
			misbehave(phase);
			const end = min(first + turn, n);
			for (let i = first; i < end; i++) {
				dawdle();
				const other = load<u32>(from + ((i * 7 + 1) % n << 2)), own = load<u32>(from + (i << 2)), at = to + (i << 2);
				// What is there already tells whether this was done before.
				store<u32>(at, load<u32>(at) * 31 + (own ^ (other >> 3)) * 2654435761 + load<u32>(job, SEED) + phase);
			}
		}
		meet();
	}
}

export function run(): bool {
	callJob();
	work();
	endJob();
	return stalled;
}

export function resume(): bool {
	beginJob();
	work();
	endJob();
	return stalled;
}

export function serve(): void {
	while (true) {
		nextJob();
		work();
	}
}
