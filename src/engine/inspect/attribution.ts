import {NORM_ADD, PRODUCT} from '../kernels/assembly/layout.ts';
import type {RunOptions} from '../model/causal-lm.ts';
import type {Tensor} from '../model/declare.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import type {Machine} from '../model/machine.ts';
import type {Word} from '../model/program.ts';
import {headPlaces, streamPlaces} from './means.ts';
import {observe} from './observe.ts';

/** What a block's parts add to a logit, or to the difference of two. */
interface BlockAttribution {
	readonly heads: readonly number[];
	/** The bias of attention's projection, which is of no head. */
	readonly bias: number;
	readonly mlp: number;
}

/** A logit, or a difference of logits, as a sum: of `embedding`, all of `blocks`, `constant` and `rounding`. */
export interface Attribution {
	readonly logit: number;
	/** The token's and the position's embedding. */
	readonly embedding: number;
	readonly blocks: readonly BlockAttribution[];
	/** The bias of the final norm, which is the same for every text. */
	readonly constant: number;
	/** What the kernels round: float32, and with int8 weights the activations. */
	readonly rounding: number;
}

/** A norm of the program: what its words say, and where its numbers lie. */
interface NormWords {
	readonly gain: Float32Array;
	readonly bias: Float32Array | null;
	readonly epsilon: number;
	readonly centred: boolean;
}

/**
 * Direct logit attribution at the last position (Elhage et al. 2021, "A mathematical framework for transformer circuits"): the logit is
 * the dot product of the class's row of the head with the final norm of the residual stream, and that stream is a sum of what every part
 * has added. The norm's scale, 1 / the stream's standard deviation (or its root mean square), is taken as it is in the whole pass; then
 * everything is linear, and the parts' shares add up to the logit.
 * @param against a second class: the shares are of the difference of the two logits.
 */
export async function attributionOf(
	lm: KernelModel,
	ids: readonly number[],
	chosen: number,
	against: number | null,
	options: Pick<RunOptions, 'signal' | 'onProgress'> = {},
): Promise<Attribution> {
	const {machine} = lm;
	const {program} = machine;
	const D = program.width;
	const streams = streamPlaces(program);
	const heads = headPlaces(program);
	let seen: Float32Array[] = [];
	const logits = await observe(
		lm,
		ids,
		[...heads, ...streams.map(({place}) => place)],
		(position, values) => {
			if (position === ids.length - 1) seen = values.map(value => value.slice());
		},
		options,
	);
	const stream = seen.slice(heads.length);
	const rows = await lm.headRows(against === null ? [chosen] : [chosen, against], options);
	const row = Float64Array.from(rows.subarray(0, D), (weight, i) => weight - (against === null ? 0 : rows[D + i]));
	const norm = normOf(machine, program.head);
	const scale = scaleOf(stream[stream.length - 1].subarray(0, D), norm);
	/** What a unit of each channel of the residual stream adds. */
	const direction = row.map((weight, i) => weight * norm.gain[i] * scale);
	if (norm.centred) centre(direction);
	const adds = (after: Float32Array, before?: Float32Array) => dot(direction, i => after[i] - (before?.[i] ?? 0));

	const blocks = heads.map((_, block) => ({
		...headsOf(machine, block, seen[block], direction),
		mlp: added(streams, stream, `${block}.mlp`, adds),
	}));
	const embedding = adds(stream[0]);
	const {bias} = norm;
	const constant = (bias ? dot(row, i => bias[i]) : 0) + headBias(machine, chosen) - headBias(machine, against);
	const logit = logits[chosen] - (against === null ? 0 : logits[against]);
	const sum = blocks.reduce(
		(total, {heads, bias, mlp}) => total + heads.reduce((all, one) => all + one, 0) + bias + mlp,
		embedding + constant,
	);
	return {logit, embedding, blocks, constant, rounding: logit - sum};
}

const dot = (direction: Float64Array, of: (i: number) => number): number => {
	let sum = 0;
	for (let i = 0; i < direction.length; i++) sum += direction[i] * of(i);
	return sum;
};

function added(
	streams: readonly {name: string}[],
	stream: readonly Float32Array[],
	part: string,
	adds: (after: Float32Array, before?: Float32Array) => number,
): number {
	const at = streams.findIndex(({name}) => name === part);
	return adds(stream[at], stream[at - 1]);
}

/** Subtracting the mean from a vector is the same as subtracting it from what the vector is multiplied with. */
function centre(direction: Float64Array): void {
	const mean = direction.reduce((sum, value) => sum + value, 0) / direction.length;
	for (let i = 0; i < direction.length; i++) direction[i] -= mean;
}

/** One over the deviation, or over the root mean square, that a norm divides by. */
function scaleOf(values: ArrayLike<number>, {centred, epsilon}: Pick<NormWords, 'centred' | 'epsilon'>): number {
	const n = values.length;
	let mean = 0;
	if (centred) for (let i = 0; i < n; i++) mean += values[i] / n;
	let variance = 0;
	for (let i = 0; i < n; i++) variance += (values[i] - mean) ** 2 / n;
	return 1 / Math.sqrt(variance + epsilon);
}

/** What each head of a block adds, and the projection's bias. */
function headsOf(machine: Machine, block: number, mixed: Float32Array, direction: Float64Array) {
	const {program} = machine;
	const attention = program.attentions[block];
	const {heads: count, headSize: size} = machine.attention(attention);
	const end = program.parts.get(`${block}.attention`)!;
	// Where what is added is a norm of the projection (Gemma 3), its scale is taken as it is as well.
	const isNormed = program.instructions[end][7] === NORM_ADD && program.instructions[end][0] !== PRODUCT;
	const [, matrix, , biasWord] = program.instructions[isNormed ? end - 1 : end];
	const outputOf = machine.outputsOf(tensorOf(matrix)!);
	const bias = floatsOf(machine, biasWord);
	const output = (n: number) => {
		const weights = outputOf(n);
		let sum = bias?.[n] ?? 0;
		for (let k = 0; k < weights.length; k++) sum += weights[k] * mixed[k];
		return sum;
	};
	const norm = isNormed ? normOf(machine, end) : null;
	const scale =
		norm &&
		scaleOf(
			Float64Array.from(direction, (_, n) => output(n)),
			norm,
		);
	const along = norm ? direction.map((value, n) => value * norm.gain[n] * scale!) : direction;
	const heads = new Array<number>(count).fill(0);
	for (const [n, value] of along.entries()) {
		const weights = outputOf(n);
		for (let h = 0; h < count; h++) {
			let sum = 0;
			for (let k = h * size; k < (h + 1) * size; k++) sum += weights[k] * mixed[k];
			heads[h] += value * sum;
		}
	}
	return {heads, bias: bias ? dot(along, i => bias[i]) : 0};
}

function normOf(machine: Machine, instruction: number): NormWords {
	const words = machine.program.instructions[instruction];
	return {
		gain: floatsOf(machine, words[4])!,
		bias: floatsOf(machine, words[5]),
		epsilon: (words[6] as {float: number}).float,
		centred: words[9] === 1,
	};
}

const tensorOf = (word: Word): Tensor | null => (typeof word === 'object' && 'tensor' in word ? word.tensor : null);

const floatsOf = (machine: Machine, word: Word): Float32Array | null => {
	const tensor = tensorOf(word);
	return tensor && machine.floatsOf(tensor);
};

/** The head's own bias of a class; most have none. */
function headBias(machine: Machine, id: number | null): number {
	const bias = floatsOf(machine, machine.program.instructions[machine.program.head + 1][3]);
	return id === null ? 0 : (bias?.[id] ?? 0);
}
