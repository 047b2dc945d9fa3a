import {nextTask} from './next-task.ts';

let last: Promise<unknown> = Promise.resolve();

/**
 * Run something that computes: of all open models one after the other, in the order of their questions, so that requests interleave
 * fairly. A new task begins after each, so that a cancellation can arrive.
 */
export function inTurn<T>(run: () => T | Promise<T>): Promise<T> {
	const mine = last.then(run);
	last = mine.then(nextTask, nextTask);
	return mine;
}
