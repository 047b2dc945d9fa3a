import {describe, expect, test} from 'vitest';
import {Schedule} from '../../../src/service/schedule.ts';

/** Who computes next, with work that only says when it ran. */

/** All that can happen now has happened. */
const settled = async () => {
	for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve));
};

const never = new AbortController().signal;

/** A passage of some runs; each adds its name to the log and takes one task, as a run of the graph does. */
const passage = (schedule: Schedule, log: string[], name: string, runs: number, asker = name, signal = never) =>
	schedule.runByRun('passage', asker, signal, async turn => {
		for (let i = 0; i < runs; i++) {
			await turn();
			log.push(name);
			await new Promise(resolve => setImmediate(resolve));
		}
	});

/** Something that is under way until it is ended. */
const held = () => {
	let end = () => {};
	const work = () => new Promise<void>(resolve => (end = resolve));
	return {work, end: () => end()};
};

describe('a passage', () => {
	test('makes no run while a person waits for an answer, and goes on after it', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const {work, end} = held();
		const answer = schedule.answer(work);
		const scoring = passage(schedule, log, 'passage', 3);
		await settled();
		expect(log).toEqual([]);
		end();
		await Promise.all([answer, scoring]);
		expect(log).toEqual(['passage', 'passage', 'passage']);
	});

	test('that has begun a run lets an answer go first after that run', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		let finishRun = () => {};
		const scoring = schedule.runByRun('passage', 'a', never, async turn => {
			for (let i = 0; i < 2; i++) {
				await turn();
				log.push('run');
				await new Promise<void>(resolve => (finishRun = resolve));
			}
		});
		await settled();
		const {work, end} = held();
		const answer = schedule.answer(work).then(() => log.push('answer'));
		finishRun();
		await settled();
		expect(log).toEqual(['run']);
		end();
		await answer;
		await settled();
		finishRun();
		await scoring;
		expect(log).toEqual(['run', 'answer', 'run']);
	});

	test('goes on when an answer fails', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const failed = expect(schedule.answer(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
		await passage(schedule, log, 'passage', 1);
		await failed;
		expect(log).toEqual(['passage']);
	});

	test('that is taken back while it waits frees its place, with the reason', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const {work, end} = held();
		const answer = schedule.answer(work);
		const controller = new AbortController();
		const given = passage(schedule, log, 'given up', 5, 'a', controller.signal);
		const scoring = passage(schedule, log, 'passage', 1);
		await settled();
		controller.abort(new Error('taken back'));
		await expect(given).rejects.toThrow('taken back');
		end();
		await Promise.all([answer, scoring]);
		expect(log).toEqual(['passage']);
		await expect(passage(schedule, log, 'late', 1, 'a', controller.signal)).rejects.toThrow('taken back');
	});

	test('that fails in the middle of a run frees its turn', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const failed = schedule.runByRun('passage', 'a', never, async turn => {
			await turn();
			throw new Error('out of memory');
		});
		await expect(failed).rejects.toThrow('out of memory');
		await passage(schedule, log, 'next', 1);
		expect(log).toEqual(['next']);
	});
});

describe('passages of several pages', () => {
	test('take turns, and a page with many passages gets no more than one with a single one', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const {work, end} = held();
		const answer = schedule.answer(work);
		const scoring = [
			...Array.from({length: 5}, () => passage(schedule, log, 'flood', 4, 'flood')),
			passage(schedule, log, 'calm', 4, 'calm'),
		];
		await settled();
		end();
		await Promise.all([answer, ...scoring]);
		expect(log).toHaveLength(24);
		// One of two runs is the calm page's, until it has all four.
		expect(log.slice(0, 8).filter(name => name === 'calm')).toHaveLength(4);
	});

	test('never run at the same time', async () => {
		const schedule = new Schedule();
		let running = 0;
		let most = 0;
		const work = async (turn: () => Promise<void>) => {
			for (let i = 0; i < 5; i++) {
				await turn();
				most = Math.max(most, ++running);
				await settled();
				running--;
			}
		};
		await Promise.all(['a', 'b', 'b', 'c'].map(asker => schedule.runByRun('passage', asker, never, work)));
		expect(most).toBe(1);
	});
});

test('beside a generation a passage gets one run for every 32 steps, and everything once it has ended', async () => {
	const schedule = new Schedule();
	const log: string[] = [];
	let step = () => {};
	const {work, end} = held();
	const generation = schedule.generation(onStep => {
		step = onStep;
		return work();
	});
	const scoring = passage(schedule, log, 'passage', 6);
	const runsAfter: number[] = [];
	for (let i = 1; i <= 64; i++) {
		step();
		await settled();
		runsAfter.push(log.length);
	}
	expect([runsAfter[30], runsAfter[31], runsAfter[62], runsAfter[63]]).toEqual([0, 1, 1, 2]);
	end();
	await Promise.all([generation, scoring]);
	expect(log).toHaveLength(6);
});

describe('bulk work', () => {
	const bulk = (schedule: Schedule, log: string[], parts: number) =>
		schedule.runByRun('bulk', 'person', never, async turn => {
			for (let i = 0; i < parts; i++) {
				await turn();
				log.push('bulk');
				await new Promise(resolve => setImmediate(resolve));
			}
		});

	test('makes no part while a person waits for an answer', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		const {work, end} = held();
		const answer = schedule.answer(work);
		const labelling = bulk(schedule, log, 2);
		await settled();
		expect(log).toEqual([]);
		end();
		await Promise.all([answer, labelling]);
		expect(log).toEqual(['bulk', 'bulk']);
	});

	test('gets one part for every eight runs of passages, and goes on alone when they are done', async () => {
		const schedule = new Schedule();
		const log: string[] = [];
		await Promise.all([passage(schedule, log, 'passage', 20), bulk(schedule, log, 4)]);
		expect(log.slice(0, 18).filter(name => name === 'bulk')).toHaveLength(2);
		expect(log.slice(-1)).toEqual(['bulk']);
	});
});
