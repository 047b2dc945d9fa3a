/** The interpreter: every thread goes through the program, and takes pieces of each operation until all are done. */
import {attention} from './attention.ts';
import * as layout from './layout.ts';
import {isUsed, place} from './places.ts';
import {positions} from './positions.ts';
import {product} from './products.ts';
import {embed, norm, normWanted, roundRow} from './rows.ts';
import {scoreRow} from './scores.ts';
import {begin as beginState, logitRows, logits, program, record, team, word} from './state.ts';
import {sumRow} from './sums.ts';
import {beginJob, beginTeam, callJob, endJob, job, meet, nextJob, stalled, startPhase, take} from './team.ts';

/** Every instance begins with this: where the state is, and which thread it is. */
export function begin(state: usize, thread: usize): void {
	beginState(state, thread);
	beginTeam(team, thread);
}

function execute(op: usize, R: usize, wanted: usize): void {
	const code = <i32>word(op, 0);
	if (code === layout.PRODUCT) product(op, 0, R, word(op, 6));
	else if (code === layout.NORM) {
		startPhase(R, 1);
		if (word(op, 7) === layout.NORM_WANTED) for (let row = take(); row < R; row = take()) normWanted(op, row);
		else for (let row = take(); row < R; row = take()) norm(op, row);
	} else if (code === layout.ROUND) {
		startPhase(R, 1);
		for (let row = take(); row < R; row = take()) roundRow(op, row);
	} else if (code === layout.POSITIONS) {
		startPhase(R, 1);
		for (let row = take(); row < R; row = take()) positions(op, row);
	} else if (code === layout.ATTENTION) attention(op, R);
	else if (code === layout.EMBED) {
		startPhase(R, 1);
		for (let row = take(); row < R; row = take()) embed(op, row);
	} else if (code === layout.PLACE) {
		if (!isUsed(op)) return;
		startPhase(R, 1);
		for (let row = take(); row < R; row = take()) place(op, row);
	} else if (code === layout.CLASSIFY) return classify(op, R, wanted);
	else return;
	meet();
}

/** The head: logits of the rows that are wanted, and their sums or, where these are asked for, scores, a few rows after the other. */
function classify(op: usize, R: usize, wanted: usize): void {
	const scoring = word(job, layout.JOB_SCORE) !== 0, mask = word(job, layout.JOB_MASK);
	const classes = word(job, layout.JOB_CLASSES);
	for (let first: usize = 0; first < wanted; first += logitRows) {
		const end = min(first + logitRows, wanted);
		product(op, first, end - first, logits);
		meet();
		if (!scoring) {
			startPhase(end - first, 1);
			for (let row = take(); row < end - first; row = take()) sumRow(row, classes, first + row);
			meet();
			continue;
		}
		startPhase(R, 1);
		for (let row = take(); row < R; row = take()) {
			const at = record(row), place = word(at, layout.ROW_PLACE);
			if (place > first && place <= end)
				scoreRow(place - 1 - first, classes, <i32>word(at, layout.ROW_TARGET), mask, place - 1);
		}
		meet();
	}
}

/** This thread's share of a job. */
function work(): void {
	const R = word(job, layout.JOB_ROWS), wanted = word(job, layout.JOB_WANTED);
	const size: usize = layout.INSTRUCTION_WORDS << 2;
	const end = program + word(job, layout.JOB_TO) * size;
	for (let op = program + word(job, layout.JOB_FROM) * size; op < end; op += size) execute(op, R, wanted);
}

/** The caller's thread: run the job that is described. @returns whether it was left, since nothing has moved for a second. */
export function run(): bool {
	callJob();
	work();
	endJob();
	return stalled;
}

/** Go on with a job that was left. @returns as `run`. */
export function resume(): bool {
	beginJob();
	work();
	endJob();
	return stalled;
}

/** Another thread: join jobs until it is ended. */
export function serve(): void {
	while (true) {
		nextJob();
		work();
	}
}
