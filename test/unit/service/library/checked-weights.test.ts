import {expect, test} from 'vitest';
import {checkedWeights} from '../../../../src/service/library/checked-weights.ts';
import {sha256OfPieces} from '../../../../src/service/library/digests.ts';
import {type FileParts, partsOf} from '../../../../src/service/library/folder.ts';

/** Two pieces and a half. */
const bytes = Uint8Array.from({length: 40 * 2 ** 20}, (_, i) => (i * 31) ^ (i >> 8));
const damaged = async () => new Error('damaged');
const watched = (file: Uint8Array, read: number[]): FileParts => ({
	size: file.length,
	async read(into, at) {
		read.push(at);
		return partsOf(file).read(into, at);
	},
});

test('weights are read into their place and digested on the way, each piece once', async () => {
	const read: number[] = [];
	const file = checkedWeights(watched(bytes, read), await sha256OfPieces(partsOf(bytes)), damaged);
	const header = new Uint8Array(100);
	await file.read(header, 0);
	expect(header).toEqual(bytes.slice(0, 100));
	const place = new Uint8Array(bytes.length - 100);
	for (let at = 0; at < place.length; at += 3e6) await file.read(place.subarray(at, at + 3e6), 100 + at);
	await file.finish?.();
	expect(Buffer.compare(place, bytes.subarray(100))).toBe(0);
	expect(read).toEqual([0, 2 ** 24, 2 ** 25]);
});

test('a byte that has changed is found, also behind what was read; and a file that ends early', async () => {
	const sha256 = await sha256OfPieces(partsOf(bytes));
	const changed = bytes.slice();
	changed[changed.length - 1] ^= 1;
	const file = checkedWeights(partsOf(changed), sha256, damaged);
	await file.read(new Uint8Array(100), 0);
	await expect(file.finish?.()).rejects.toThrow('damaged');
	const cut = checkedWeights({...partsOf(bytes.subarray(0, 1000)), size: bytes.length}, sha256, damaged);
	await expect(cut.read(new Uint8Array(2000), 0)).rejects.toThrow('damaged');
});
