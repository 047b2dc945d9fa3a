/** Whether a text's last tokens are these. */
export function endsWith(ids: readonly number[], tail: readonly number[]): boolean {
	const start = ids.length - tail.length;
	return start >= 0 && tail.every((id, i) => ids[start + i] === id);
}
