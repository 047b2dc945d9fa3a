import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {appendToLines} from '../../../../src/engine/model/growing.ts';
import {createSession, type Session} from '../../../../src/engine/model/ort-session.ts';
import {type Feeds, float32} from '../../../../src/engine/model/tensors.ts';
import {GraphBuilder} from '../../../../src/engine/onnx/graph-builder.ts';
import {memory} from '../../../helpers/counted-module.ts';
import {growingSession} from '../../../helpers/growing-session.ts';

/** Inputs that grow in the runtime's memory: their numbers, and what they take of it. */

vi.mock(import('../../../../src/engine/model/wasm-module.ts'), async importOriginal =>
	(await import('../../../helpers/counted-module.ts')).withCountedModule(importOriginal),
);

/** `next` = `x` + 1, which `past` [2, n, 2] grows by; `whole` is the past as the graph sees it, `count` its shape. */
function graph() {
	const g = new GraphBuilder();
	const past = g.input('past', 'float32', [2, 'n', 2]);
	const x = g.input('x', 'float32', [2, 'm', 2]);
	g.output(g.op('Add', [x, g.float(1)], {}, 'next'), 'float32', [2, 'm', 2]);
	g.output(g.op('Identity', [past], {}, 'whole'), 'float32', [2, 'n', 2]);
	g.output(g.op('Shape', [past], {}, 'count'), 'int64', [3]);
	return g.build();
}
const growth = [{input: 'past', output: 'next', axis: 1}];
const tensor = (values: readonly number[], length = values.length / 4) =>
	float32(Float32Array.from(values), [2, length, 2]);
const nothing = {past: tensor([])};
const x = (first: number, length = 1) =>
	tensor(Array.from({length: 4 * length}, (_, i) => first + (i % (2 * length)) + (i >= 2 * length ? 100 : 0)));

test('every line gets what is added to it, whatever their sizes', () => {
	const size = fc.integer({min: 1, max: 5});
	fc.assert(
		fc.property(size, fc.nat(5), size, fc.nat(3), (lines, width, more, spare) => {
			const line = (i: number, from: number, length: number) => Array.from({length}, (_, at) => 100 * i + from + at);
			const of = (from: number, length: number) => Array.from({length: lines}, (_, i) => line(i, from, length)).flat();
			const array = new Float32Array(lines * (width + more) + spare);
			array.set(of(0, width));
			appendToLines(array, lines, width, Float32Array.from(of(width, more)));
			expect([...array]).toEqual([...of(0, width + more), ...Array(spare).fill(0)]);
		}),
	);
});

describe.each<[string, (session: Session) => Session]>([
	['in the runtime’s memory', session => session],
	['in JavaScript', session => growingSession(session)],
])('inputs that grow %s', (_where, over) => {
	let session: Session;
	beforeAll(async () => {
		session = over(await createSession(graph(), {threads: 1}));
	});
	afterAll(() => session.dispose());
	const run = (growing: ReturnType<Session['grow']>, feeds: Feeds, outputs = ['whole', 'next']) =>
		session.run(feeds, outputs, undefined, growing);

	test('have, at every run, what all runs before have made', async () => {
		const growing = session.grow(growth, nothing, 4);
		const first = await run(growing, {x: x(1, 2)});
		expect(Object.keys(first)).toEqual(['whole']);
		expect(first.whole.dims).toEqual([2, 0, 2]);
		const second = await run(growing, {x: x(5)});
		expect(second.whole).toMatchObject({dims: [2, 2, 2], data: Float32Array.of(2, 3, 4, 5, 102, 103, 104, 105)});
		const {past} = session.take(growing);
		expect(past).toMatchObject({
			dims: [2, 3, 2],
			data: Float32Array.of(2, 3, 4, 5, 6, 7, 102, 103, 104, 105, 106, 107),
		});
	});

	test('begin with what they are given, which stays as it is', async () => {
		const begin = tensor([1, 2, 3, 4]);
		const growing = session.grow(growth, {past: begin}, 2);
		expect((await run(growing, {x: x(5)})).whole.data).toEqual(begin.data);
		expect(session.take(growing).past.data).toEqual(Float32Array.of(1, 2, 6, 7, 3, 4, 106, 107));
		expect(begin.data).toEqual(Float32Array.of(1, 2, 3, 4));
	});

	test('stay as they are in a run that appends nothing, and in one that fails', async () => {
		const growing = session.grow(growth, {past: tensor([1, 2, 3, 4])}, 2);
		await run(growing, {x: x(5)}, ['whole']);
		await expect(run(growing, {})).rejects.toThrow(/x/);
		const {whole} = await run(growing, {x: x(5)}, ['whole']);
		expect(whole.data).toEqual(Float32Array.of(1, 2, 3, 4));
		session.free(growing);
	});

	test('of several texts do not touch each other, nor runs without them', async () => {
		const [a, b] = [session.grow(growth, nothing, 2), session.grow(growth, nothing, 2)];
		await run(a, {x: x(1)});
		await run(b, {x: x(11)});
		await session.run({past: tensor([0, 0, 0, 0]), x: x(7)}, ['next']);
		expect((await run(a, {x: x(3)})).whole.data).toEqual(Float32Array.of(2, 3, 102, 103));
		expect((await run(b, {x: x(13)})).whole.data).toEqual(Float32Array.of(12, 13, 112, 113));
		expect(session.take(a).past.data).toEqual(Float32Array.of(2, 3, 4, 5, 102, 103, 104, 105));
		session.free(b);
	});
});

