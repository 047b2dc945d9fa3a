import type {ClassesAnswer} from '../../../protocol/questions/classes.ts';
import type {ClassRow} from '../../../protocol/values/token.ts';

/** A class on the bar of all probability: it holds the numbers from `start` to `start + width`. */
export interface Slice {
	row: ClassRow;
	start: number;
	width: number;
}

/** The most probable classes side by side, with the settings; what is left of the bar is all other classes'. */
export function slicesOf({sampling}: ClassesAnswer): Slice[] {
	let start = 0;
	return sampling
		.filter(row => row.kept && row.samplingProbability > 0)
		.map(row => {
			const slice = {row, start, width: row.samplingProbability};
			start += slice.width;
			return slice;
		});
}

/** Where the slices end: what is left of 1 is shared by all other classes. */
export const endOf = (slices: readonly Slice[]): number => {
	const last = slices.at(-1);
	return last ? Math.min(1, last.start + last.width) : 0;
};
