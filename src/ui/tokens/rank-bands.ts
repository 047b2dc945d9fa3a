/** One scale of surprise everywhere, in the four bands GLTR taught people to read: top 10, 100, 1,000, beyond. */

/** A band of ranks; 1 is the least surprising. */
export type Band = 1 | 2 | 3 | 4;
/** All bands, the least surprising first. */
export const BANDS: readonly Band[] = [1, 2, 3, 4];

/** The last rank of each band; the fourth has none. */
export const BAND_LIMITS = [10, 100, 1000] as const;

/** The band of a rank among the classes (1 is the most probable). Its colour is `var(--surprise-<band>)`. */
export function bandOf(rank: number): Band {
	if (rank <= BAND_LIMITS[0]) return 1;
	if (rank <= BAND_LIMITS[1]) return 2;
	return rank <= BAND_LIMITS[2] ? 3 : 4;
}
