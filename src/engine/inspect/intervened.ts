import * as layout from '../kernels/assembly/layout.ts';
import {padded} from '../model/forward.ts';
import type {Machine, Row} from '../model/machine.ts';
import type {Change} from '../model/reader.ts';
import type {Intervention} from './intervention.ts';

/** A patch of a place in a row, as the kernels read it. */
interface Patch {
	readonly row: number;
	readonly kind: number;
	readonly vector: Float32Array;
	readonly weight: number;
}

/** Everything begins at a multiple of 64 bytes. */
const ALIGNED = 64;

/** Writes an intervention into the program before a run, and takes it out again. */
export class Intervened implements Change {
	/** Blocks some of whose heads are off, with these. */
	readonly #heads = new Map<number, number[]>();
	#at = 0;

	constructor(
		private readonly machine: Machine,
		private readonly intervention: Intervention,
	) {
		for (const {block, part} of intervention.off)
			if (typeof part === 'number') this.#heads.set(block, [...(this.#heads.get(block) ?? []), part]);
	}

	make(rows: readonly Row[]): void {
		const patches = this.#patches(rows);
		const vectors = new Set([...patches.values()].flat().map(({vector}) => vector));
		this.#at = this.machine.memory.scratch(this.#bytes(patches, vectors.size), 'intervention');
		this.#switchOff();
		const addresses = new Map([...vectors].map(vector => [vector, this.#write(vector)]));
		for (const [place, list] of patches) this.#patch(place, list, addresses);
	}

	undo(): void {
		const {machine} = this;
		const {program} = machine;
		for (const block of this.#heads.keys()) {
			machine.instruct(program.attentions[block], layout.ATTENTION_FACTORS, 0);
			machine.instruct(program.attentions[block], layout.ATTENTION_ADDED, 0);
		}
		for (const at of this.#wholeParts()) machine.instruct(at, 0, program.instructions[at][0] as number);
		for (const place of this.#patches([]).keys()) {
			machine.instruct(place, layout.PLACE_PATCHES, 0);
			machine.instruct(place, layout.PLACE_PATCHES + 1, 0);
		}
	}

	/** Instructions that add a whole part, which is off, to the residual stream. */
	#wholeParts(): number[] {
		const {parts} = this.machine.program;
		return this.intervention.off.flatMap(({block, part}) =>
			typeof part === 'string' ? [parts.get(`${block}.${part}`)!] : [],
		);
	}

	#switchOff(): void {
		const {machine, intervention} = this;
		for (const [block, off] of this.#heads) {
			const attention = machine.program.attentions[block];
			const factors = new Float32Array(machine.attention(attention).heads).fill(1);
			for (const head of off) factors[head] = 0;
			machine.instruct(attention, layout.ATTENTION_FACTORS, this.#write(factors));
			const means = intervention.means?.heads[block];
			if (!means) continue;
			const size = machine.attention(attention).headSize;
			const added = new Float32Array(means.length);
			for (const head of off) added.set(means.subarray(head * size, (head + 1) * size), head * size);
			machine.instruct(attention, layout.ATTENTION_ADDED, this.#write(added));
		}
		for (const at of this.#wholeParts()) machine.instruct(at, 0, layout.NOTHING);
	}

	/** By place; what replaces the residual stream comes after what is added to it by a part that is off, and before what steers. */
	#patches(rows: readonly Row[]): Map<number, Patch[]> {
		const {residuals, parts} = this.machine.program;
		const {off, means, replaced, added} = this.intervention;
		const byPlace = new Map<number, Patch[]>();
		const patch = (place: number, position: number | null, kind: number, vector: Float32Array, weight = 1) => {
			const list = byPlace.get(place) ?? [];
			byPlace.set(place, list);
			for (const [row, {position: at}] of rows.entries())
				if (position === null || at === position) list.push({row, kind, vector, weight});
		};
		for (const {block, part} of off) {
			if (typeof part === 'number' || !means) continue;
			patch(parts.get(`${block}.${part}`)! + 1, null, layout.SHIFT, means[part][block]);
		}
		for (const {block, position, vector} of replaced) patch(residuals[block], position, layout.REPLACE, vector);
		for (const {block, position, vector, weight} of added)
			patch(residuals[block], position, layout.SHIFT, vector, weight);
		return byPlace;
	}

	#patch(place: number, patches: readonly Patch[], addresses: ReadonlyMap<Float32Array, number>): void {
		const {machine} = this;
		const {memory} = machine;
		const at = this.#take(4 * layout.PATCH_WORDS * patches.length);
		for (const [i, {row, kind, vector, weight}] of patches.entries()) {
			const patch = at + 4 * layout.PATCH_WORDS * i;
			memory.words(patch, 3).set([row, kind, addresses.get(vector)!]);
			memory.floats(patch, layout.PATCH_WORDS)[3] = weight;
		}
		machine.instruct(place, layout.PLACE_PATCHES, at);
		machine.instruct(place, layout.PLACE_PATCHES + 1, patches.length);
	}

	/** An upper bound of what is written. */
	#bytes(patches: ReadonlyMap<number, readonly Patch[]>, vectors: number): number {
		let bytes = vectors * (4 * padded(this.machine.program.width) + ALIGNED);
		for (const block of this.#heads.keys()) {
			const attention = this.machine.program.attentions[block];
			const {heads, headSize} = this.machine.attention(attention);
			bytes += 4 * heads * (1 + headSize) + 4 * ALIGNED;
		}
		for (const list of patches.values()) bytes += 4 * layout.PATCH_WORDS * list.length + ALIGNED;
		return bytes;
	}

	/** Put numbers into the room, filled up with zeros. @returns where. */
	#write(values: Float32Array): number {
		const width = padded(values.length);
		const at = this.#take(4 * width);
		const floats = this.machine.memory.floats(at, width);
		floats.fill(0, values.length);
		floats.set(values);
		return at;
	}

	#take(bytes: number): number {
		const at = this.#at;
		this.#at += Math.ceil(bytes / ALIGNED) * ALIGNED;
		return at;
	}
}
