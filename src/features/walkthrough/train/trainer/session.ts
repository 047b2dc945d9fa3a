import * as v from 'valibot';
import {huggingFaceFiles} from './hugging-face.ts';
import {isSameLesson, type Lesson} from './lesson.ts';
import {type Found, type FromTrainer, ToTrainer} from './messages.ts';
import {isKept, noPast, type Past, record} from './past.ts';
import {Reader} from './reader.ts';
import {SHAPE} from './shape.ts';
import {type StoredLesson, type StoredTraining, withoutText} from './stored-training.ts';
import {baselinesOf, shortestText} from './text.ts';
import {Trainer} from './trainer.ts';
import type {TrainingStore} from './training-store.ts';

type Message<T extends ToTrainer['type']> = Extract<ToTrainer, {type: T}>;

/** The loss on what is kept back is measured after each of the first steps, and then after every tenth. */
const isMeasured = (step: number) => step < 10 || step % 10 === 0;

const encoder = new TextEncoder();

/** While it goes on, a training is stored after so many steps: a page that ends says nothing. */
const STORED_EVERY = 100;

/** A lesson, and how far it is. */
interface Course {
	lesson: StoredLesson;
	trainer: Trainer;
	/** Weights to look back at, by step. */
	snapshots: Map<number, Float32Array>;
	past: Past;
}

/** One page's training: takes its messages, trains step by step between them, and keeps weights to look back at. */
export class TrainingSession {
	/** null before the first, and while the next is looked for. */
	#course: Course | null = null;
	/** Steps that are still to be done. */
	#left = 0;
	#isRunning = false;
	/** The last question for a lesson. */
	#beginning: number | null = null;

	/**
	 * @param turn awaited before every step: lets messages in, and whatever else goes first.
	 */
	constructor(
		private readonly send: (message: FromTrainer) => void,
		private readonly turn: () => Promise<void>,
		private readonly store: TrainingStore,
	) {}

	/** A message, checked here. What cannot be read or done is answered with `failed`. */
	receive(data: unknown): void {
		const message = v.safeParse(ToTrainer, data);
		if (!message.success) {
			this.send({type: 'failed', question: null, why: message.issues[0].message});
			return;
		}
		this.#answer(message.output).catch(error => {
			const question = 'question' in message.output ? message.output.question : null;
			this.send({type: 'failed', question, why: reasonOf(error)});
		});
	}

	async #answer(message: ToTrainer): Promise<void> {
		switch (message.type) {
			case 'begin':
				await this.#begin(message);
				break;
			case 'run':
				this.#begun();
				this.#left = message.steps ?? Infinity;
				await this.#run();
				break;
			case 'pause':
				this.#left = 0;
				break;
			case 'store':
				await this.#store();
				break;
			case 'look':
				this.#look(message);
				break;
			case 'save':
				this.#save(message);
		}
	}

	#begun(): Course {
		if (!this.#course) throw new Error('No text was given to learn.');
		return this.#course;
	}

	async #begin({question, lesson, anew}: Message<'begin'>): Promise<void> {
		const {length} = encoder.encode(lesson.text);
		const least = shortestText(SHAPE.contextLength);
		if (length < least) throw new Error(`The text has ${length} bytes; training needs ${least}.`);
		// The lesson that there was is over.
		this.#left = 0;
		this.#course = null;
		this.#beginning = question;
		const named = await withoutText(lesson);
		// Where the browser gives no storage, a lesson begins all the same.
		if (anew) await this.store.forget().catch(() => {});
		const stored = anew ? null : await this.store.read().catch(() => 'unreadable' as const);
		if (question !== this.#beginning) return;
		const same = stored && stored !== 'unreadable' && isSameLesson(stored.lesson, named) ? stored : null;
		this.#course = same ? resumed(lesson, same) : untrained(lesson, named);
		const {trainer, past} = this.#course;
		const baselines = baselinesOf(trainer.text.learned);
		this.send({type: 'begun', question, baselines, past, found: stored && foundOf(stored, named)});
	}

	async #run(): Promise<void> {
		if (this.#isRunning) return;
		this.#isRunning = true;
		let isLost = false;
		try {
			for (;;) {
				await this.turn();
				if (this.#left <= 0) break;
				this.#left--;
				const course = this.#begun();
				isLost = !this.#step(course);
				if (isLost) this.#left = 0;
				else if (course.trainer.step % STORED_EVERY === 0) void this.#store();
			}
		} catch (error) {
			// A step that was cut short leaves weights that are of no step. What was stored before stays.
			this.#left = 0;
			this.#course = null;
			throw error;
		} finally {
			this.#isRunning = false;
		}
		if (!this.#course) return;
		this.send({type: 'paused', step: this.#course.trainer.step, isLost});
		await this.#store();
	}

	/** @returns whether the model is still one. */
	#step({trainer, snapshots, past}: Course): boolean {
		const {step, loss, batch, losses} = trainer.next();
		if (isKept(step)) snapshots.set(step, trainer.weights.slice());
		const keptBack = isMeasured(step) ? trainer.keptBackLoss() : null;
		const done = {step, loss, keptBack, batch: {begins: batch.begins, losses}};
		record(past, done);
		this.send({type: 'step', ...done});
		return Number.isFinite(loss) && (keptBack === null || Number.isFinite(keptBack));
	}

	/** A model whose weights have overflowed is not stored: what was stored before stays. */
	async #store(): Promise<void> {
		if (!this.#course) return;
		const {lesson, trainer, snapshots, past} = this.#course;
		const {state, step} = trainer;
		if (step === 0 || !state.weights.every(Number.isFinite)) return;
		try {
			await this.store.write({lesson, state, snapshots, past});
			this.send({type: 'stored', step});
		} catch (error) {
			this.send({type: 'not-stored', why: reasonOf(error)});
		}
	}

	#look({question, step, prompt, continued}: Message<'look'>): void {
		const {trainer, snapshots} = this.#begun();
		const weights = step === null || step === trainer.step ? trainer.weights : snapshots.get(step);
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
		const {step, weights} = this.#begun().trainer;
		this.send({type: 'saved', question, step, files: huggingFaceFiles(SHAPE, weights)});
	}
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function foundOf(stored: StoredTraining | 'unreadable', lesson: StoredLesson): Found {
	if (stored === 'unreadable') return {kind: stored};
	const {step} = stored.state;
	if (isSameLesson(stored.lesson, lesson)) return {kind: 'same', step};
	const {text, seed, learningRate} = stored.lesson;
	return {kind: 'other', step, isSameText: text === lesson.text, seed, learningRate};
}

function untrained(lesson: Lesson, named: StoredLesson): Course {
	const trainer = new Trainer(encoder.encode(lesson.text), lesson);
	return {
		lesson: named,
		trainer,
		snapshots: new Map([[0, trainer.weights.slice()]]),
		past: noPast(trainer.keptBackLoss()),
	};
}

const resumed = ({text, ...options}: Lesson, {lesson, state, snapshots, past}: StoredTraining): Course => ({
	lesson,
	trainer: new Trainer(encoder.encode(text), options, state),
	snapshots: new Map(snapshots),
	past,
});
