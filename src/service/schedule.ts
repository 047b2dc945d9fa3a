import {nextTask} from '../engine/model/next-task.ts';

/** How many steps of a generation are computed for each run of a passage or part of bulk work. */
const STEPS_PER_RUN = 32;
/** How many runs passages get, while they wait, for each part of bulk work. */
const PASSAGE_RUNS_PER_PART = 8;

interface Waiting {
	start(): void;
}

/** Work that is done run by run: the text of a page, or many texts of a person who does not watch each of them. */
export type RunByRun = 'passage' | 'bulk';

/**
 * Decides whose turn it is to compute. What a person waits for goes first: while any class is asked for, no passage or bulk
 * work begins another run, and beside a generation they get one run for every 32 steps. Passages go before bulk work, which
 * gets one run for every eight of theirs. Within each, askers take turns, one run at a time: no page can hold up another by
 * asking for many.
 */
export class Schedule {
	#answers = 0;
	#generations = 0;
	#steps = 0;
	#passageRuns = 0;
	#runIsUnderWay = false;
	/** What waits for a run, by asker; the one whose turn is next comes first. */
	readonly #waiting: Readonly<Record<RunByRun, Map<string, Waiting[]>>> = {passage: new Map(), bulk: new Map()};

	/** Compute something short that a person waits for. */
	async answer<T>(work: () => Promise<T> | T): Promise<T> {
		this.#answers++;
		try {
			return await work();
		} finally {
			this.#answers--;
			this.#startNext();
		}
	}

	/** Compute something long that a person watches. @param work calls `onStep` after every step. */
	async generation<T>(work: (onStep: () => void) => Promise<T> | T): Promise<T> {
		this.#generations++;
		try {
			return await work(() => {
				this.#steps++;
				this.#startNext();
			});
		} finally {
			this.#generations--;
			this.#startNext();
		}
	}

	/**
	 * Compute run by run.
	 * @param asker who shares its turns with all else it asks for.
	 * @param work must await `turn` before every run, and call it for one run at a time. `turn` rejects with the signal's
	 * reason.
	 */
	async runByRun<T>(
		kind: RunByRun,
		asker: string,
		signal: AbortSignal,
		work: (turn: () => Promise<void>) => Promise<T> | T,
	): Promise<T> {
		let holdsTurn = false;
		const release = () => {
			if (!holdsTurn) return;
			holdsTurn = false;
			this.#runIsUnderWay = false;
		};
		try {
			return await work(async () => {
				release();
				// Questions that have arrived during the last run are counted first.
				await nextTask();
				await this.#turn(this.#waiting[kind], asker, signal);
				holdsTurn = true;
			});
		} finally {
			release();
			this.#startNext();
		}
	}

	#turn(queue: Map<string, Waiting[]>, asker: string, signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const takeBack = () => {
				keep(
					queue,
					asker,
					(queue.get(asker) ?? []).filter(one => one !== waiting),
				);
				reject(signal.reason);
			};
			const waiting = {
				start() {
					signal.removeEventListener('abort', takeBack);
					resolve();
				},
			};
			signal.addEventListener('abort', takeBack, {once: true});
			queue.set(asker, [...(queue.get(asker) ?? []), waiting]);
			this.#startNext();
		});
	}

	#startNext(): void {
		if (this.#runIsUnderWay || this.#answers > 0) return;
		if (this.#generations > 0 && this.#steps < STEPS_PER_RUN) return;
		const {passage, bulk} = this.#waiting;
		const isBulk = bulk.size > 0 && (passage.size === 0 || this.#passageRuns >= PASSAGE_RUNS_PER_PART);
		const queue = isBulk ? bulk : passage;
		const [next] = queue;
		if (!next) return;
		const [asker, [first, ...others]] = next;
		// Whatever else it waits for comes after everyone else's.
		queue.delete(asker);
		keep(queue, asker, others);
		this.#passageRuns = isBulk ? 0 : this.#passageRuns + 1;
		this.#steps = 0;
		this.#runIsUnderWay = true;
		first.start();
	}
}

function keep(queue: Map<string, Waiting[]>, asker: string, others: Waiting[]): void {
	if (others.length > 0) queue.set(asker, others);
	else queue.delete(asker);
}
