import type {WeightsFile} from '../../engine/checkpoint/weights-file.ts';
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
	let piece = new Uint8Array(Math.min(PIECE, parts.size));
	/** The piece that was read last, of which the file may have less than it should. */
	let last = piece;
	/** The pieces up to this one have been read. */
	const readTo = async (index: number) => {
		while (digests.length <= index) {
			last = piece.subarray(0, await parts.read(piece, digests.length * PIECE));
			digests.push(await digestOfPiece(last));
		}
	};
	return {
		size: parts.size,
		async read(into, at) {
			for (let done = 0; done < into.byteLength; ) {
				const index = Math.floor((at + done) / PIECE);
				await readTo(index);
				const from = at + done - index * PIECE;
				const part = into.subarray(done, done + PIECE - from);
				// A header is looked at twice.
				if (index < digests.length - 1) {
					if ((await parts.read(part, at + done)) < part.byteLength) throw await damaged();
				} else {
					const there = last.subarray(from, from + part.byteLength);
					if (there.byteLength < part.byteLength) throw await damaged();
					part.set(there);
				}
				done += part.byteLength;
			}
		},
		async finish() {
			await readTo(count - 1);
			piece = new Uint8Array(0);
			last = piece;
			if ((await sha256OfDigests(digests)) !== sha256) throw await damaged();
		},
	};
}
