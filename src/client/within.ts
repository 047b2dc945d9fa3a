/** What a promise gives within so many milliseconds. @throws what `late` makes when they are over. */
export const within = <T>(milliseconds: number, promise: Promise<T>, late: () => Error): Promise<T> => {
	let timer: ReturnType<typeof setTimeout>;
	const tooLate = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(late()), milliseconds);
	});
	return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
};
