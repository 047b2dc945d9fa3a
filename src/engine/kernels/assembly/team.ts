/**
 * Threads that share the work of a job, phase by phase. Pieces of a phase are taken from a counter as threads come, and a phase
 * is over when its pieces are done, not when all threads have come: one that another program holds up, and that has no piece in
 * hand, is not waited for. No number depends on who computes it.
 *
 * One word names the job and the phase that runs, and the next piece of it; who finishes the last piece opens the next phase.
 * Every thread walks through all phases of a job. One that is late finds that the phase is not its own, takes nothing, and walks on
 * until it has caught up. So a piece is only ever taken by a thread that knows what it is; to err, a thread would have to be late by
 * exactly 2^32 jobs, which take weeks.
 *
 * The description of a job is drafted by the caller and published under a number that is odd meanwhile (a seqlock): a thread has all
 * of one job's description or reads again. What else a job reads in memory may change between jobs only, never within one.
 *
 * In memory of one thread (ASC_FEATURE_THREADS is false there, and the compiler leaves the rest out) a phase is a loop.
 */

import * as layout from './layout.ts';

// At `team`, each on cache lines of its own: what is written by many must not slow down what is only read.
/** u64: from the lowest bits, 20 bits of the next piece, 12 of the phase that it is of, 32 of the job. */
const NEXT: usize = 0;
/** u32: how many pieces of it are done. */
const DONE: usize = 128;
/** u32: how many threads sleep until the phase is over. */
const PHASE_SLEEPERS: usize = 256;
/** u64: twice the number of the last job; odd while its description is written. */
const JOB: usize = layout.TEAM_NUMBER;
/** u32: how many threads sleep until there is a job. */
const JOB_SLEEPERS: usize = 512;
/** The description of a job, the caller's draft of it, and each thread's copy. */
const PUBLISHED: usize = 640, DRAFT: usize = layout.TEAM_JOB, COPIES: usize = layout.TEAM_BYTES;

const PIECE_BITS: u64 = 20;
const PIECES: u64 = (1 << PIECE_BITS) - 1;
const PHASE: u64 = 1 << PIECE_BITS;
const JOB_BITS: u64 = 32;
/** No job has this phase: it stands where none runs. */
const NO_PHASE: u64 = ((1 << JOB_BITS) - 1) & ~PIECES;

/** Looks at a word before a thread sleeps: about as long as it takes to wake up. */
const SPINS: i32 = 4_000;
/** Between two jobs, a caller that computes little itself. */
const JOB_SPINS: i32 = 20_000;
/** Nanoseconds without any progress, after which the caller looks whether a thread has been lost. */
const STALL: i64 = 1_000_000_000;

let team: usize = 0;
/** The description of this thread's job. */
export let job: usize = 0;
/** Whether the caller has left a job before it was done, to look after its threads. */
export let stalled: bool = false;

let isCaller: bool = false;
let number: u64 = 0;
/** This thread's job and phase, as they stand in `NEXT`. */
let phase: u64 = 0;
let size: usize = 0;
let turn: usize = 0;
/** In one thread: the next piece. Else: pieces that this thread has done or has in hand. */
let mine: usize = 0;

/**
 * A thread joins a team, whose memory is zeros at first.
 * @param at a multiple of 128.
 * @param thread 0 calls jobs, the others answer.
 */
export function beginTeam(at: usize, thread: usize): void {
	team = at;
	isCaller = thread === 0;
	job = isCaller ? at + DRAFT : at + COPIES + thread * layout.TEAM_THREAD_BYTES;
}

/** The caller has drafted a job at `job`: call the others to it, and begin. */
export function callJob(): void {
	if (ASC_FEATURE_THREADS) {
		number = atomic.load<u64>(team + JOB) + 2;
		atomic.store<u64>(team + JOB, number - 1);
		copyWords(job, team + PUBLISHED);
		beginJob();
		atomic.store<u32>(team + DONE, 0);
		atomic.store<u64>(team + NEXT, phase);
		atomic.store<u64>(team + JOB, number);
		if (atomic.load<u32>(team + JOB_SLEEPERS) !== 0) atomic.notify(team + JOB, -1);
	}
}

