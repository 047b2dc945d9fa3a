import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {byteReader, StreamEnded} from '../../../../src/engine/checkpoint/byte-reader.ts';
import {streamedWeights} from '../../../../src/engine/checkpoint/streamed-weights.ts';

async function* streamOf(chunks: readonly number[][]) {
	for (const chunk of chunks) yield Uint8Array.from(chunk);
}
const chunks = fc.array(fc.array(fc.nat(255), {maxLength: 6}), {maxLength: 8});

describe('bytes of a stream', () => {
	test('are taken in the amounts that are asked for, whatever pieces they come in', async () => {
		await fc.assert(
			fc.asyncProperty(chunks, fc.array(fc.nat(7), {maxLength: 12}), fc.nat(100), async (pieces, counts, position) => {
				const all = pieces.flat();
				const taken: number[][] = [];
				const reader = byteReader(streamOf(pieces), position, bytes => taken.push([...bytes]));
				expect(reader.position).toBe(position);
				let at = 0;
				for (const count of counts) {
					if (at + count > all.length) break;
					expect([...(await reader.take(count))]).toEqual(all.slice(at, at + count));
					at += count;
					expect(reader.position).toBe(position + at);
				}
				expect(taken.flat()).toEqual(all.slice(0, at));
				expect(await reader.ended()).toBe(at === all.length);
				// Asking takes nothing.
				expect([...(await reader.take(all.length - at))]).toEqual(all.slice(at));
				expect(await reader.ended()).toBe(true);
			}),
		);
	});

	test('that are not there are missed by number, and none of the others counts as taken', async () => {
		const told: number[] = [];
		const reader = byteReader(streamOf([[1, 2], [3]]), 0, bytes => told.push(bytes.length));
		await reader.take(1);
		await expect(reader.take(5)).rejects.toThrow(new StreamEnded('The stream ended 3 bytes too early.'));
		expect(reader.position).toBe(1);
		expect(told).toEqual([1]);
	});

	test('are the reader’s own: the stream may use its buffer again', async () => {
		const buffer = Uint8Array.of(1, 2, 3);
		const reader = byteReader(
			(async function* () {
				yield buffer;
			})(),
		);
		const bytes = await reader.take(3);
		buffer.fill(0);
		expect([...bytes]).toEqual([1, 2, 3]);
	});

	test('are followed by the stream’s own error', async () => {
		const reader = byteReader(
			(async function* () {
				yield Uint8Array.of(1);
				throw new Error('The network is gone.');
			})(),
		);
		await reader.take(1);
		await expect(reader.take(1)).rejects.toThrow('The network is gone.');
	});
});

describe('weights that come as a stream', () => {
	const open = (pieces: readonly number[][], size: number) =>
		streamedWeights(size, streamOf(pieces), cause => new Error('The file is broken.', {cause}));

	test('fill what they are read into, in order', async () => {
		const file = open([[1, 2, 3], [], [4, 5]], 5);
		const [head, rest] = [new Uint8Array(2), new Uint8Array(new SharedArrayBuffer(3))];
		await file.read(head, 0);
		await file.read(rest, 2);
		await file.finish?.();
		expect([...head, ...rest]).toEqual([1, 2, 3, 4, 5]);
		await expect(file.read(head, 0)).rejects.toThrow('Byte 0 of a stream that is at 5.');
	});

	test('are refused where they break off, or do not end where they should', async () => {
		await expect(open([[1, 2]], 3).read(new Uint8Array(3), 0)).rejects.toThrow('The file is broken.');
		const longer = open([[1, 2, 3]], 2);
		await longer.read(new Uint8Array(2), 0);
		await expect(longer.finish?.()).rejects.toThrow('The file is broken.');
	});
});
