/** All results. Several may fail at once: the first in order is reported, whichever failed first in time. */
export async function allInOrder<T extends readonly unknown[]>(
	promises: T,
): Promise<{-readonly [i in keyof T]: Awaited<T[i]>}> {
	await Promise.allSettled(promises);
	return Promise.all(promises);
}
