import {unlessAborted} from './wait.ts';

/** Tells everyone who watches a state when it changes. */
export class Watchers<State> {
	readonly #watchers = new Set<(state: State) => void>();
	#lastTold = Number.NEGATIVE_INFINITY;
	#timer: ReturnType<typeof setTimeout> | null = null;

	constructor(private readonly state: () => Promise<State>) {}

	/** Tells the state now and after every change. Never resolves. @throws the signal's reason. */
	async watch(watcher: (state: State) => void, signal: AbortSignal): Promise<never> {
		this.#watchers.add(watcher);
		try {
			watcher(await unlessAborted(this.state(), signal));
			return await unlessAborted(new Promise<never>(() => {}), signal);
		} finally {
			this.#watchers.delete(watcher);
		}
	}

	/** Tell the state at once, or at the earliest `interval` milliseconds after the last time. */
	tell(interval = 0): void {
		if (this.#timer && interval > 0) return;
		if (this.#timer) clearTimeout(this.#timer);
		const wait = interval === 0 ? 0 : Math.max(0, this.#lastTold + interval - performance.now());
		this.#timer = setTimeout(async () => {
			this.#timer = null;
			this.#lastTold = performance.now();
			if (this.#watchers.size === 0) return;
			// A state that cannot be read is told after the next change.
			const state = await this.state().catch(() => null);
			if (state !== null) for (const watcher of this.#watchers) watcher(state);
		}, wait);
	}
}
