import {randomStream} from '../../../../engine/math/random.ts';
import {ADAM, adamStep, type Moments} from './adam.ts';
import {log} from './exact-math.ts';
import {Gpt, tensorsOf} from './gpt.ts';
import {PIECES, SHAPE} from './shape.ts';
import {type Batch, evenBatch, type SplitText, splitText, trainingBatch} from './text.ts';

export interface TrainingOptions {
	seed: number;
	learningRate: number;
}

/** All that changes from step to step; what else there is follows from text, seed and learning rate. */
export interface TrainerState {
	/** Steps done. */
	step: number;
	weights: Float32Array;
	moments: Moments;
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
/** Stream of random numbers beside those of the batches, which have their step's number. */
const WEIGHTS_STREAM = 0xffff_ffff;

/** Trains one model on one text. The same text, seed and learning rate give the same bits on every machine. */
export class Trainer {
	readonly text: SplitText;
	readonly #state: TrainerState;
	readonly #gpt: Gpt;
	readonly #gradients: Float32Array;
	readonly #keptBack: Batch;

	/**
	 * @param text at least `shortestText(SHAPE.contextLength)` bytes.
	 * @param state of a training with the same text and options, which goes on; its arrays are changed.
	 */
	constructor(
		text: Uint8Array,
		readonly options: TrainingOptions,
		state: TrainerState = untrained(options.seed),
	) {
		this.text = splitText(text);
		this.#state = state;
		this.#gpt = new Gpt(SHAPE, this.weights, PIECES);
		this.#gradients = new Float32Array(this.weights.length);
		this.#keptBack = evenBatch(this.text.keptBack, PIECES, SHAPE.contextLength);
	}

	/** As it is now; its arrays change with the next step. */
	get state(): Readonly<TrainerState> {
		return this.#state;
	}

	get step(): number {
		return this.#state.step;
	}

	get weights(): Float32Array {
		return this.#state.weights;
	}

	/** Classify all positions of a batch, and change every weight a little so that it would have been less wrong. */
	next(): TrainingStep {
		const step = ++this.#state.step;
		const {seed, learningRate} = this.options;
		const batch = trainingBatch(this.text.learned, PIECES, SHAPE.contextLength, seed, step);
		const losses = new Float32Array(batch.ids.length);
		this.#gpt.forward(batch.ids, batch.pieces);
		const loss = this.#gpt.loss(batch.targets, losses);
		this.#gpt.backward(this.#gradients);
		adamStep(this.weights, this.#gradients, this.#state.moments, step, {...ADAM, learningRate});
		return {step, loss, batch, losses};
	}

	/** Mean loss on what is kept back, in nats a byte. */
	keptBackLoss(): number {
		this.#gpt.forward(this.#keptBack.ids, this.#keptBack.pieces);
		return this.#gpt.loss(this.#keptBack.targets);
	}

	/** Mean loss on pieces spread over the text that is learned, in nats a byte. */
	learnedLoss(): number {
		const batch = evenBatch(this.text.learned, PIECES, SHAPE.contextLength);
		this.#gpt.forward(batch.ids, batch.pieces);
		return this.#gpt.loss(batch.targets);
	}
}

function untrained(seed: number): TrainerState {
	const weights = initialWeights(seed);
	const zeros = () => new Float32Array(weights.length);
	return {step: 0, weights, moments: {mean: zeros(), square: zeros()}};
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
