import fc from 'fast-check';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import type {GrowingInputs} from '../../../../src/engine/model/growing.ts';
import {nextTask} from '../../../../src/engine/model/next-task.ts';
import {createSession, type Session} from '../../../../src/engine/model/ort-session.ts';
import {type Feeds, float32} from '../../../../src/engine/model/tensors.ts';
import {GraphBuilder} from '../../../../src/engine/onnx/graph-builder.ts';
import {memory} from '../../../helpers/counted-module.ts';

/** Several texts at once do anything with inputs that grow, in any order, and memory runs out now and then. */

vi.mock(import('../../../../src/engine/model/wasm-module.ts'), async importOriginal =>
	(await import('../../../helpers/counted-module.ts')).withCountedModule(importOriginal),
);

/** `next` = `x` + 1 and `twice` = `x` + `x`, which `past` [2, n, 2] and `other` [3, n] grow by; `whole` is what the graph sees. */
function graph() {
	const g = new GraphBuilder();
	const past = g.input('past', 'float32', [2, 'n', 2]);
	const other = g.input('other', 'float32', [3, 'n']);
	const x = g.input('x', 'float32', [2, 'm', 2]);
	const y = g.input('y', 'float32', [3, 'm']);
	g.output(g.op('Add', [x, g.float(1)], {}, 'next'), 'float32', [2, 'm', 2]);
	g.output(g.op('Add', [y, y], {}, 'twice'), 'float32', [3, 'm']);
	g.output(g.op('Identity', [past], {}, 'whole'), 'float32', [2, 'n', 2]);
	g.output(g.op('Identity', [other], {}, 'wholeOther'), 'float32', [3, 'n']);
	return g.build();
}
const growth = [
	{input: 'past', output: 'next', axis: 1},
	{input: 'other', output: 'twice', axis: 1},
];
/** Bytes of a position. */
const BYTES = 4 * (4 + 3);
const RUNS = 50;
/** A number for every place of every position, which are told apart by `values`. */
const lines = (count: number, unit: number, values: readonly number[], of: (v: number) => number) =>
	Float32Array.from(
		Array.from({length: count}, (_, i) =>
			values.flatMap(v => Array.from({length: unit}, (_, u) => of(v + (i * unit + u) / 8))),
		).flat(),
	);
const feedsOf = (values: readonly number[]) => ({
	x: float32(
		lines(2, 2, values, v => v),
		[2, values.length, 2],
	),
	y: float32(
		lines(3, 1, values, v => v),
		[3, values.length],
	),
});
const pastOf = (values: readonly number[]) => lines(2, 2, values, v => v + 1);
const otherOf = (values: readonly number[]) => lines(3, 1, values, v => 2 * v);

