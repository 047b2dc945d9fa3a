import {expect, test, vi} from 'vitest';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
import {ModelMemory} from '../../../../src/engine/model/memory.ts';

/** A cause would have the worker replaced, with all that it has open. */
const REFUSED = expect.toSatisfy(
	error => error instanceof EngineError && error.code === 'out-of-memory' && error.cause === undefined,
);

test('more than 4 GB are refused', () => {
	expect(() => new ModelMemory(2 ** 32, false)).toThrow(REFUSED);
	expect(() => new ModelMemory(1000, false).allocate(2 ** 32)).toThrow(REFUSED);
});

test('where an array at the end ends is a number of 32 bits: 4 GB whole would be 0', () => {
	const memory = new ModelMemory(1000, false);
	expect(memory.used + memory.room).toBeLessThan(2 ** 32);
});

test('what the browser does not give is refused, and what was there stays', () => {
	const memory = new ModelMemory(1000, false);
	const at = memory.allocate(16);
	memory.words(at, 4).set([1, 2, 3, 4]);
	const grow = vi.spyOn(memory.memory, 'grow').mockImplementation(() => {
		throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
	});
	const used = memory.used;
	expect(() => memory.allocate(2 ** 20)).toThrow(REFUSED);
	expect(() => memory.scratch(2 ** 20, 'look')).toThrow(REFUSED);
	expect(memory.used).toBe(used);
	expect([...memory.words(at, 4)]).toEqual([1, 2, 3, 4]);
	grow.mockRestore();
	expect(memory.words(memory.allocate(2 ** 20), 4)).toEqual(new Uint32Array(4));
});
