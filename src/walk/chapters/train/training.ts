import {batch, type ReadonlySignal, signal} from '@preact/signals';
import {toBits} from '../../../ui/tokens/log-prob.ts';
import type {CheckpointFile} from '../../../workbench/hugging-face.ts';
import {type FromTrainer, isKept, type Look, type ToTrainer} from '../../../workbench/messages.ts';
import type {Baselines} from '../../../workbench/text.ts';
import type {Walk} from '../../state/walk.ts';

/** What is learned, and how. */
export interface Lesson {
	text: string;
	seed: number;
	learningRate: number;
}

/** A training's course, in bits a byte. */
export interface Course {
	lesson: Lesson;
	baselines: Baselines;
	/** Of each step's batch, the first step's first. */
	losses: number[];
	/** On the tenth that is kept back, where it was measured. */
	keptBack: {step: number; loss: number}[];
	/** The batches of the steps whose weights are kept, and the last one. */
	batches: Map<number, StepBatch>;
}

/** The pieces of one step: where they begin in the text's bytes, and every position's loss in bits. */
export interface StepBatch {
	begins: Int32Array;
	losses: Float32Array;
}

/** The part of a worker that is used here; tests give their own. */
export type TrainerPort = Pick<Worker, 'postMessage' | 'onmessage' | 'onerror' | 'terminate'>;

/** How much is written after the prompt, in bytes. */
const CONTINUED = 70;
/** Steps over which the pace is measured. */
const PACE_STEPS = 20;

const startWorker = (): TrainerPort =>
	new Worker(new URL('../../../workbench/worker.ts', import.meta.url), {type: 'module', name: 'trainer'});

/** The training of one page, in a worker that is started when it is first needed and ends with the page. */
export class Training {
	/** null until a text has been taken. Its arrays grow; `step` says when. */
	readonly #course = signal<Course | null>(null);
	readonly #step = signal(0);
	readonly #isRunning = signal(false);
	readonly #isLost = signal(false);
	readonly #failure = signal<string | null>(null);
	readonly #looks = signal<ReadonlyMap<number, Look>>(new Map());
	#port: TrainerPort | null = null;
	/** The lesson that was sent, until it has begun: what still comes is of the one before. */
	#beginning: Lesson | null = null;
	#prompt = '';
	#questions = 0;
	readonly #asked = new Map<number, {step: number; continued: number}>();
	readonly #saving = new Map<number, (saved: {step: number; files: CheckpointFile[]}) => void>();
	#times: number[] = [];

	constructor(
		private readonly start: () => TrainerPort = startWorker,
		private readonly now: () => number = () => performance.now(),
	) {}

	get course(): ReadonlySignal<Course | null> {
		return this.#course;
	}
	/** Steps done. */
	get step(): ReadonlySignal<number> {
		return this.#step;
	}
	get isRunning(): ReadonlySignal<boolean> {
		return this.#isRunning;
	}
	/** The loss is no number any more. */
	get isLost(): ReadonlySignal<boolean> {
		return this.#isLost;
	}
	/** Why the worker ended. */
	get failure(): ReadonlySignal<string | null> {
		return this.#failure;
	}
	/** What the model says of the prompt, by step. */
	get looks(): ReadonlySignal<ReadonlyMap<number, Look>> {
		return this.#looks;
	}

