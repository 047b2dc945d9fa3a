/** A dot product as a sum of parts: the largest one by one, the others together. */
export interface Sum {
	parts: {
		/** Dimension, 0 first; null for all the others together. */
		dimension: number | null;
		value: number;
		/** The sum before this part. */
		from: number;
	}[];
	total: number;
	/** How many dimensions are added up in the last part. */
	others: number;
}

/** The `shown` parts of the largest magnitude, the largest first, then what all others add up to. */
export function largestParts(contributions: readonly number[], shown: number): Sum {
	const order = contributions
		.map((_, i) => i)
		.sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]) || a - b);
	const parts: Sum['parts'] = [];
	let total = 0;
	for (const dimension of order.slice(0, shown)) {
		parts.push({dimension, value: contributions[dimension], from: total});
		total += contributions[dimension];
	}

	const rest = order.slice(shown);
	if (rest.length > 0) {
		const value = rest.reduce((sum, dimension) => sum + contributions[dimension], 0);
		parts.push({dimension: null, value, from: total});
		total += value;
	}

	return {parts, total, others: rest.length};
}
