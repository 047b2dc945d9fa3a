/**
 * The magnitude at which a strip's colour is full: large enough for all but one in fifty, so that one huge number does not
 * wash the others out.
 */
export function fullColour(values: readonly number[]): number {
	const magnitudes = values.map(Math.abs).sort((a, b) => a - b);
	return magnitudes[Math.floor((magnitudes.length - 1) * 0.98)] || magnitudes.at(-1) || 1;
}
