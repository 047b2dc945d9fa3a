/** Bars of probabilities are drawn on an absolute scale, so that 94 % and 9 % do not look alike. */

const ENDS = [0.05, 0.1, 0.2, 0.5, 1] as const;

/** The end of the scale: the smallest of 5, 10, 20, 50 and 100 % that holds the largest probability. */
export const scaleEnd = (largest: number): number => ENDS.find(end => largest <= end) ?? 1;
