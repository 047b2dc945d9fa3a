/** Waits until `condition` gives something truthy, and returns it. Throws with `what` when it never does. */
export const waitFor = async <T>(
	what: string,
	condition: () => T | Promise<T>,
	{timeout = 60_000, interval = 50} = {},
): Promise<NonNullable<T>> => {
	const end = Date.now() + timeout;
	for (;;) {
		const value = await condition();
		if (value) return value as NonNullable<T>;
		if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s in vain for ${what}.`);
		await new Promise(resolve => setTimeout(resolve, interval));
	}
};
