import * as op from '../kernels/assembly/layout.ts';
import {cachedHeadBytes} from './cached-head.ts';
import {type Linear, type Norm, sizeOf, type Tensor} from './declare.ts';
import type {Instruction, Program, Value, Word} from './program.ts';

/** Rows that were rounded for a product. They lie in one place: the next norm or product of other rows takes it. */
export interface Steps {
	readonly width: number;
	readonly made: number;
}

/** Heads that lie in a value: the first one's first column, and how many columns further each next one begins. */
interface Heads {
	readonly value: Value;
	readonly from?: number;
	readonly stride?: number;
}

/** Activations by the names of Hugging Face's configs; `gelu_new` is GPT-2's own, the tanh approximation. */
const ACTIVATIONS = {
	gelu_new: op.GELU_TANH,
	gelu_pytorch_tanh: op.GELU_TANH,
	gelu: op.GELU_ERF,
	relu: op.RELU,
	silu: op.SILU,
} as const;
export type Activation = keyof typeof ACTIVATIONS;

/** Attention of a block. */
export interface AttentionOptions {
	queries: Heads;
	keys: Heads;
	values: Heads;
	heads: number;
	/** Heads of keys and values, each for as many heads of queries; as many as these where it is left out. */
	sharedHeads?: number;
	headSize: number;
	/** What scores are multiplied by; 1 / sqrt(head size) where it is left out. */
	scale?: number;
	/** Position i sees those above i - window. */
	window?: number | null;
	/** Gains of the norms of each head's queries and keys; they have one epsilon. */
	norms?: {queries: Norm; keys: Norm};
	/** Inverse frequencies of rotary positions: half as many as channels are turned, the first ones of a head, in halves. */
	rotation?: Float32Array;
}

/** What everything is filled up to. */
export const padded = (width: number): number => Math.ceil(width / op.LANES) * op.LANES;

/**
 * Writes down a forward pass in the order in which it is computed; a family's page calls it from top to bottom. The first
 * value, `embed`'s, is the residual stream.
 */
export class Forward {
	readonly #instructions: Instruction[] = [];
	readonly #tensors = new Map<string, Tensor>();
	readonly #rotations: Float32Array[] = [];
	readonly #residuals: number[] = [];
	readonly #parts = new Map<string, number>();
	readonly #attentions: number[] = [];
	#values = 0;
	#made = 0;
	#block = -1;
	#pageBytes = {fp32: 0, int8: 0};
	#lastPlace = 0;

