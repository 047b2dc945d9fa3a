/**
 * Threads that share the work of a job, phase by phase. Pieces of a phase are taken from a counter, and a phase is over when all
 * pieces are done, not when all threads have come: one that another program holds up, and that has no piece in hand, is not
 * waited for. It finds its way back to the job that runs then. No number depends on who computes it.
 *
 * Words at `team`: 128 sleepers, 192 job number, 256 job kind, 260 rows, 264 rows of logits; from 1024 on, 64 bytes for each phase:
 * 0 the next piece under 12 bits of the job's number, 4 how many are done.
 */
import {phases, team, threads} from './state.ts';

const SPINS: i32 = 4_000;
const INDEX: u32 = (1 << 20) - 1;
let job: u32 = 0;
let tag: u32 = 0;
let at: usize = 0;
let size: usize = 0;
let turn: usize = 0;
let inHand: usize = 0;
/** The job is over without us. */
let late: bool = false;

/** The caller describes a job and calls the others. */
export function call(): void {
  if (ASC_FEATURE_THREADS) if (threads > 1) {
    job = atomic.load<u32>(team, 192) + 1;
    for (let p: usize = 0; p < phases; p++) {
      store<u32>(team + 1024 + (p << 6), 0, 4);
      atomic.store<u32>(team + 1024 + (p << 6), job << 20);
    }
    atomic.store<u32>(team, job, 192);
    if (atomic.load<i32>(team, 128) !== 0) atomic.notify(team + 192, -1);
  }
  begin(job);
}

/** A thread joins a job. */
export function begin(number: u32): void { job = number; tag = job << 20; at = team + 1024; late = false; inHand = 0; size = 0; }

/** Wait for the job after this one. @returns its number */
export function nextJob(): u32 { if (ASC_FEATURE_THREADS) { sleepWhile(team + 192, job); return atomic.load<u32>(team, 192); } else return 0; }

/** Begin a phase of n pieces of work, handed out some at a time. */
export function startPhase(n: usize, perTurn: usize): void {
  at += 64; size = n; turn = perTurn;
  if (!ASC_FEATURE_THREADS || threads === 1) store<u32>(at, 0);
}

/** First of the next pieces for this thread; `size` or more: none is left. */
export function take(): usize {
  if (!ASC_FEATURE_THREADS || threads === 1) { const next = <usize>load<u32>(at); store<u32>(at, next + turn); return next; }
  if (inHand !== 0) {
    if (atomic.add<u32>(at, inHand, 4) + inHand === size && atomic.load<i32>(team, 128) !== 0) atomic.notify(at + 4, -1);
    inHand = 0;
  }
  while (!late) {
    const word = atomic.load<u32>(at);
    if ((word ^ tag) > INDEX) late = true;
    else {
      const next: usize = word & INDEX;
      if (next >= size) return next;
      if (atomic.cmpxchg<u32>(at, word, word + <u32>turn) === word) { inHand = min(turn, size - next); return next; }
    }
  }
  return size;
}

/** Until all pieces of the phase are done. */
export function meet(): void {
  if (!ASC_FEATURE_THREADS || threads === 1 || late) return;
  for (let i = 0; i < SPINS; i++) if (over()) return;
  atomic.add<i32>(team, 1, 128);
  while (!over()) {
    const done = atomic.load<u32>(at, 4);
    if (done !== <u32>size) atomic.wait<u32>(at + 4, done, 1_000_000);
  }
  atomic.sub<i32>(team, 1, 128);
}
// @ts-ignore: decorator
@inline function over(): bool {
  if (atomic.load<u32>(at, 4) === <u32>size) return true;
  if (atomic.load<u32>(team, 192) !== job) late = true;
  return late;
}

/** Spin, then sleep, while the word has this value. */
function sleepWhile(word: usize, value: u32): void {
  for (let i = 0; i < 5 * SPINS; i++) if (atomic.load<u32>(word) !== value) return;
  atomic.add<i32>(team, 1, 128);
  while (atomic.load<u32>(word) === value) atomic.wait<u32>(word, value, -1);
  atomic.sub<i32>(team, 1, 128);
}
