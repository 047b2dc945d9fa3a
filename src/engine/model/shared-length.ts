/** How many of their first ids two sequences have in common. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
	let length = 0;
	while (length < a.length && length < b.length && a[length] === b[length]) length++;
	return length;
}
