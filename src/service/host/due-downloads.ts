/** Ends of the worker one after the other, without a byte between them, before it is left alone. */
const MAX_ENDS = 3;

/** Keeps the library's worker alive as long as downloads are due: what they are is in its storage, and a new one goes on. */
export class DueDownloads {
	#share: number | null = null;
	#shareAtEnd = 0;
	#ends = 0;

	/** @param show called with the share of the downloads that is done, 0 to 1; null when none runs. */
	constructor(
		private readonly wake: () => void,
		private readonly show: (share: number | null) => void,
	) {}

	get are(): boolean {
		return this.#share !== null;
	}

	/** The worker says how far it is. */
	progress(share: number | null): void {
		this.#share = share;
		if (share !== null && share > this.#shareAtEnd) this.#ends = 0;
		this.show(share);
	}

	/** The worker has died. */
	lost(): void {
		if (this.#share === null) return;
		this.#shareAtEnd = this.#share;
		if (++this.#ends <= MAX_ENDS) this.wake();
		// A page that asks for the models begins them again.
		else this.progress(null);
	}
}
