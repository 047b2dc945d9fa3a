import type {Done} from '../contract.ts';
import {intervals, median} from '../statistics.ts';

/** @param moments when every token was there. */
export function timed(start: number, moments: readonly number[], answer?: number): Done {
	const steps = intervals(moments);
	return {
		times: {
			whole: performance.now() - start,
			first: moments[0] - start,
			...(steps.length > 0 ? {step: median(steps)} : {}),
		},
		answer,
	};
}