const step = fc.oneof(
	{weight: 6, arbitrary: fc.record({what: fc.constant('append' as const), more: fc.integer({min: 0, max: 4})})},
	{weight: 2, arbitrary: fc.record({what: fc.constant('look' as const)})},
	fc.record({what: fc.constant('fail' as const)}),
	fc.record({what: fc.constant('abort' as const)}),
	fc.record({what: fc.constant('without' as const)}),
	fc.record({what: fc.constant('wait' as const)}),
	fc.record({what: fc.constant('short' as const), bytes: fc.constantFrom(8, 1000, 1_000_000), spared: fc.nat(3)}),
);
const life = fc.record({
	room: fc.constantFrom(0, 3, 20, 1e6, 2e6, 4e6),
	begin: fc.array(fc.nat(50), {maxLength: 3}),
	steps: fc.array(step, {maxLength: 8}),
	end: fc.constantFrom('take', 'free', 'take and run', 'leave it'),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

let session: Session;
beforeAll(async () => {
	session = await createSession(graph(), {threads: 1});
});
afterAll(() => session.dispose());

/** One text from beginning to end; its numbers are compared at every look. @returns what is still to be freed. */
async function live(own: Session, {room, begin, steps, end}: Life, seed: number): Promise<GrowingInputs> {
	let values = begin.slice(0, room);
	const growing = own.grow(
		growth,
		{past: float32(pastOf(values), [2, values.length, 2]), other: float32(otherOf(values), [3, values.length])},
		room,
	);
	let dead = false;
	const run = async (feeds: Feeds, outputs: string[], signal?: AbortSignal) => {
		try {
			return await own.run(feeds, outputs, signal, growing);
		} catch (error) {
			return error as Error;
		}
	};
	const all = ['next', 'twice', 'whole', 'wholeOther'];
	const seen = (outputs: Feeds) => {
		expect([...outputs.whole.data]).toEqual([...pastOf(values)]);
		expect([...outputs.wholeOther.data]).toEqual([...otherOf(values)]);
	};
	for (const [i, step] of steps.entries()) {
		if (step.what === 'wait') await nextTask();
		else if (step.what === 'short') memory().refuse(step.bytes, step.spared);
		else if (step.what === 'abort') expect(await run(feedsOf([1]), all, AbortSignal.abort())).toBeInstanceOf(Error);
		else if (step.what === 'fail') expect(await run({}, all)).toBeInstanceOf(Error);
		else if (step.what === 'without') {
			await own
				.run({...feedsOf([1]), past: float32(pastOf([3]), [2, 1, 2]), other: float32(otherOf([3]), [3, 1])}, all)
				.catch(error => expect(error.code).toBe('out-of-memory'));
		} else {
			const more = Array.from({length: step.what === 'look' ? 0 : step.more}, (_, j) => (seed * 31 + i * 5 + j) % 97);
			const outputs = await run(feedsOf(more), step.what === 'look' ? all.slice(2) : all);
			if (dead) expect(String(outputs)).toMatch(/taken or freed|more memory/);
			else if (!(outputs instanceof Error)) {
				seen(outputs);
				values = [...values, ...more];
				expect(values.length).toBeLessThanOrEqual(room);
			} else if (/room for/.test(outputs.message)) {
				expect(values.length + more.length).toBeGreaterThan(room);
				dead = true;
			} else expect(outputs).toMatchObject({code: 'out-of-memory'});
		}
	}
	if (end === 'leave it') return growing;
	if (end !== 'free' && !dead) {
		const {past, other} = own.take(growing);
		expect(past.dims).toEqual([2, values.length, 2]);
		expect([...past.data]).toEqual([...pastOf(values)]);
		expect([...other.data]).toEqual([...otherOf(values)]);
		if (end === 'take and run') {
			const outputs = await own.run({...feedsOf([1]), past, other}, all).catch((error: Error) => error);
			if (outputs instanceof Error) expect(outputs).toMatchObject({code: 'out-of-memory'});
			else seen(outputs);
		}
	}
	own.free(growing);
	return growing;
}

/** What is in use after a run that holds little. */
async function inUse() {
	memory().refuse();
	await session.run({...feedsOf([]), past: float32(pastOf([3]), [2, 1, 2]), other: float32(otherOf([3]), [3, 1])}, [
		'next',
		'twice',
		'whole',
		'wholeOther',
	]);
	return memory().inUse();
}

test('inputs that grow have their own numbers, and leave nothing', async () => {
	const before = await inUse();
	await fc.assert(
		fc.asyncProperty(fc.array(life, {minLength: 1, maxLength: 5}), async lives => {
			memory().mostBytes();
			const growings = await Promise.all(lives.map((life, i) => live(session, life, i)));
			expect(memory().mostBytes()).toBeLessThan(
				Math.max(96e6, BYTES * Math.max(...lives.map(({room}) => room))) + BYTES * 4e6 + 1e6,
			);
			for (const growing of growings) session.free(growing);
			expect(await inUse()).toEqual(before);
		}),
		{numRuns: RUNS},
	);
});

test('a session that is given back in the middle takes all with it', async () => {
	const before = await inUse();
	await fc.assert(
		fc.asyncProperty(fc.array(life, {minLength: 1, maxLength: 4}), fc.nat(8), async (lives, when) => {
			memory().refuse();
			const own = await createSession(graph(), {threads: 1});
			const living = Promise.allSettled(lives.map((life, i) => live(own, life, i)));
			for (let i = 0; i < when; i++) await nextTask();
			await own.dispose();
			await living;
			expect(await inUse()).toEqual(before);
		}),
		{numRuns: RUNS},
	);
});