	/** Steps a minute, of the last ones; null before there are two. */
	get pace(): number | null {
		const [first] = this.#times;
		const last = this.#times.at(-1);
		return last === undefined || last <= first ? null : (60_000 * (this.#times.length - 1)) / (last - first);
	}

	/** A new model, untrained. What was trained is gone. */
	begin(lesson: Lesson): void {
		this.#beginning = lesson;
		this.#asked.clear();
		this.#failure.value = null;
		this.#send({type: 'begin', ...lesson});
	}

	/** @param steps so many, or until `pause`. */
	run(steps: number | null): void {
		this.#isRunning.value = true;
		this.#times = [];
		this.#send({type: 'run', steps});
	}

	pause(): void {
		if (this.#isRunning.peek()) this.#send({type: 'pause'});
	}

	/** The prompt that is looked at. */
	setPrompt(prompt: string): void {
		if (prompt === this.#prompt) return;
		this.#prompt = prompt;
		this.#asked.clear();
		this.#looks.value = new Map();
	}

	/** Ask what the model says of the prompt after each of these steps, where that is neither known nor asked. */
	look(steps: readonly number[]): void {
		if (!this.#course.peek() || this.#beginning) return;
		const asked = [...this.#asked.values()];
		for (const step of steps) {
			const isNow = !isKept(step);
			// What it says while it goes on is gone a moment later: its classes are enough, one question at a time.
			const continued = isNow && this.#isRunning.peek() ? 0 : CONTINUED;
			if ((this.#looks.peek().get(step)?.continuation.length ?? -1) >= continued) continue;
			if (asked.some(one => (isNow ? !isKept(one.step) : one.step === step) && one.continued >= continued)) continue;
			const question = ++this.#questions;
			this.#asked.set(question, {step, continued});
			this.#send({type: 'look', question, step: isNow ? null : step, prompt: this.#prompt, continued});
		}
	}

	/** The model as it is now, as the files of a checkpoint. */
	save(): Promise<{step: number; files: CheckpointFile[]}> {
		return new Promise(resolve => {
			const question = ++this.#questions;
			this.#saving.set(question, resolve);
			this.#send({type: 'save', question});
		});
	}

	dispose(): void {
		this.#port?.terminate();
		this.#port = null;
	}

	#send(message: ToTrainer): void {
		if (!this.#port) {
			this.#port = this.start();
			this.#port.onmessage = ({data}: MessageEvent<FromTrainer>) => batch(() => this.#receive(data));
			this.#port.onerror = event => this.#end((event as ErrorEvent).message ?? '');
		}
		this.#port.postMessage(message);
	}

	#end(why: string): void {
		this.dispose();
		batch(() => {
			this.#failure.value = why;
			this.#isRunning.value = false;
			this.#course.value = null;
			this.#step.value = 0;
		});
	}

	#receive(message: FromTrainer): void {
		if (message.type === 'begun') this.#begun(message);
		else if (message.type === 'failed' && message.question === null) this.#end(message.why);
		// The worker had not heard yet that another lesson began.
		else if (this.#beginning) return;
		else if (message.type === 'step') this.#stepped(message);
		else if (message.type === 'looked') this.#looked(message);
		else if (message.type === 'paused') {
			this.#isRunning.value = false;
			this.#isLost.value = message.isLost;
		} else if (message.type === 'saved') {
			this.#saving.get(message.question)?.(message);
			this.#saving.delete(message.question);
		} else this.#asked.delete(message.question!);
	}

	#begun({baselines, keptBack}: Extract<FromTrainer, {type: 'begun'}>): void {
		const lesson = this.#beginning;
		if (!lesson) return;
		this.#beginning = null;
		this.#step.value = 0;
		this.#isRunning.value = false;
		this.#isLost.value = false;
		this.#looks.value = new Map();
		this.#course.value = {
			lesson,
			baselines,
			losses: [],
			keptBack: [{step: 0, loss: toBits(keptBack)}],
			batches: new Map(),
		};
	}

	#stepped({step, loss, keptBack, begins, losses}: Extract<FromTrainer, {type: 'step'}>): void {
		const course = this.#course.peek()!;
		course.losses.push(toBits(loss));
		if (keptBack !== null) course.keptBack.push({step, loss: toBits(keptBack)});
		if (!isKept(step - 1)) course.batches.delete(step - 1);
		course.batches.set(step, {begins, losses: losses.map(toBits)});
		this.#times = [...this.#times, this.now()].slice(-PACE_STEPS);
		this.#step.value = step;
	}

	#looked({question, ...look}: Extract<FromTrainer, {type: 'looked'}>): void {
		if (!this.#asked.delete(question)) return;
		// Of steps whose weights are not kept, the last one alone stays.
		const others = [...this.#looks.peek()].filter(([step]) => isKept(step));
		this.#looks.value = new Map([...others, [look.step, look]]);
	}
}

/** A walk's training outlives the chapter, so that one can turn the page and come back. */
const trainings = new WeakMap<Walk, Training>();
export function trainingOf(walk: Walk, make = () => new Training()): Training {
	const training = trainings.get(walk) ?? make();
	trainings.set(walk, training);
	return training;
}
