import {randomStream} from '../engine/random.ts';
import {ADAM, adamStep, type Moments} from './adam.ts';
import {log} from './exact-math.ts';
import {Gpt, type Shape, tensorsOf} from './gpt.ts';
import {type Batch, BYTES, evenBatch, type Lesson, lessonOf, trainingBatch, VOCABULARY} from './text.ts';

/** The model that is trained: two blocks, which learn a page in minutes on one core. */
export const SHAPE: Shape = {vocabSize: VOCABULARY, contextLength: 64, layers: 2, heads: 4, width: 64};
/** Pieces of a batch: one step classifies PIECES x contextLength positions. */
export const PIECES = 8;

export interface TrainingOptions {
	seed: number;
	learningRate: number;
}

/** One step, and what it found. */
export interface TrainingStep {
	/** 1 for the first. */
	step: number;
	/** Mean loss of the batch before its weights were changed, in nats a byte. */
	loss: number;
	batch: Batch;
	/** Every position's loss, in nats, [pieces, positions]. */
	losses: Float32Array;
}

/**
 * Standard deviations of new weights. GPT-2's 0.02 suits its width of 768; at a width of 64 a linear map would return next to
 * nothing, and the model would only learn frequencies for its first hundreds of steps.
 */
const LINEAR = 1 / Math.sqrt(SHAPE.width);
const EMBEDDING = 0.1;
const POSITION = 0.02;
/** Streams of random numbers beside those of the batches, which have their step's number. */
const WEIGHTS_STREAM = 0xffff_ffff;
const SAMPLE_STREAM = 0xffff_fffe;

/** Trains one model on one text. The same text, seed and learning rate give the same bits on every machine. */
export class Trainer {
	readonly lesson: Lesson;
	readonly weights: Float32Array;
	step = 0;
	readonly #gpt: Gpt;
	readonly #gradients: Float32Array;
	readonly #moments: Moments;
	readonly #keptBack: Batch;

	/** @param text at least `shortestText(SHAPE.contextLength)` bytes. */
	constructor(
		text: Uint8Array,
		readonly options: TrainingOptions,
	) {
		this.lesson = lessonOf(text);
		this.weights = initialWeights(options.seed);
		this.#gpt = new Gpt(SHAPE, this.weights, PIECES);
		this.#gradients = new Float32Array(this.weights.length);
		this.#moments = {mean: new Float32Array(this.weights.length), square: new Float32Array(this.weights.length)};
		this.#keptBack = evenBatch(this.lesson.keptBack, PIECES, SHAPE.contextLength);
	}

	/** Classify all positions of a batch, and change every weight a little so that it would have been less wrong. */
	next(): TrainingStep {
		const step = ++this.step;
		const {seed, learningRate} = this.options;
		const batch = trainingBatch(this.lesson.learned, PIECES, SHAPE.contextLength, seed, step);
		const losses = new Float32Array(batch.ids.length);
		this.#gpt.forward(batch.ids, batch.pieces);
		const loss = this.#gpt.loss(batch.targets, losses);
		this.#gpt.backward(this.#gradients);
		adamStep(this.weights, this.#gradients, this.#moments, step, {...ADAM, learningRate});
		return {step, loss, batch, losses};
	}

	/** Mean loss on what is kept back, in nats a byte. */
	keptBackLoss(): number {
		this.#gpt.forward(this.#keptBack.ids, this.#keptBack.pieces);
		return this.#gpt.loss(this.#keptBack.targets);
	}

	/** Mean loss on pieces spread over the text that is learned, in nats a byte. */
	learnedLoss(): number {
		const batch = evenBatch(this.lesson.learned, PIECES, SHAPE.contextLength);
		this.#gpt.forward(batch.ids, batch.pieces);
		return this.#gpt.loss(batch.targets);
	}

	/** Probability of every byte after a prompt, [256]. An empty prompt begins after the end of another text. */
	distribution(prompt: Uint8Array): Float32Array {
		const ids = prompt.length > 0 ? Int32Array.from(prompt.subarray(-SHAPE.contextLength)) : Int32Array.of(BYTES);
		const all = this.#gpt.forward(ids, 1);
		return all.slice((ids.length - 1) * VOCABULARY, (ids.length - 1) * VOCABULARY + BYTES);
	}

	/** A prompt continued by n bytes, each drawn by the probabilities after those before it. */
	continuation(prompt: Uint8Array, n: number): Uint8Array {
		const random = randomStream(this.options.seed, SAMPLE_STREAM);
		const text = new Uint8Array(prompt.length + n);
		text.set(prompt);
		for (let i = prompt.length; i < text.length; i++)
			text[i] = draw(this.distribution(text.subarray(0, i)), random.next());
		return text.subarray(prompt.length);
	}
}

/** The byte on which a number in [0, 1) falls. */
function draw(probabilities: Float32Array, number: number): number {
	const total = probabilities.reduce((sum, p) => sum + p, 0);
	let left = number * total;
	for (let i = 0; i < probabilities.length; i++) {
		left -= probabilities[i];
		if (left < 0) return i;
	}
	return probabilities.length - 1;
}

/** Weights before the first step: normal; norms pass on what they get; what ends in the residual is smaller, as in GPT-2. */
export function initialWeights(seed: number): Float32Array {
	const tensors = tensorsOf(SHAPE);
	const last = tensors[tensors.length - 1];
	const weights = new Float32Array(last.at + last.shape[0]);
	const normal = normalNumbers(seed);
	const deviationOf = (name: string) => {
		if (name === 'wte.weight') return EMBEDDING;
		if (name === 'wpe.weight') return POSITION;
		return name.endsWith('c_proj.weight') ? LINEAR / Math.sqrt(2 * SHAPE.layers) : LINEAR;
	};
	for (const {name, shape, at} of tensors) {
		const size = shape.reduce((product, n) => product * n, 1);
		if (/ln_\w+\.weight$/.test(name)) weights.fill(1, at, at + size);
		else if (name.endsWith('.weight')) {
			const deviation = deviationOf(name);
			for (let i = at; i < at + size; i++) weights[i] = deviation * normal();
		}
	}
	return weights;
}

/** Standard normal numbers by Marsaglia's polar method. */
function normalNumbers(seed: number): () => number {
	const random = randomStream(seed, WEIGHTS_STREAM);
	let spare: number | null = null;
	return () => {
		if (spare !== null) {
			const number = spare;
			spare = null;
			return number;
		}
		for (;;) {
			const x = 2 * random.next() - 1;
			const y = 2 * random.next() - 1;
			const square = x * x + y * y;
			if (square >= 1 || square === 0) continue;
			const factor = Math.sqrt((-2 * log(square)) / square);
			spare = y * factor;
			return x * factor;
		}
	};
}
