/** How long the engine must have been asked nothing. */
const IDLE_MILLISECONDS = 1500;

/**
 * V8 compiles a function well only once it has run for a while, and keeps it for later starts of the browser's extension only once
 * there is much of such code. One answer is not enough: so when the first question has been answered and no other
 * comes, the engine goes on by itself for a moment, once. A question that comes meanwhile goes first.
 */
export class WarmUp {
	#asked = 0;
	#isDone = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#working: AbortController | null = null;

	/** @param work short; rejects once its signal says so. */
	constructor(private readonly work: (signal: AbortSignal) => Promise<unknown>) {}

	/** Answer a question that a person waits for. */
	async answer<T>(answer: () => Promise<T>): Promise<T> {
		this.#asked++;
		clearTimeout(this.#timer);
		this.#working?.abort();
		try {
			return await answer();
		} finally {
			this.#asked--;
			if (this.#asked === 0 && !this.#isDone) this.#timer = setTimeout(() => void this.#begin(), IDLE_MILLISECONDS);
		}
	}

	async #begin(): Promise<void> {
		this.#working = new AbortController();
		const {signal} = this.#working;
		try {
			await this.work(signal);
			this.#isDone = true;
		} catch {
			// Where it was interrupted, it begins again after the next answer. Where it cannot work, the next question meets the same error.
			this.#isDone = !signal.aborted;
		}
	}
}
