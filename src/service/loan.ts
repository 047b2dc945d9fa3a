/** How long a thing is kept after its last use: it takes as much memory as a model. */
const KEPT_MILLISECONDS = 60_000;

/** Something large that is opened when it is first asked for, and closed when it has not been used for a while. */
export class Loan<T> {
	#opened: Promise<T> | null = null;
	#users = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** @param kept milliseconds after the last use until it is closed. */
	constructor(
		private readonly open: () => Promise<T>,
		private readonly close: (thing: T) => Promise<unknown>,
		private readonly kept = KEPT_MILLISECONDS,
	) {}

	/** Whether it is used. */
	get inUse(): boolean {
		return this.#users > 0;
	}

	/** Use it; it stays open until this resolves. @throws what opening or the use throws; the next use opens it again. */
	async use<R>(use: (thing: T) => Promise<R>): Promise<R> {
		clearTimeout(this.#timer);
		this.#users++;
		try {
			this.#opened ??= this.open().catch(error => {
				this.#opened = null;
				throw error;
			});
			return await use(await this.#opened);
		} finally {
			this.#users--;
			if (!this.inUse) {
				clearTimeout(this.#timer);
				this.#timer = setTimeout(() => void this.giveBack(), this.kept);
				// In Node, a timer would keep the process alive.
				(this.#timer as {unref?(): void}).unref?.();
			}
		}
	}

	/** Close it now, unless it is used. */
	async giveBack(): Promise<void> {
		if (this.inUse) return;
		clearTimeout(this.#timer);
		const mine = this.#opened;
		this.#opened = null;
		if (mine) await this.close(await mine);
	}
}
