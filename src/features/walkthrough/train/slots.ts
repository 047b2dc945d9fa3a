import type {Address} from '../state/address.ts';
import {ARTICLE, bytesOf, firstWord, LEAST, OWN, SHIPPED} from './texts.ts';
import {LEARNING_RATES} from './trainer/lesson.ts';

const SEED = 7;
const RATE = 0.003;

/** The values of the chapter that are in its link. */
export function slotsOf(address: Address) {
	const slot = (name: string, initial: string) => address.value('train', name, initial);
	return {
		from: slot('from', ''),
		seed: slot('seed', String(SEED)),
		rate: slot('rate', String(RATE)),
		prompt: slot('prompt', ''),
		needle: slot('needle', ''),
	};
}
export type Slots = ReturnType<typeof slotsOf>;

/**
 * The text that is chosen: the reader's own where it is long enough, unless another is.
 * @param article null where it has not been read.
 */
export function textOf({from}: Slots, own: string, article: string | null) {
	if (from.value === ARTICLE && article !== null) return {id: ARTICLE, text: article, prompt: firstWord(article)};
	const shipped = SHIPPED.find(({id}) => id === from.value);
	if (shipped) return shipped;
	const isOwn = from.value === OWN || bytesOf(own) >= LEAST;
	return isOwn ? {id: OWN, text: own, prompt: firstWord(own)} : SHIPPED[0];
}

/** A number as it was typed, within its bounds. */
const within = (text: string, least: number, most: number, otherwise: number) => {
	const value = Number(text);
	return text.trim() === '' || !Number.isFinite(value) ? otherwise : Math.min(most, Math.max(least, value));
};

/** How the numbers that were typed are taken. */
export const numbersOf = ({seed, rate}: Slots) => ({
	seed: Math.floor(within(seed.value, 0, 0xffff_ffff, SEED)),
	learningRate: within(rate.value, LEARNING_RATES.least, LEARNING_RATES.most, RATE),
});
