import type {FileParts} from './folder.ts';

/** Checksums, as hexadecimal text. */

/** Large files are digested in pieces of this size, so that no second copy of them is in memory. */
export const PIECE = 16 * 2 ** 20;

const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

async function digest(algorithm: 'SHA-1' | 'SHA-256', bytes: Uint8Array): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>));
}

export const sha256 = async (bytes: Uint8Array): Promise<string> => hex(await digest('SHA-256', bytes));

/** The SHA-256 of the SHA-256s of a file's pieces of 16 MiB; one piece of it is in memory. */
export async function sha256OfPieces({size, read}: FileParts): Promise<string> {
	const digests: Uint8Array[] = [];
	const piece = new Uint8Array(Math.min(PIECE, size));
	for (let at = 0; at === 0 || at < size; at += PIECE)
		digests.push(await digestOfPiece(piece.subarray(0, await read(piece, at))));
	return sha256OfDigests(digests);
}

export const digestOfPiece = (piece: Uint8Array): Promise<Uint8Array> => digest('SHA-256', piece);

/** The same from the digests of the pieces, in their order. */
export function sha256OfDigests(digests: readonly Uint8Array[]): Promise<string> {
	const together = new Uint8Array(32 * digests.length);
	for (const [i, one] of digests.entries()) together.set(one, 32 * i);
	return sha256(together);
}

/** Git's id of a file: the SHA-1 of a header and its contents. The Hub gives it for small files. */
export async function gitBlobId(bytes: Uint8Array): Promise<string> {
	const header = new TextEncoder().encode(`blob ${bytes.byteLength}\0`);
	const blob = new Uint8Array(header.byteLength + bytes.byteLength);
	blob.set(header);
	blob.set(bytes, header.byteLength);
	return hex(await digest('SHA-1', blob));
}
