/** How fast something goes, over the last seconds. */
export class Rate {
	#samples: {at: number; done: number}[] = [];

	constructor(private readonly now: () => number) {}

	reset(): void {
		this.#samples = [];
	}

	/** Units a second, now that so many are done. */
	at(done: number): number {
		const at = this.now();
		this.#samples.push({at, done});
		while (this.#samples.length > 2 && at - this.#samples[0].at > WINDOW) this.#samples.shift();
		const [first] = this.#samples;
		return at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0;
	}
}

const WINDOW = 5000;
