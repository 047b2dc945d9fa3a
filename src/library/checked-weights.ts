import type {WeightsFile} from '../engine/checkpoint/weights-file.ts';
import {digestOfPiece, PIECE, sha256OfDigests} from './digests.ts';
import type {FileParts} from './folder.ts';

/**
 * A file that is read once, from its beginning to its end, and digested on the way: one piece of it is in memory at a time.
 * @param sha256 what `sha256OfPieces` must give.
 * @param damaged the error where it gives something else.
 */
export function checkedWeights(parts: FileParts, sha256: string, damaged: () => Promise<Error>): WeightsFile {
	const digests: Uint8Array[] = [];
	const count = Math.max(1, Math.ceil(parts.size / PIECE));
	let piece = new Uint8Array(0);
	/** The pieces up to this one have been read. */
	const readTo = async (index: number) => {
		while (digests.length <= index) {
			const from = digests.length * PIECE;
			piece = (await parts.read(from, Math.min(from + PIECE, parts.size))) as Uint8Array<ArrayBuffer>;
			digests.push(await digestOfPiece(piece));
		}
	};
	return {
		size: parts.size,
		async read(into, at) {
			for (let done = 0; done < into.byteLength; ) {
				const index = Math.floor((at + done) / PIECE);
				await readTo(index);
				// A header is looked at twice.
				const source = index === digests.length - 1 ? piece : await parts.read(index * PIECE, (index + 1) * PIECE);
				const from = at + done - index * PIECE;
				const part = source.subarray(from, from + into.byteLength - done);
				if (part.byteLength === 0) throw await damaged();
				into.set(part, done);
				done += part.byteLength;
			}
		},
		async finish() {
			await readTo(count - 1);
			piece = new Uint8Array(0);
			if ((await sha256OfDigests(digests)) !== sha256) throw await damaged();
		},
	};
}
