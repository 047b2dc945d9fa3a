import {isKept} from './trainer/past.ts';

/** The steps that the needle stops at: those whose weights are kept, and the last. */
export const stopsOf = (step: number): number[] =>
	Array.from({length: step}, (_, i) => i + 1).filter(at => isKept(at) || at === step);

/** Where the needle stands: at the step that is asked for, if it can be looked at, else at the last. */
export function needleAt(asked: string, step: number): number {
	const at = /^\d{1,6}$/.test(asked) ? Number(asked) : step;
	return at >= 1 && at <= step && isKept(at) ? at : step;
}

/** How far the loss on what is kept back has risen above its least, in bits, and when that was; null while it has not. */
export function risen(keptBack: readonly {step: number; loss: number}[]): {at: number; by: number} | null {
	const least = keptBack.reduce((best, one) => (one.loss < best.loss ? one : best));
	const by = keptBack.at(-1)!.loss - least.loss;
	return by > RISE ? {at: least.step, by} : null;
}

/** From step to step the loss goes up and down by less than this, in bits. */
const RISE = 0.1;
