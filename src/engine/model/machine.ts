import * as layout from '../kernels/assembly/layout.ts';
import {buildFor, type KernelHost} from '../kernels/host.ts';
import {Team} from '../kernels/team.ts';
import {sizeOf, type Tensor} from './declare.ts';
import {padded} from './forward.ts';
import {ModelMemory} from './memory.ts';
import {packedRow} from './packing.ts';
import type {Program, Value, Word} from './program.ts';
import {placeValues} from './values.ts';
import type {WeightsLayout} from './weights-layout.ts';

/** Bytes of logits that are in memory at once; large vocabularies are classified a few rows at a time. */
export const LOGIT_BYTES = 16 * 2 ** 20;

/** A row of a run. */
export interface Row {
	token: number;
	position: number;
	/** Which of the run's page tables has its text. */
	table: number;
	/** Its row among the hidden states and, of the first ones, the logits; negative: they are not wanted. */
	place: number;
	/** The class whose rank is wanted; negative: no one's. */
	target: number;
}

/** What a run computes. */
export interface Run {
	rows: readonly Row[];
	/** Addresses of the pages of each text. */
	tables: readonly (readonly number[])[];
	/** How many places have logits. */
	wanted: number;
	/** Whether they are scored rather than kept. */
	score?: boolean;
	/** Where 1 stands for every class whose probability is added up, [V] float32; 0 where none is. */
	mask?: number;
	/** Which instructions: all of them, where it is left out. */
	ranges?: readonly Range[];
}

/** An attention as it lies in the program. */
export interface AttentionShape {
	heads: number;
	/** Heads of keys and values, each for as many heads of queries. */
	sharedHeads: number;
	headSize: number;
	/** What a head is filled up to. */
	paddedSize: number;
	/** Where the layer's keys and values begin in a page, in bytes. */
	layer: number;
	/** What scores are multiplied by. */
	scale: number;
	/** How many positions one sees, itself among them; null for all. */
	window: number | null;
}

/** Instructions from one to before another. */
export type Range = readonly [from: number, to: number];

/** A program laid into memory with its weights, and the threads that run it. */
export class Machine {
	/** Rows whose logits can be kept at once. */
	readonly logitRows: number;
	/** Classes that have a token: a head may be filled up with some that have none, whose logits count for nothing. */
	classes: number;
	#rotations: {at: number; frequencies: Float32Array}[] = [];
	#team: Team | null = null;
	#job = 0;
	#rows = 0;
	#tables = 0;
	#tableWords = 0;
	#program = 0;
	#logits = 0;
	#hidden = 0;
	#scored = 0;
	#weights = 0;
	readonly #masks = new WeakMap<Float32Array, number>();
	#values: (value: Value) => number = () => 0;

	private constructor(
		readonly program: Program,
		readonly weights: WeightsLayout,
		readonly memory: ModelMemory,
	) {
		this.classes = program.classes;
		const rows = Math.floor(LOGIT_BYTES / (4 * padded(program.classes)) / 4) * 4;
		this.logitRows = Math.min(layout.ROWS, Math.max(4, rows));
	}

	/**
	 * @param contextLength most positions of a text.
	 * @throws EngineError `out-of-memory`.
	 */
	static async open(
		program: Program,
		weights: WeightsLayout,
		contextLength: number,
		host: KernelHost,
	): Promise<Machine> {
		const memory = new ModelMemory(weights.size, buildFor(host) === 'shared');
		const machine = new Machine(program, weights, memory);
		const state = machine.#lay(contextLength, host.threads);
		machine.#team = await Team.start(host, memory.memory, state);
		return machine;
	}