describe('the runtime’s memory', () => {
	let session: Session;
	beforeAll(async () => {
		session = await createSession(graph(), {threads: 1});
	});
	afterAll(() => session.dispose());

	/** What is in use after a run that holds little. */
	const inUse = async () => {
		await session.run({past: tensor([0, 0, 0, 0]), x: x(0)}, ['whole', 'next']);
		return memory().inUse();
	};
	const positions = (bytes: number) => bytes / 16;
	const run = (growing: ReturnType<Session['grow']>, signal?: AbortSignal) =>
		session.run({x: x(1)}, ['next'], signal, growing);

	test('is given back when they are freed, also twice, and when they are taken, with the next run', async () => {
		const before = await inUse();
		const [a, b, never] = [1, 2, 3].map(() => session.grow(growth, nothing, 100));
		await run(a);
		await run(b);
		expect(memory().inUse().bytes).toBeGreaterThanOrEqual(2 * 1600);
		session.free(a);
		session.free(a);
		session.free(never);
		const {past} = session.take(b);
		session.free(b);
		expect(past.dims).toEqual([2, 1, 2]);
		expect(await inUse()).toEqual(before);
		await expect(run(a)).rejects.toThrow(/taken or freed/);
		await expect(run(b)).rejects.toThrow(/taken or freed/);
		expect(await inUse()).toEqual(before);
	});

	test('holds what was taken until the next run, which need not copy it', async () => {
		const growing = session.grow(growth, nothing, positions(1e6));
		await run(growing);
		const {past} = session.take(growing);
		// Against the rules, to see that it is not copied.
		(past.data as Float32Array).fill(0);
		const {whole} = await session.run({past, x: x(1)}, ['whole']);
		expect(whole.data).toEqual(Float32Array.of(2, 3, 102, 103));
	});

	test('is as before when there is none left, and the next try succeeds', async () => {
		const before = await inUse();
		const both = [...growth, {input: 'x', output: 'whole', axis: 1}];
		const growing = session.grow(both, {past: tensor([1, 2, 3, 4]), x: x(1)}, positions(8000));
		const count = async () => (await session.run({}, ['count'], undefined, growing)).count.data;
		// There is room for the first of them.
		memory().refuse(8000, 1);
		await expect(count()).rejects.toMatchObject({code: 'out-of-memory'});
		memory().refuse();
		expect(await inUse()).toEqual(before);
		expect(await count()).toEqual(BigInt64Array.of(2n, 1n, 2n));
		expect(session.take(growing).past.data).toEqual(Float32Array.of(1, 2, 3, 4));
	});

	test('is given back by what outgrows its room', async () => {
		const before = await inUse();
		const growing = session.grow(growth, nothing, 1);
		await run(growing);
		await expect(run(growing)).rejects.toThrow(/room for 1 .* not for 2/);
		expect(await inUse()).toEqual(before);
		await expect(run(growing)).rejects.toThrow(/taken or freed/);
	});

	test('holds of many large ones only the latest; the others come back', async () => {
		const before = await inUse();
		const large = positions(40e6);
		const all = [0, 1, 2, 3].map(() => session.grow(growth, nothing, large));
		memory().mostBytes();
		for (let round = 0; round < 2; round++) for (const growing of all) await run(growing);
		expect(memory().mostBytes()).toBeLessThan(100e6);
		expect(memory().inUse().bytes).toBeGreaterThan(80e6);
		for (const growing of all) {
			expect(session.take(growing).past.data).toEqual(Float32Array.of(2, 3, 2, 3, 102, 103, 102, 103));
		}
		expect(await inUse()).toEqual(before);
	});

	test('is as before when there is none left for a session', async () => {
		const before = memory().inUse();
		// Not enough for the options, nor, a few pieces later, for the graph.
		for (let spared = 0; spared < 3; spared++) {
			memory().refuse(1, spared);
			await expect(createSession(graph(), {threads: 1})).rejects.toMatchObject({code: 'out-of-memory'});
			memory().refuse();
			expect(memory().inUse()).toEqual(before);
		}
	});

	test('can run out for the name of an input, which is then asked for again', async () => {
		const another = await createSession(graph(), {threads: 1});
		const feeds = {past: tensor([1, 2, 3, 4]), x: x(1)};
		memory().refuse(1, 2);
		await expect(another.run(feeds, ['whole'])).rejects.toMatchObject({code: 'out-of-memory'});
		memory().refuse();
		expect((await another.run(feeds, ['whole'])).whole.data).toEqual(feeds.past.data);
		await another.dispose();
	});

	test('is given back once, however often that is asked for', async () => {
		const before = memory().inUse();
		const another = await createSession(graph(), {threads: 1});
		await another.run({past: tensor([1, 2, 3, 4]), x: x(1)}, ['whole']);
		await another.dispose();
		await another.dispose();
		expect(memory().inUse()).toEqual(before);
	});

	test('is all given back with the session, which then runs no more', async () => {
		const before = memory().inUse();
		const another = await createSession(graph(), {threads: 1});
		const growing = another.grow(growth, nothing, 100);
		await another.run({x: x(1)}, ['next'], undefined, growing);
		await another.dispose();
		expect(memory().inUse()).toEqual(before);
		another.free(growing);
		await expect(another.run({x: x(1)}, ['next'], undefined, growing)).rejects.toThrow(/released/);
		expect(memory().inUse()).toEqual(before);
	});
});