	/**
	 * Rows of the token table [classes, D], times a factor, plus learned positions [.., D].
	 * @param options.offset which of them position 0 has.
	 */
	embed(table: Tensor, options: {positions?: Tensor; offset?: number; factor?: number} = {}): Value {
		const {inputs} = sizeOf(table);
		const x = this.#value(inputs);
		const {positions, offset = 0, factor = 1} = options;
		this.#push(
			[op.EMBED, this.#tensor(table), {scalesOf: table}, padded(inputs), {value: x}],
			[positions ? this.#tensor(positions) : 0, offset, {float: factor}],
		);
		this.#place(x);
		return x;
	}

	/** What follows is the next block; parts are named after it. */
	block(): void {
		this.#residuals.push(this.#lastPlace);
		this.#block++;
	}

	/** A norm of every row, rounded for the products that follow. */
	norm(value: Value, norm: Norm): Steps {
		this.#norm(value, norm, op.NORM_STEPS);
		return this.#steps(value.width);
	}

	/** Rows times a matrix, plus its bias, and an activation of that: [rows, outputs]. */
	product(input: Steps | Value, matrix: Linear, activation?: Activation): Value {
		const to = this.#value(sizeOf(matrix.weight).outputs);
		this.#product(input, matrix, to, op.STORE, activation);
		return to;
	}

	/** A value times a product, number by number: `h = silu(gate(a)) * up(a)`. */
	multiply(value: Value, input: Steps | Value, matrix: Linear): void {
		this.#product(input, matrix, value, op.MULTIPLY);
	}

	/** Add a product to the residual stream. @param part what the block's part is called: `attention`, `mlp`. */
	add(part: string, x: Value, input: Steps | Value, matrix: Linear): void {
		this.#product(input, matrix, x, op.ADD);
		this.#name(part);
		this.#place(x);
	}

	/** Add a norm of a value to the residual stream. */
	addNorm(part: string, x: Value, value: Value, norm: Norm): void {
		this.#norm(value, norm, op.NORM_ADD, x);
		this.#name(part);
		this.#place(x);
	}

	/** Keys and values go to the cache, queries look at it: [rows, heads * head size]. */
	attention(options: AttentionOptions): Value {
		const {queries, keys, values, heads, headSize: d, norms, rotation} = options;
		const {sharedHeads = heads, scale = 1 / Math.sqrt(d), window} = options;
		const dh = padded(d);
		const layer = {bytes: this.#pageBytes};
		const {fp32, int8} = cachedHeadBytes(dh);
		this.#pageBytes = {fp32: layer.bytes.fp32 + sharedHeads * fp32, int8: layer.bytes.int8 + sharedHeads * int8};
		const turned = this.#value(heads * dh);
		const at = ({value, from = 0, stride = d}: Heads): Word[] => [
			{value, from: 4 * from},
			4 * padded(value.width),
			4 * stride,
		];
		this.#push(
			[op.POSITIONS, ...at(queries), ...at(keys), ...at(values), heads, sharedHeads, d, dh, {value: turned}, layer],
			[norms ? this.#tensor(norms.queries.gain) : 0, norms ? this.#tensor(norms.keys.gain) : 0],
			[{float: norms?.queries.epsilon ?? 0}, rotation ? this.#rotation(rotation) : 0, rotation?.length ?? 0],
		);
		this.#place(turned);
		const mixed = this.#value(heads * d);
		this.#push(
			[op.ATTENTION, {value: turned}, {value: mixed}, 4 * padded(heads * d), heads, sharedHeads, d, dh, layer],
			[{float: scale}, window ?? 0],
		);
		this.#attentions.push(this.#last);
		this.#name('heads');
		this.#place(mixed);
		return mixed;
	}

	/** The norm before the head, and the head: logits [rows, classes] of the rows that are wanted. Ends the program. */
	head(x: Value, norm: Norm, matrix: Linear): Program {
		this.#residuals.push(this.#lastPlace);
		const head = this.#instructions.length;
		this.#norm(x, norm, op.NORM_WANTED);
		const {inputs, outputs} = sizeOf(matrix.weight);
		this.#push(
			[op.CLASSIFY, this.#tensor(matrix.weight), {scalesOf: matrix.weight}, this.#optional(matrix.bias)],
			[padded(inputs), Math.ceil(outputs / 4), 0, 4 * padded(outputs), op.STORE, op.LINEAR],
		);
		return {
			instructions: this.#instructions,
			tensors: [...this.#tensors.values()],
			width: x.width,
			classes: outputs,
			pageBytes: this.#pageBytes,
			rotations: this.#rotations,
			residuals: this.#residuals,
			parts: this.#parts,
			attentions: this.#attentions,
			head,
			classifier: matrix.weight,
		};
	}

	get #last() {
		return this.#instructions.length - 1;
	}

	#push(...words: Word[][]): void {
		this.#instructions.push(words.flat());
	}

	#value(width: number): Value {
		return {id: this.#values++, width};
	}

	#steps(width: number): Steps {
		return {width, made: ++this.#made};
	}

	#tensor(tensor: Tensor): Word {
		this.#tensors.set(tensor.name, tensor);
		return {tensor};
	}

	#optional(tensor: Tensor | null): Word {
		return tensor ? this.#tensor(tensor) : 0;
	}

	#rotation(frequencies: Float32Array): Word {
		const known = this.#rotations.findIndex(other => String(other) === String(frequencies));
		return {rotation: known < 0 ? this.#rotations.push(frequencies) - 1 : known};
	}

	#name(part: string): void {
		this.#parts.set(`${this.#block}.${part}`, this.#last);
	}

	#place(value: Value): void {
		this.#push([op.PLACE, {value}, padded(value.width)]);
		this.#lastPlace = this.#last;
	}

	#norm({width, ...value}: Value, {gain, bias, epsilon, centred}: Norm, result: number, to?: Value): void {
		this.#push(
			[op.NORM, {value: {...value, width}}, padded(width), width, this.#tensor(gain), this.#optional(bias)],
			[{float: epsilon}, result, to ? {value: to} : 0, Number(centred)],
		);
	}

	#product(input: Steps | Value, {weight, bias}: Linear, to: Value, result: number, activation?: Activation): void {
		const {inputs, outputs} = sizeOf(weight);
		if (input.width !== inputs) throw new Error(`${weight.name} takes ${inputs} numbers, not ${input.width}.`);
		if (to.width !== outputs) throw new Error(`${weight.name} makes ${outputs} numbers, not ${to.width}.`);
		if ('made' in input) {
			if (input.made !== this.#made) throw new Error(`${weight.name}: these rows have been written over.`);
		} else {
			this.#push([op.ROUND, {value: input}, padded(input.width)]);
			this.#made++;
		}

		this.#push(
			[op.PRODUCT, this.#tensor(weight), {scalesOf: weight}, this.#optional(bias), padded(inputs)],
			[Math.ceil(outputs / 4), {value: to}, 4 * padded(outputs), result],
			[activation ? ACTIVATIONS[activation] : op.LINEAR],
		);
	}
}
