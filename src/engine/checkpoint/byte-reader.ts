/** Takes bytes off a stream in the amounts that are asked for. */
export interface ByteReader {
	/** How many bytes have been taken. */
	readonly position: number;
	/** Exactly this many bytes, in a new array. @throws what the stream throws; StreamEnded where it ends before. */
	take(count: number): Promise<Uint8Array>;
	/** The same, as many as there is room for in an array. */
	fill(bytes: Uint8Array): Promise<void>;
	/** Whether the stream has ended. */
	ended(): Promise<boolean>;
}

/** The stream ended too early. */
export class StreamEnded extends Error {}

/**
 * @param position where in the file the stream starts.
 * @param onTaken called with every run of bytes, in order, as soon as it is taken.
 */
export function byteReader(
	stream: AsyncIterable<Uint8Array>,
	position = 0,
	onTaken: (bytes: Uint8Array) => void = () => {},
): ByteReader {
	const chunks = stream[Symbol.asyncIterator]();
	let at = position;
	let rest = new Uint8Array(0);
	const more = async () => {
		while (rest.byteLength === 0) {
			const next = await chunks.next();
			if (next.done) return false;
			rest = next.value as Uint8Array<ArrayBuffer>;
		}
		return true;
	};
	const fill = async (bytes: Uint8Array) => {
		const count = bytes.byteLength;
		for (let filled = 0; filled < count; ) {
			if (!(await more())) throw new StreamEnded(`The stream ended ${count - filled} bytes too early.`);
			const part = rest.subarray(0, count - filled);
			bytes.set(part, filled);
			rest = rest.subarray(part.byteLength);
			filled += part.byteLength;
		}
		onTaken(bytes);
		at += count;
	};
	return {
		get position() {
			return at;
		},
		fill,
		async take(count) {
			const bytes = new Uint8Array(count);
			await fill(bytes);
			return bytes;
		},
		ended: async () => !(await more()),
	};
}

/** The first bytes of a stream, which then ends. */
export async function partOf(stream: AsyncGenerator<Uint8Array>, count: number): Promise<Uint8Array> {
	try {
		return await byteReader(stream).take(count);
	} finally {
		stream.return(undefined).catch(() => {});
	}
}
