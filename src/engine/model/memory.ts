import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';

const PAGE_BYTES = 65_536;
/** 4 GB less a page: where the memory ends, and with it an array at its end, is a number of 32 bits too. */
const MOST_PAGES = 65_535;
const ALIGNMENT = 64;

const up = (bytes: number, to: number) => Math.ceil(bytes / to) * to;

/** A model's WebAssembly memory, which grows as it is needed. Addresses are bytes from its beginning. */
export class ModelMemory {
	readonly memory: WebAssembly.Memory;
	/** What lies below is the compiler's. */
	#top = 1024;
	readonly #scratch = new Map<string, {at: number; bytes: number}>();

	/** @param bytes that are needed at once. @throws EngineError `out-of-memory`. */
	constructor(bytes: number, shared: boolean) {
		const initial = Math.ceil((bytes + 4096) / PAGE_BYTES);
		if (initial > MOST_PAGES) throw outOfMemory();
		try {
			this.memory = new WebAssembly.Memory({initial, maximum: MOST_PAGES, shared});
		} catch {
			throw outOfMemory();
		}
	}

	/** Bytes that have been allocated. */
	get used(): number {
		return this.#top;
	}

	/** Bytes that can be allocated at most. */
	get room(): number {
		return MOST_PAGES * PAGE_BYTES - this.#top;
	}

	/** Zeros, at a multiple of 64 or as it is said. They are never given back one by one. @throws EngineError `out-of-memory`. */
	allocate(bytes: number, alignment = ALIGNMENT): number {
		const at = up(this.#top, alignment);
		const missing = at + bytes - this.memory.buffer.byteLength;
		if (missing > 0) {
			try {
				this.memory.grow(Math.ceil(missing / PAGE_BYTES));
			} catch {
				throw outOfMemory();
			}
		}

		this.#top = at + bytes;
		return at;
	}

	/** Room that the next call for the same purpose may overwrite. */
	scratch(bytes: number, purpose: string): number {
		const known = this.#scratch.get(purpose);
		if (known && bytes <= known.bytes) return known.at;
		const room = {at: this.allocate(bytes), bytes};
		this.#scratch.set(purpose, room);
		return room.at;
	}

	words(at: number, length: number): Uint32Array<ArrayBuffer> {
		return new Uint32Array(this.memory.buffer as ArrayBuffer, at, length);
	}

	floats(at: number, length: number): Float32Array<ArrayBuffer> {
		return new Float32Array(this.memory.buffer as ArrayBuffer, at, length);
	}

	bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
		return new Uint8Array(this.memory.buffer as ArrayBuffer, at, length);
	}
}

/** It names no cause: memory that does not grow stays as it was, and so does the worker (`serve-requests.ts`). */
export const outOfMemory = () => new EngineError('out-of-memory', refuse('out-of-memory'));
