/** The bytes of a file of weights, wherever it is kept. */
export interface WeightsFile {
	readonly size: number;
	/** For messages, and to tell PyTorch's files; `model.safetensors` when left out. */
	readonly name?: string;
	/**
	 * Fill `into` with the bytes that begin at `at`. A file is read once, from its beginning to its end.
	 * @throws EngineError `bad-model` where the file ends too early.
	 */
	read(into: Uint8Array, at: number): Promise<void>;
	/** Says that all has been read. @throws EngineError `bad-model` where that is not what the file should be. */
	finish?(): Promise<void>;
}

/** Opens a file; null where there is none of this name. */
export type OpenWeights = (name: string) => Promise<WeightsFile | null>;

/** A file that is in memory. */
export const weightsOf = (bytes: Uint8Array): WeightsFile => ({
	size: bytes.byteLength,
	read: async (into, at) => into.set(bytes.subarray(at, at + into.byteLength)),
});

/** Bytes that are read at once. */
const PIECE = 4 * 2 ** 20;

/** Read a part of a file into its place, piece by piece. @param onPiece how many of its bytes are read. */
export async function readInto(
	file: WeightsFile,
	into: Uint8Array,
	at: number,
	onPiece: (done: number) => void = () => {},
): Promise<void> {
	for (let done = 0; done < into.byteLength; ) {
		const piece = into.subarray(done, done + PIECE);
		await file.read(piece, at + done);
		done += piece.byteLength;
		onPiece(done);
	}
}

/** A file as a stream, from its beginning; each piece overwrites the one before. */
export async function* streamOf(file: WeightsFile): AsyncGenerator<Uint8Array> {
	const memory = new Uint8Array(Math.min(PIECE, file.size));
	for (let at = 0; at < file.size; at += PIECE) {
		const piece = memory.subarray(0, file.size - at);
		await file.read(piece, at);
		yield piece;
	}
}
