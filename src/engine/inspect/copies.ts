import {PLACE_COPY, ROWS} from '../kernels/assembly/layout.ts';
import type {Machine} from '../model/machine.ts';
import type {Change} from '../model/reader.ts';

/** Values at some places of the program, copied while a run computes them. */
export class Copies implements Change {
	readonly #at: number;
	/** Bytes before each place's copies. */
	readonly #offsets: number[] = [];

	/** @param places instructions of the program. */
	constructor(
		private readonly machine: Machine,
		private readonly places: readonly number[],
	) {
		let bytes = 0;
		for (const place of places) {
			this.#offsets.push(bytes);
			bytes += 4 * machine.valueAt(place).length;
		}
		this.#at = machine.memory.scratch(bytes, 'copies');
	}

	make(): void {
		this.#write(i => this.#at + this.#offsets[i]);
	}

	undo(): void {
		this.#write(() => 0);
	}

	/** The value at the i-th place in a row of the last run, filled up, as it lies. */
	row(i: number, row: number): Float32Array {
		const width = this.machine.valueAt(this.places[i]).length / ROWS;
		return this.machine.memory.floats(this.#at + this.#offsets[i] + 4 * row * width, width);
	}

	#write(address: (i: number) => number): void {
		for (const [i, place] of this.places.entries()) this.machine.instruct(place, PLACE_COPY, address(i));
	}
}
