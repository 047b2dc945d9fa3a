import type {Token} from '../../../protocol/values/prompt.ts';
import {visibleBytes, visibleToken} from '../../../ui/tokens/token-text.ts';

/** A byte as a class: a character where it is one, else shown as hex. */
export const byteToken = (byte: number): Pick<Token, 'text' | 'bytes'> =>
	byte < 0x80 ? {text: String.fromCharCode(byte)} : {bytes: [byte]};

/** Bytes from the middle of a text, to be seen: a character that is cut at either end as the bytes that are there. */
export function visibleStretch(bytes: Uint8Array): string {
	const isLater = (at: number) => (bytes[at] & 0xc0) === 0x80;
	let [from, to] = [0, bytes.length];
	while (from < to && isLater(from)) from++;
	let last = to - 1;
	while (last > from && isLater(last)) last--;
	if (last >= from && last + lengthOf(bytes[last]) > to) to = last;
	const cut = (part: Uint8Array) => (part.length > 0 ? visibleBytes([...part]) : '');
	const whole = visibleToken({text: decoder.decode(bytes.subarray(from, to))});
	return cut(bytes.subarray(0, from)) + whole + cut(bytes.subarray(to));
}

/** A stretch of a text with the loss of its bytes in bits; null where they are in no piece of the batch. */
export interface Stretch {
	text: string;
	loss: number | null;
}

const decoder = new TextDecoder();

/** How many bytes a character has, by its first one in UTF-8. */
const lengthOf = (first: number) => (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);

/**
 * A text cut into characters that the batch classified, each with the loss of all its bytes, and what is between them.
 * @param losses of each byte of the text as a target; NaN where it was none.
 */
export function paintedStretches(bytes: Uint8Array, losses: Float32Array): Stretch[] {
	const stretches: Stretch[] = [];
	let plain = 0;
	const closePlain = (to: number) => {
		if (to > plain) stretches.push({text: decoder.decode(bytes.subarray(plain, to)), loss: null});
	};
	for (let at = 0; at < bytes.length; ) {
		const end = Math.min(bytes.length, at + lengthOf(bytes[at]));
		const known = [...losses.subarray(at, end)].filter(loss => !Number.isNaN(loss));
		if (known.length > 0) {
			closePlain(at);
			stretches.push({
				text: decoder.decode(bytes.subarray(at, end)),
				loss: known.reduce((sum, loss) => sum + loss, 0),
			});
			plain = end;
		}
		at = end;
	}
	closePlain(bytes.length);
	return stretches;
}

/** The losses of a batch on the bytes of its text: position i of a piece classifies the byte after it. */
export function lossesOnText(length: number, begins: Int32Array, losses: Float32Array): Float32Array {
	const onText = new Float32Array(length).fill(Number.NaN);
	const n = losses.length / begins.length;
	begins.forEach((begin, piece) => {
		onText.set(losses.subarray(piece * n, (piece + 1) * n), begin + 1);
	});
	return onText;
}
