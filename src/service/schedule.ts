import {nextTask} from '../engine/model/next-task.ts';

/** How many steps of a generation are computed for each run of a passage. */
const STEPS_PER_PASSAGE_RUN = 32;

interface Waiting {
	start(): void;
}

/**
 * Decides whose turn it is to compute. What a person waits for goes first: while any class is asked for, no passage begins
 * another run, and beside a generation passages get one run for every 32 steps. Passages take turns, one run at a time, and
 * those of one asker share its turns: no page can hold up another by asking for many.
 */
export class Schedule {
	#answers = 0;
	#generations = 0;
	#steps = 0;
	#runIsUnderWay = false;
	/** Passages that wait for a run, by asker; the one whose turn is next comes first. */
	readonly #waiting = new Map<string, Waiting[]>();

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
	 * Score a passage.
	 * @param asker who shares its turns with all else it asks for.
	 * @param work must await `turn` before every run, and call it for one run at a time. `turn` rejects with the signal's
	 * reason.
	 */
	async passage<T>(
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
				await this.#turn(asker, signal);
				holdsTurn = true;
			});
		} finally {
			release();
			this.#startNext();
		}
	}

	#turn(asker: string, signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const takeBack = () => {
				this.#remove(asker, waiting);
				reject(signal.reason);
			};
			const waiting = {
				start() {
					signal.removeEventListener('abort', takeBack);
					resolve();
				},
			};
			signal.addEventListener('abort', takeBack, {once: true});
			this.#waiting.set(asker, [...(this.#waiting.get(asker) ?? []), waiting]);
			this.#startNext();
		});
	}

	#startNext(): void {
		if (this.#runIsUnderWay || this.#answers > 0) return;
		if (this.#generations > 0 && this.#steps < STEPS_PER_PASSAGE_RUN) return;
		const [next] = this.#waiting;
		if (!next) return;
		const [asker, [first, ...others]] = next;
		// Whatever else it waits for comes after everyone else's.
		this.#waiting.delete(asker);
		if (others.length > 0) this.#waiting.set(asker, others);
		this.#steps = 0;
		this.#runIsUnderWay = true;
		first.start();
	}

	#remove(asker: string, waiting: Waiting): void {
		const others = (this.#waiting.get(asker) ?? []).filter(one => one !== waiting);
		if (others.length > 0) this.#waiting.set(asker, others);
		else this.#waiting.delete(asker);
	}
}
