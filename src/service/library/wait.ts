/** What a promise gives, unless the signal is aborted first. @throws the signal's reason, also where it was aborted before. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	// Where the signal comes first, a later failure of the promise is not unhandled.
	promise.catch(() => {});
	signal.throwIfAborted();
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason);
		signal.addEventListener('abort', stop);
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

/** Resolves after this many milliseconds. @throws the signal's reason as soon as it is aborted. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		await unlessAborted(
			new Promise<void>(resolve => {
				timer = setTimeout(resolve, milliseconds);
			}),
			signal,
		);
	} finally {
		clearTimeout(timer);
	}
}

/** What a promise gives within so many milliseconds. @throws what `late` makes when they are over; the signal's reason. */
export async function inTime<T>(
	promise: Promise<T>,
	milliseconds: number,
	signal: AbortSignal,
	late: () => Error,
): Promise<T> {
	const clock = new AbortController();
	const timer = setTimeout(() => clock.abort(late()), milliseconds);
	try {
		return await unlessAborted(promise, AbortSignal.any([signal, clock.signal]));
	} finally {
		clearTimeout(timer);
	}
}

/** Work that is done one after the other, in the order in which it is handed over. */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	/** @throws what the work throws; the next work begins all the same. */
	take<T>(work: () => Promise<T>): Promise<T> {
		const mine = this.#last.then(work, work);
		this.#last = mine.catch(() => {});
		return mine;
	}
}
