import {appendToLines, type GrowingInputs, type Growth, linesOf} from './growing.ts';
import {type Feeds, float32} from './tensors.ts';
import {allocated, createTensor, memoryOf, type Resident, tensorAt, type WasmModule} from './wasm-module.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** One of the inputs. */
interface Part extends Growth {
	/** Its shape; along its axis, at first. */
	readonly dims: readonly number[];
	readonly lines: number;
	readonly unit: number;
}

/** Where one of them is: in memory with room for its full length. */
interface Place {
	address: number;
	/** The tensor of what is there so far; 0 before it is made. */
	handle: number;
}

/**
 * Inputs that grow in the module's memory. Each has room for its full length from the first run on, so that it is
 * allocated once, and widened in place. They can be moved out and come in again with the next run.
 */
export class WasmGrowing implements GrowingInputs {
	readonly #parts: readonly Part[];
	/** What they are, while they are not in the module's memory. */
	#outside: readonly Float32Array[] | null;
	#places: Place[] = [];
	#length: number;

	constructor(
		private readonly wasm: WasmModule,
		readonly growth: readonly Growth[],
		begin: Feeds,
		private readonly room: number,
	) {
		this.#parts = growth.map(part => {
			const {dims} = begin[part.input];
			return {...part, dims, ...linesOf(dims, part.axis)};
		});
		this.#length = this.#parts[0].dims[this.#parts[0].axis];
		this.#outside = growth.map(({input}) => begin[input].data as Float32Array);
	}

	/** What they take in the module's memory, or would take. */
	get bytes(): number {
		return this.#parts.reduce((sum, {lines, unit}) => sum + lines * unit * this.room * FLOAT, 0);
	}

	get isInside(): boolean {
		return this.#places.length > 0;
	}

	/** Their tensors for the next run, in the order of `growth`. */
	handles(): number[] {
		if (!this.isInside) this.#enter();
		return this.#places.map(({handle}) => handle);
	}

	/** Append the outputs of a run, tensors by name. */
	append(outputs: ReadonlyMap<string, number>): void {
		try {
			const added = this.#parts.map(({output, axis}) => {
				const {address, dims} = tensorAt(this.wasm, outputs.get(output)!);
				return {address, length: dims[axis]};
			});
			const length = this.#length + added[0].length;
			if (length > this.room) throw new Error(`There is room for ${this.room} positions, not for ${length}.`);
			for (const [i, {lines, unit}] of this.#parts.entries()) {
				const more = this.#floats(added[i].address, lines * unit * added[i].length);
				const place = this.#places[i];
				appendToLines(this.#floats(place.address, lines * unit * length), lines, unit * this.#length, more);
			}

			this.#length = length;
			for (const i of this.#parts.keys()) this.#makeTensor(i);
		} catch (error) {
			// Some are longer than others now.
			this.free();
			throw error;
		}
	}

	/** Move them out of the module's memory, until the next run with them. */
	leave(): void {
		if (!this.isInside) return;
		this.#outside = this.#copies();
		this.#giveBack();
	}

	/** Hand them over: their numbers, and where they still lie in the module's memory. */
	take(): {feeds: Feeds; residents: Resident[]} {
		const arrays = this.#outside ?? this.#copies();
		const tensors = arrays.map((array, i) => float32(array, this.#dims(i)));
		const residents = this.#places.map((place, i) => ({...place, tensor: tensors[i]}));
		this.#places = [];
		this.#outside = null;
		return {feeds: Object.fromEntries(tensors.map((tensor, i) => [this.#parts[i].input, tensor])), residents};
	}

	free(): void {
		this.#outside = null;
		this.#giveBack();
	}

	#enter(): void {
		const {wasm} = this;
		if (!this.#outside) throw new Error('These inputs were taken or freed.');
		try {
			for (const [i, {lines, unit}] of this.#parts.entries()) {
				const address = allocated(wasm, lines * unit * this.room * FLOAT);
				this.#places.push({address, handle: 0});
				this.#floats(address, this.#outside[i].length).set(this.#outside[i]);
				this.#makeTensor(i);
			}
		} catch (error) {
			this.#giveBack();
			throw error;
		}

		this.#outside = null;
	}

	#makeTensor(i: number): void {
		const {lines, unit} = this.#parts[i];
		const place = this.#places[i];
		if (place.handle !== 0) this.wasm._OrtReleaseTensor(place.handle);
		place.handle = 0;
		const bytes = lines * unit * this.#length * FLOAT;
		place.handle = createTensor(this.wasm, 'float32', place.address, bytes, this.#dims(i));
	}

	#giveBack(): void {
		for (const {address, handle} of this.#places) {
			if (handle !== 0) this.wasm._OrtReleaseTensor(handle);
			this.wasm._free(address);
		}
		this.#places = [];
	}

	/** Copies for JavaScript, outside the shared memory. */
	#copies(): Float32Array[] {
		return this.#places.map(({address}, i) => {
			const {lines, unit} = this.#parts[i];
			return this.#floats(address, lines * unit * this.#length).slice();
		});
	}

	#dims(i: number): number[] {
		return this.#parts[i].dims.map((size, axis) => (axis === this.#parts[i].axis ? this.#length : size));
	}

	#floats(address: number, length: number): Float32Array {
		return new Float32Array(memoryOf(this.wasm).buffer, address, length);
	}
}
