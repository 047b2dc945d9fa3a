/** Calls back once nothing has happened for a while. */
export class IdleTimer {
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** @param isBusy asked when the time is up; a busy engine is not idle. */
	constructor(
		private readonly milliseconds: number,
		private readonly isBusy: () => boolean,
		private readonly onIdle: () => void,
	) {
		this.touch();
	}

	/** Something happened: count again from zero. */
	touch(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			if (!this.isBusy()) this.onIdle();
			// If nothing comes of it, it is called again.
			this.touch();
		}, this.milliseconds);
	}
}
