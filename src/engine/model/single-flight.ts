/** Running computations by key: a second request for one shares its result. */
export class SingleFlight<T> {
	readonly #running = new Map<string, Promise<T>>();

	/**
	 * @param compute starts the computation; its result depends on the key alone.
	 * @param signal of the one who asks; aborting ends nobody else's waiting.
	 */
	async share(key: string, compute: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		for (;;) {
			signal?.throwIfAborted();
			const running = this.#running.get(key);
			if (!running) return this.#start(key, compute);
			const result = await running.then(
				value => ({value}),
				() => null,
			);
			if (result && !signal?.aborted) return result.value;
			// Whoever started it has taken it back, or it failed: start it again.
		}
	}

	async #start(key: string, compute: () => Promise<T>): Promise<T> {
		const running = compute();
		this.#running.set(key, running);
		try {
			return await running;
		} finally {
			this.#running.delete(key);
		}
	}
}
