import {byteReader} from './byte-reader.ts';
import type {WeightsFile} from './weights-file.ts';

/**
 * A file that comes as a stream: its bytes go straight to where they are read to, and no piece is kept.
 * @param size bytes of the file.
 * @param broken the error where the stream breaks off, or has more.
 */
export function streamedWeights(
	size: number,
	stream: AsyncIterable<Uint8Array>,
	broken: (cause?: unknown) => Error,
): WeightsFile {
	const reader = byteReader(stream);
	return {
		size,
		async read(into, at) {
			if (at !== reader.position) throw new Error(`Byte ${at} of a stream that is at ${reader.position}.`);
			try {
				await reader.fill(into);
			} catch (error) {
				throw broken(error);
			}
		},
		async finish() {
			if (!(await reader.ended())) throw broken();
		},
	};
}
