import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {float32, int64, type ReadableTensor} from '../../../../src/engine/model/tensors.ts';
import {WasmSession} from '../../../../src/engine/model/wasm-runtime.ts';
import {ElementType, GraphBuilder} from '../../../../src/engine/onnx/graph-builder.ts';

/** sum = a + b, and their shapes and counts in other types. */
function graph() {
	const g = new GraphBuilder();
	const [a, b] = [g.input('a', 'float32', ['m', 'n']), g.input('b', 'float32', ['m', 'n'])];
	const sum = g.op('Add', [a, b], {}, 'sum');
	g.output(sum, 'float32', ['m', 'n']);
	g.output(g.op('Shape', [a], {}, 'shape'), 'int64', [2]);
	g.output(g.op('Cast', [sum], {to: ElementType.int32}, 'whole'), 'int32', ['m', 'n']);
	return g.build();
}

describe('a graph in the runtime’s module', () => {
	let session: WasmSession;
	beforeAll(async () => {
		session = await WasmSession.create(graph(), 1, undefined);
	});
	afterAll(() => session.release());

	const row = (...values: number[]) => float32(Float32Array.from(values), [1, values.length]);
	const sum = async (a: ReadableTensor, b: ReadableTensor) => (await session.run({a, b}, ['sum'])).sum;

	test('gives the outputs that are asked for, in their types and shapes', async () => {
		const feeds = {a: float32(Float32Array.of(1, 2, 3, 4), [2, 2]), b: float32(Float32Array.of(5, 6, 7, 8.5), [2, 2])};
		const outputs = await session.run(feeds, ['whole', 'shape', 'sum']);
		expect(Object.keys(outputs)).toEqual(['whole', 'shape', 'sum']);
		expect(outputs.sum).toMatchObject({type: 'float32', dims: [2, 2], data: Float32Array.of(6, 8, 10, 12.5)});
		expect(outputs.whole).toMatchObject({type: 'int32', dims: [2, 2], data: Int32Array.of(6, 8, 10, 12)});
		expect(outputs.shape).toMatchObject({type: 'int64', dims: [2], data: BigInt64Array.of(2n, 2n)});
	});

	test('keeps a tensor from one run to the next, and takes the next one in its place', async () => {
		const [a, b] = [row(1, 2), row(10, 20)];
		expect((await sum(a, b)).data).toEqual(Float32Array.of(11, 22));
		// Against the rules, to see that it is not copied again.
		(a.data as Float32Array).fill(100);
		expect((await sum(a, b)).data).toEqual(Float32Array.of(11, 22));
		expect((await sum(row(3, 4), b)).data).toEqual(Float32Array.of(13, 24));
		expect((await sum(a, b)).data).toEqual(Float32Array.of(110, 120));
	});

	test('takes what came out of the last run back without a copy', async () => {
		const first = await sum(row(1, 2), row(10, 20));
		(first.data as Float32Array).fill(0);
		const second = await sum(first, first);
		expect(second.data).toEqual(Float32Array.of(22, 44));
		// It was not in the last run but one.
		expect((await sum(second, row(1, 1))).data).toEqual(Float32Array.of(23, 45));
		expect((await sum(first, row(1, 1))).data).toEqual(Float32Array.of(1, 1));
	});

	test('hands what came out to whoever reads it, however late', async () => {
		const first = await sum(row(1, 2), row(10, 20));
		const second = await sum(first, row(100, 100));
		await sum(row(5, 5), row(6, 6));
		expect(first.data).toEqual(Float32Array.of(11, 22));
		expect((await sum(second, row(1, 1))).data).toEqual(Float32Array.of(112, 123));
		expect(second.data).toBe(second.data);
	});

	test('forgets what is discarded, and nothing else', async () => {
		const [a, b] = [row(1, 2), row(10, 20)];
		const read = await sum(a, b);
		expect(read.data).toEqual(Float32Array.of(11, 22));
		const {sum: unread, shape} = await session.run({a: read, b}, ['sum', 'shape']);
		session.discard({unread, read, a, notOurs: row(7)});
		await sum(row(5, 5), row(6, 6));
		expect(() => unread.data).toThrow('discarded');
		expect(read.data).toEqual(Float32Array.of(11, 22));
		expect(shape.data).toEqual(BigInt64Array.of(1n, 2n));
		expect((await sum(a, b)).data).toEqual(Float32Array.of(11, 22));
	});

	test('computes with nothing at all', async () => {
		const none = new Float32Array(0);
		const empty = await session.run({a: float32(none, [0, 3]), b: float32(none, [0, 3])}, ['sum', 'shape']);
		expect(empty.sum).toMatchObject({dims: [0, 3], data: none});
		expect(empty.shape.data).toEqual(BigInt64Array.of(0n, 3n));
	});

	test('says what the runtime says of a run that fails, and goes on', async () => {
		const a = row(1, 2);
		await expect(session.run({a}, ['sum'])).rejects.toThrow(/ONNX Runtime.*b/);
		const wrong = {a, b: int64([1, 2], [1, 2])};
		await expect(session.run(wrong, ['sum'])).rejects.toThrow(/type/i);
		expect((await sum(a, a)).data).toEqual(Float32Array.of(2, 4));
	});
});

test('a graph that is none is refused with the runtime’s words', async () => {
	const broken = {proto: Uint8Array.of(1, 2, 3), weights: []};
	await expect(WasmSession.create(broken, 1, undefined)).rejects.toThrow(/ONNX Runtime, code \d+: .+/);
});
