import * as v from 'valibot';
import {huggingFaceFiles} from './hugging-face.ts';
import {type FromTrainer, isKept, ToTrainer} from './messages.ts';
import {Reader} from './reader.ts';
import {SHAPE} from './shape.ts';
import {baselinesOf, shortestText} from './text.ts';
import {Trainer} from './trainer.ts';

type Message<T extends ToTrainer['type']> = Extract<ToTrainer, {type: T}>;

/** The loss on what is kept back is measured after each of the first steps, and then after every tenth. */
const isMeasured = (step: number) => step < 10 || step % 10 === 0;

const encoder = new TextEncoder();

/** One page's training: takes its messages, trains step by step between them, and keeps weights to look back at. */
export class TrainingSession {
	#trainer: Trainer | null = null;
	/** Steps that are still to be done. */
	#left = 0;
	#isRunning = false;
	readonly #kept = new Map<number, Float32Array>();

	/**
	 * @param turn awaited before every step: lets messages in, and whatever else goes first.
	 */
	constructor(
		private readonly send: (message: FromTrainer) => void,
		private readonly turn: () => Promise<void>,
	) {}

	/** A message, checked here. What cannot be read or done is answered with `failed`. */
	receive(data: unknown): void {
		const message = v.safeParse(ToTrainer, data);
		if (!message.success) {
			this.send({type: 'failed', question: null, why: message.issues[0].message});
			return;
		}
		try {
			this.#answer(message.output);
		} catch (error) {
			const question = 'question' in message.output ? message.output.question : null;
			this.send({type: 'failed', question, why: error instanceof Error ? error.message : String(error)});
		}
	}

	#answer(message: ToTrainer): void {
		switch (message.type) {
			case 'begin':
				this.#begin(message);
				break;
			case 'run':
				this.#begun();
				this.#left = message.steps ?? Infinity;
				void this.#run();
				break;
			case 'pause':
				this.#left = 0;
				break;
			case 'look':
				this.#look(message);
				break;
			case 'save':
				this.#save(message);
		}
	}

	#begun(): Trainer {
		if (!this.#trainer) throw new Error('No text was given to learn.');
		return this.#trainer;
	}

	#begin({text, seed, learningRate}: Message<'begin'>): void {
		const bytes = encoder.encode(text);
		const least = shortestText(SHAPE.contextLength);
		if (bytes.length < least) throw new Error(`The text has ${bytes.length} bytes; training needs ${least}.`);
		this.#left = 0;
		this.#kept.clear();
		const trainer = new Trainer(bytes, {seed, learningRate});
		this.#trainer = trainer;
		this.#kept.set(0, trainer.weights.slice());
		this.send({
			type: 'begun',
			baselines: baselinesOf(trainer.lesson.learned),
			keptBack: trainer.keptBackLoss(),
		});
	}

	async #run(): Promise<void> {
		if (this.#isRunning) return;
		this.#isRunning = true;
		let isLost = false;
		for (;;) {
			await this.turn();
			if (this.#left <= 0) break;
			this.#left--;
			isLost = !this.#step(this.#begun());
			if (isLost) this.#left = 0;
		}
		this.#isRunning = false;
		this.send({type: 'paused', step: this.#begun().step, isLost});
	}

	/** @returns whether the model is still one. */
	#step(trainer: Trainer): boolean {
		const {step, loss, batch, losses} = trainer.next();
		if (isKept(step)) this.#kept.set(step, trainer.weights.slice());
		const keptBack = isMeasured(step) ? trainer.keptBackLoss() : null;
		this.send({type: 'step', step, loss, keptBack, begins: batch.begins, losses});
		return Number.isFinite(loss) && (keptBack === null || Number.isFinite(keptBack));
	}

	#look({question, step, prompt, continued}: Message<'look'>): void {
		const trainer = this.#begun();
		const weights = step === null || step === trainer.step ? trainer.weights : this.#kept.get(step);
		if (!weights) throw new Error(`The weights after step ${step} were not kept.`);
		const reader = new Reader(weights, trainer.options.seed);
		const bytes = encoder.encode(prompt);
		this.send({
			type: 'looked',
			question,
			step: step ?? trainer.step,
			distribution: reader.distribution(bytes),
			continuation: reader.continuation(bytes, continued),
		});
	}

	#save({question}: Message<'save'>): void {
		const {step, weights} = this.#begun();
		this.send({type: 'saved', question, step, files: huggingFaceFiles(SHAPE, weights)});
	}
}