	/** Where the packed weights go, as one piece. */
	weightBytes(at = 0, bytes = this.weights.size): Uint8Array<ArrayBuffer> {
		return this.memory.bytes(this.#weights + at, bytes);
	}

	/** Write an instruction's word: a factor, where a place is copied, the operation of a part that is switched off. */
	instruct(instruction: number, word: number, value: number): void {
		this.#words(instruction)[word] = value;
	}

	wordOf(instruction: number, word: number): number {
		return this.#words(instruction)[word];
	}

	/** The value that can be looked at in a place, [rows, width] filled up. */
	valueAt(place: number): Float32Array {
		const [, at, width] = this.#words(place);
		return this.memory.floats(at, layout.ROWS * width);
	}

	/** What an attention of the program is like. */
	attention(instruction: number): AttentionShape {
		const words = this.#words(instruction);
		return {
			heads: words[layout.ATTENTION_HEADS],
			sharedHeads: words[layout.ATTENTION_SHARED_HEADS],
			headSize: words[layout.ATTENTION_HEAD_SIZE],
			paddedSize: words[layout.ATTENTION_PADDED_SIZE],
			layer: words[layout.ATTENTION_LAYER],
			scale: new Float32Array(words.buffer, words.byteOffset)[layout.ATTENTION_SCALE],
			window: words[layout.ATTENTION_WINDOW] || null,
		};
	}

	/** The weights that each output of a matrix is made with, as float32 [inputs]. */
	outputsOf(matrix: Tensor): (output: number) => Float32Array {
		const place = this.weights.places.get(matrix.name)!;
		const {inputs} = sizeOf(matrix);
		const packed = this.weightBytes(place.at, place.bytes);
		const scales = new Float32Array(this.weightBytes(place.scalesAt, place.at - place.scalesAt).slice().buffer);
		const values =
			place.type === 'I8'
				? new Int8Array(packed.buffer, packed.byteOffset, place.bytes)
				: new Float32Array(packed.buffer, packed.byteOffset, place.bytes / 4);
		return output => packedRow(values, output, inputs, scales[output]);
	}

	/** Numbers that stay float32, [n] as they lie. */
	floatsOf({name, shape}: Tensor): Float32Array {
		return this.memory.floats(this.#weights + this.weights.places.get(name)!.at, shape.at(-1)!);
	}

	/** Compute; nothing in the memory may be written before it is done. The next run overwrites logits, hidden states and scores. */
	async run({
		rows,
		tables,
		wanted,
		score = false,
		mask = 0,
		ranges = [[0, this.program.instructions.length]],
	}: Run): Promise<void> {
		if (!this.#team) throw new Error('The model has been closed.');
		const {memory} = this;
		const words = new Int32Array(memory.memory.buffer, this.#rows, layout.ROWS * layout.ROW_WORDS);
		for (const [i, {token, position, table, place, target}] of rows.entries()) {
			const address = this.#tables + 4 * table * this.#tableWords;
			words.set([token, position, address, place + 1, target], i * layout.ROW_WORDS);
		}

		for (const [i, pages] of tables.entries())
			memory.words(this.#tables + 4 * i * this.#tableWords, pages.length).set(pages);
		this.#turn(rows);
		for (const [from, to] of ranges) {
			memory.words(this.#job, layout.JOB_WORDS).set([rows.length, wanted, from, to, Number(score), mask, this.classes]);
			await this.#team.run();
		}
	}

	/** Logits of a place, [V] of the classes that have a token, as they lie. */
	logits(place: number): Float32Array {
		return this.memory.floats(this.#logits + 4 * place * padded(this.program.classes), this.classes);
	}

	/** The hidden state of a place, [D], as it lies. */
	hidden(place: number): Float32Array {
		const {width} = this.program;
		return this.memory.floats(this.#hidden + 4 * place * padded(width), width);
	}

	/** Where a mask over the classes is, [V] of 1 and 0, for `Run`. It is copied once, so there should be few. */
	maskAt(mask: Float32Array): number {
		const known = this.#masks.get(mask);
		if (known !== undefined) return known;
		const at = this.memory.allocate(4 * padded(this.program.classes));
		this.memory.floats(at, mask.length).set(mask);
		this.#masks.set(mask, at);
		return at;
	}

	/** Where the words of a scored place are. */
	scored(place: number): number {
		return this.#scored + 4 * place * layout.SCORED_WORDS;
	}

	async dispose(): Promise<void> {
		this.#team?.dispose();
		this.#team = null;
	}

	/** Give everything but pages its place. @returns where the state is. */
	#lay(contextLength: number, threads: number): number {
		const {program, memory} = this;
		const {ROWS} = layout;
		const values = placeValues(program);
		const widest = Math.max(...values.widths, padded(program.width));
		const D = padded(program.width);
		const dh = Math.max(
			...program.instructions.map(words => (words[0] === layout.ATTENTION ? (words[7] as number) : 0)),
		);
		const state = memory.allocate(4 * layout.STATE_WORDS);
		const team = memory.allocate(layout.TEAM_BYTES + threads * layout.TEAM_THREAD_BYTES, 128);
		this.#job = team + layout.TEAM_JOB;
		this.#rows = memory.allocate(4 * ROWS * layout.ROW_WORDS);
		this.#tableWords = Math.ceil(contextLength / layout.PAGE / 16) * 16;
		this.#tables = memory.allocate(4 * ROWS * this.#tableWords);
		this.#program = memory.allocate(4 * layout.INSTRUCTION_WORDS * program.instructions.length);
		const addresses = values.widths.map(width => memory.allocate(4 * ROWS * width));
		this.#values = value => addresses[values.placeOf(value)];
		const steps = memory.allocate(4 * ROWS * widest);
		const stepSizes = memory.allocate(4 * ROWS);
		this.#hidden = memory.allocate(4 * ROWS * D);
		this.#logits = memory.allocate(4 * this.logitRows * padded(program.classes));
		this.#scored = memory.allocate(4 * ROWS * layout.SCORED_WORDS);
		const ownRow = 4 * widest;
		const ownHeads = 16 * dh;
		const ownScores = 4 * Math.ceil(contextLength / layout.BLOCK) * layout.BLOCK;
		const ownBytes = Math.ceil((layout.OWN_SUMS_BYTES + ownRow + ownHeads + 2 * ownScores) / 4096) * 4096;
		const own = memory.allocate(threads * ownBytes);
		this.#rotations = program.rotations.map(frequencies => ({
			at: memory.allocate(8 * ROWS * frequencies.length),
			frequencies,
		}));
		this.#weights = memory.allocate(this.weights.size);

		const words = memory.words(state, layout.STATE_WORDS);
		words[layout.TEAM] = team;
		words[layout.ROW_RECORDS] = this.#rows;
		words[layout.PROGRAM] = this.#program;
		words[layout.STEPS] = steps;
		words[layout.STEP_SIZES] = stepSizes;
		words[layout.HIDDEN] = this.#hidden;
		words[layout.LOGITS] = this.#logits;
		words[layout.LOGIT_ROWS] = this.logitRows;
		words[layout.LOGIT_STRIDE] = 4 * padded(program.classes);
		words[layout.SCORED] = this.#scored;
		words[layout.OWN] = own;
		words[layout.OWN_BYTES] = ownBytes;
		words[layout.OWN_ROW_BYTES] = ownRow;
		words[layout.OWN_HEAD_BYTES] = ownHeads;
		words[layout.OWN_SCORE_BYTES] = ownScores;
		words[layout.EXACT] = Number(this.weights.precision === 'fp32');
		for (const [i, instruction] of program.instructions.entries()) this.#layInstruction(i, instruction);
		return state;
	}

	#words(instruction: number): Uint32Array {
		const at = this.#program + 4 * instruction * layout.INSTRUCTION_WORDS;
		return this.memory.words(at, layout.INSTRUCTION_WORDS);
	}

	#layInstruction(i: number, instruction: readonly Word[]): void {
		const at = this.#program + 4 * i * layout.INSTRUCTION_WORDS;
		const words = this.memory.words(at, layout.INSTRUCTION_WORDS);
		const floats = this.memory.floats(at, layout.INSTRUCTION_WORDS);
		for (const [j, word] of instruction.entries()) {
			if (typeof word === 'object' && 'float' in word) floats[j] = word.float;
			else words[j] = this.#address(word);
		}
	}

	#address(word: Exclude<Word, {float: number}>): number {
		if (typeof word === 'number') return word;
		if ('value' in word) return this.#values(word.value) + (word.from ?? 0);
		if ('rotation' in word) return this.#rotations[word.rotation].at;
		if ('bytes' in word) return word.bytes[this.weights.precision];
		return 'tensor' in word
			? this.#weights + this.weights.places.get(word.tensor.name)!.at
			: this.#weights + this.weights.places.get(word.scalesOf.name)!.scalesAt;
	}

	/** Cosines and sines of every row's position, in float32 as Hugging Face computes them. */
	#turn(rows: readonly Row[]): void {
		for (const {at, frequencies} of this.#rotations) {
			const half = frequencies.length;
			const table = this.memory.floats(at, 2 * half * rows.length);
			for (const [i, {position}] of rows.entries()) {
				for (let k = 0; k < half; k++) {
					const angle = Math.fround(position * frequencies[k]);
					table[2 * half * i + k] = Math.cos(angle);
					table[2 * half * i + half + k] = Math.sin(angle);
				}
			}
		}
	}
}
