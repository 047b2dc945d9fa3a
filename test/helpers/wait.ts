/**
 * Waits until `condition` gives something truthy, and returns it. One that throws is not met yet: what it asks may be a page
 * that is just going. Throws with `what` when it never is, and with the last error as its cause.
 */
export const waitFor = async <T>(
	what: string,
	condition: () => T | Promise<T>,
	{timeout = 60_000, interval = 50} = {},
): Promise<NonNullable<T>> => {
	const end = Date.now() + timeout;
	for (;;) {
		let cause: unknown;
		try {
			const value = await condition();
			if (value) return value as NonNullable<T>;
		} catch (error) {
			cause = error;
		}
		const why = cause === undefined ? '' : ` ${cause}`;
		if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s in vain for ${what}.${why}`, {cause});
		await new Promise(resolve => setTimeout(resolve, interval));
	}
};
