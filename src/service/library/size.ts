/** A size for messages: `1.24 GB`. */
export function size(bytes: number): string {
	const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : bytes >= 1e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e3, 'KB'];
	return `${value.toPrecision(3)} ${unit}`;
}