/** Walk through the job, from its first phase on. The caller does so again after it has left a job: what is done is passed by. */
export function beginJob(): void {
	stalled = false;
	phase = (number >> 1) << JOB_BITS;
}

/** The caller has walked through its job: unless it was left, what it reads may change from now on. */
export function endJob(): void {
	if (ASC_FEATURE_THREADS) {
		if (!stalled) atomic.store<u64>(team + NEXT, phase | NO_PHASE);
	}
}

/** Another thread waits for a job that it does not know yet, and copies its description to `job`. */
export function nextJob(): void {
	if (ASC_FEATURE_THREADS) {
		let found = nextNumber();
		while (true) {
			copyWords(team + PUBLISHED, job);
			const now = atomic.load<u64>(team + JOB);
			if (now === found && (now & 1) === 0) break;
			found = now;
		}
		number = found;
		beginJob();
	}
}

function nextNumber(): u64 {
	if (ASC_FEATURE_THREADS) {
		for (let i = 0; i < JOB_SPINS; i++) {
			const found = atomic.load<u64>(team + JOB);
			if (found !== number) return found;
		}
		atomic.add<u32>(team + JOB_SLEEPERS, 1);
		while (atomic.load<u64>(team + JOB) === number) atomic.wait<i64>(team + JOB, number, -1);
		atomic.sub<u32>(team + JOB_SLEEPERS, 1);
		return atomic.load<u64>(team + JOB);
	}
	return 0;
}

/** Atomic, since a description is read while another may be written. */
function copyWords(from: usize, to: usize): void {
	if (ASC_FEATURE_THREADS) {
		for (let i = 0; i < layout.JOB_WORDS << 2; i += 4) atomic.store<u32>(to + i, atomic.load<u32>(from + i));
	}
}

/** Begin a phase of n pieces, which are taken some at a time. A job has at most 4,095 phases; n + perTurn is below 2^20. */
export function startPhase(n: usize, perTurn: usize): void {
	size = n;
	turn = perTurn;
	mine = 0;
}

/** First of the next pieces for this thread: that many from here on as are taken at a time. The phase's size or more: there are no more. */
export function take(): usize {
	if (!ASC_FEATURE_THREADS) {
		const next = mine;
		mine += turn;
		return next;
	} else {
		while (!stalled) {
			const word = atomic.load<u64>(team + NEXT);
			const next = <usize>(word & PIECES);
			if ((word & ~PIECES) !== phase || next >= size) break;
			if (atomic.cmpxchg<u64>(team + NEXT, word, word + turn) === word) {
				mine += min(turn, size - next);
				return next;
			}
		}
		return size;
	}
}

/** This thread finds no more pieces: wait until the phase is over. */
export function meet(): void {
	if (ASC_FEATURE_THREADS) {
		if (stalled || size === 0) return;
		if (mine !== 0 && atomic.add<u32>(team + DONE, mine) + mine === size) {
			// Whatever is written here is seen by a thread that sees the number of the next phase.
			atomic.store<u32>(team + DONE, 0);
			atomic.store<u64>(team + NEXT, phase + PHASE);
			if (atomic.load<u32>(team + PHASE_SLEEPERS) !== 0) atomic.notify(team + NEXT, -1);
		} else if (!isOver()) sleepUntilOver();
		if (!stalled) phase += PHASE;
	}
}

// @ts-ignore: decorator
@inline
function isOver(): bool {
	return (atomic.load<u64>(team + NEXT) & ~PIECES) !== phase;
}

function sleepUntilOver(): void {
	if (ASC_FEATURE_THREADS) {
		for (let i = 0; i < SPINS; i++) if (isOver()) return;
		atomic.add<u32>(team + PHASE_SLEEPERS, 1);
		while (true) {
			const word = atomic.load<u64>(team + NEXT);
			if ((word & ~PIECES) !== phase) break;
			// All pieces are taken, so the word does not change before the phase is over.
			const done = atomic.load<u32>(team + DONE);
			const woken = atomic.wait<i64>(team + NEXT, word, isCaller ? STALL : -1);
			if (woken === AtomicWaitResult.TIMED_OUT && !isOver() && atomic.load<u32>(team + DONE) === done) {
				stalled = true;
				break;
			}
		}
		atomic.sub<u32>(team + PHASE_SLEEPERS, 1);
	}
}
