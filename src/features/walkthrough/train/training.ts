import {batch, type ReadonlySignal, signal} from '@preact/signals';
import {toBits} from '../../../ui/tokens/log-prob.ts';
import type {Walk} from '../state/walk.ts';
import type {CheckpointFile} from './trainer/hugging-face.ts';
import type {Lesson} from './trainer/lesson.ts';
import type {Found, FromTrainer, Look, ToTrainer} from './trainer/messages.ts';
import {converted, isKept, type Past, record} from './trainer/past.ts';
import type {Baselines} from './trainer/text.ts';

/** A training's course, in bits a byte. */
export interface Course extends Past {
	lesson: Lesson;
	baselines: Baselines;
}

/** The files of a checkpoint, of the model after so many steps. */
interface Saved {
	step: number;
	files: CheckpointFile[];
}

/** Whether the steps are in the browser's own files, too: so many of them, or why none. */
export type Stored = {step: number} | {why: string};

/** The part of a worker that is used here; tests give their own. */
export type TrainerPort = Pick<Worker, 'postMessage' | 'onmessage' | 'onerror' | 'terminate'>;

/** How much is written after the prompt, in bytes. */
const CONTINUED = 70;
/** Steps over which the pace is measured. */
const PACE_STEPS = 20;

const startWorker = (): TrainerPort =>
	new Worker(new URL('./trainer/worker.ts', import.meta.url), {type: 'module', name: 'trainer'});

/** The training of one page, in a worker that is started when it is first needed and ends with the page. */
export class Training {
	/** null until a text has been taken. Its arrays grow; `step` says when. */
	readonly #course = signal<Course | null>(null);
	readonly #step = signal(0);
	readonly #isRunning = signal(false);
	readonly #isLost = signal(false);
	readonly #failure = signal<string | null>(null);
	readonly #found = signal<Found | null>(null);
	readonly #stored = signal<Stored | null>(null);
	readonly #looks = signal<ReadonlyMap<number, Look>>(new Map());
	#port: TrainerPort | null = null;
	/** The lesson that was asked for, until it has begun: what still comes is of the one before. */
	#beginning: {question: number; lesson: Lesson} | null = null;
	#prompt = '';
	#questions = 0;
	readonly #asked = new Map<number, {step: number; continued: number}>();
	readonly #saving = new Map<number, {resolve(saved: Saved): void; reject(why: Error): void}>();
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
	/** What was stored when the lesson began. */
	get found(): ReadonlySignal<Found | null> {
		return this.#found;
	}
	/** null until something of this lesson was to be stored. */
	get stored(): ReadonlySignal<Stored | null> {
		return this.#stored;
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

	/** A lesson in place of the one that there is: untrained, unless it was stored. */
	begin(lesson: Lesson): void {
		this.#begin(lesson, false);
	}

	/** A lesson with an untrained model. What was stored is gone. */
	beginAnew(lesson: Lesson): void {
		this.#begin(lesson, true);
	}

	#begin(lesson: Lesson, anew: boolean): void {
		const question = ++this.#questions;
		this.#beginning = {question, lesson};
		this.#asked.clear();
		this.#failure.value = null;
		this.#send({type: 'begin', question, lesson, anew});
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

	/** The page may end now: store what has been trained since the last time. */
	store(): void {
		if (this.#isRunning.peek()) this.#send({type: 'store'});
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

	/** The model as it is now, as the files of a checkpoint. @throws where the worker cannot, or ends. */
	save(): Promise<Saved> {
		return new Promise((resolve, reject) => {
			const question = ++this.#questions;
			this.#saving.set(question, {resolve, reject});
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
		this.#beginning = null;
		for (const saving of this.#saving.values()) saving.reject(new Error(why));
		this.#saving.clear();
		batch(() => {
			this.#failure.value = why;
			this.#isRunning.value = false;
			this.#course.value = null;
			this.#step.value = 0;
		});
	}

	#receive(message: FromTrainer): void {
		if (message.type === 'begun') this.#begun(message);
		else if (message.type === 'failed' && (message.question === null || message.question === this.#beginning?.question))
			this.#end(message.why);
		// The worker had not heard yet that another lesson began.
		else if (this.#beginning) return;
		else if (message.type === 'step') this.#stepped(message);
		else if (message.type === 'looked') this.#looked(message);
		else if (message.type === 'paused') {
			this.#isRunning.value = false;
			this.#isLost.value = message.isLost;
		} else if (message.type === 'saved') {
			this.#saving.get(message.question)?.resolve(message);
			this.#saving.delete(message.question);
		} else if (message.type === 'stored') this.#stored.value = {step: message.step};
		else if (message.type === 'not-stored') this.#stored.value = {why: message.why};
		else {
			this.#asked.delete(message.question!);
			this.#saving.get(message.question!)?.reject(new Error(message.why));
			this.#saving.delete(message.question!);
		}
	}

	#begun({question, baselines, past, found}: Extract<FromTrainer, {type: 'begun'}>): void {
		if (question !== this.#beginning?.question) return;
		const {lesson} = this.#beginning;
		this.#beginning = null;
		this.#step.value = past.losses.length;
		this.#isRunning.value = false;
		this.#isLost.value = false;
		this.#found.value = found;
		this.#stored.value = null;
		this.#looks.value = new Map();
		this.#course.value = {lesson, baselines, ...converted(past, toBits)};
	}

	#stepped({step, loss, keptBack, batch: {begins, losses}}: Extract<FromTrainer, {type: 'step'}>): void {
		record(this.#course.peek()!, {
			step,
			loss: toBits(loss),
			keptBack: keptBack === null ? null : toBits(keptBack),
			batch: {begins, losses: losses.map(toBits)},
		});
		this.#times = [...this.#times, this.now()].slice(-PACE_STEPS);
		this.#step.value = step;
	}

	#looked({question, ...look}: Extract<FromTrainer, {type: 'looked'}>): void {
		if (!this.#asked.delete(question)) return;
		const looks = new Map([...this.#looks.peek(), [look.step, look]]);
		// Of steps whose weights are not kept, the last one stays, and the last one that the prompt was continued after.
		const staying = [look.step, lastContinued(looks)];
		this.#looks.value = new Map([...looks].filter(([step]) => isKept(step) || staying.includes(step)));
	}
}

/** The last step after which the prompt was continued; null before there is one. */
export function lastContinued(looks: ReadonlyMap<number, Look>): number | null {
	const steps = [...looks.values()].filter(({continuation}) => continuation.length > 0).map(({step}) => step);
	return steps.length === 0 ? null : Math.max(...steps);
}

/** A walk's training outlives the chapter, so that one can turn the page and come back. */
const trainings = new WeakMap<Walk, Training>();
export function trainingOf(walk: Walk, make = () => new Training()): Training {
	const training = trainings.get(walk) ?? make();
	trainings.set(walk, training);
	return training;
}
