import {endOf} from '../../client/text-end.ts';
import {writeBias, writeClasses} from '../../engine/parameters/forms.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {Token} from '../../protocol/values/prompt.ts';

/** What a person does to the distribution by hand: logits pushed, classes forbidden. It belongs to a prompt. Immutable. */
export interface Hand {
	readonly pushed: readonly Pushed[];
	readonly forbidden: readonly Forbidden[];
	/** Away from what comes after another prompt; left out where it is off. */
	readonly guidance?: Guidance;
}

/**
 * A class whose logit has something added to it, or a word of several: of these, the last one's has, wherever the others stand
 * before it.
 */
export interface Pushed {
	readonly tokens: readonly Token[];
	readonly bias: number;
}

/** A class that is not chosen: at no step, or not at the first. */
export interface Forbidden {
	readonly token: Token;
	readonly at: 'every-step' | 'first-step';
}

/** Guidance against another prompt: above 1 away from it, below 1 towards it. */
export interface Guidance {
	readonly scale: number;
	readonly against: string;
}
/** The range of the slider, in which all scales are of use. */
export const MAX_SCALE = 5;
/** The longest prompt to be guided against, in UTF-16 units; of a longer one its end counts. */
export const MAX_AGAINST = 4000;

/** Nothing pushed, nothing forbidden. */
export const EMPTY_HAND: Hand = {pushed: [], forbidden: []};
/** How far a logit can be pushed, and how many classes and words can be. */
export const MAX_PUSH = 100;
export const MAX_CLASSES = 50;
/** The most tokens of a word that is pushed. */
export const MAX_WORD = 25;

export const isEmptyHand = ({pushed, forbidden, guidance}: Hand): boolean =>
	pushed.length + forbidden.length === 0 && !guidance;

/** Names a class or a word of several: by their token ids. */
export const keyOf = (tokens: readonly Pick<Token, 'id'>[]): string => writeClasses(tokens.map(({id}) => id));

/** What is added to the logit of a class, or of the last class of a word. */
export const biasOf = (hand: Hand, tokens: readonly Pick<Token, 'id'>[]): number =>
	hand.pushed.find(one => keyOf(one.tokens) === keyOf(tokens))?.bias ?? 0;

/** How many of a word's first tokens stand at the end of a text: with all but the last of them, a push acts on what comes next. */
export function standing(word: readonly Token[], text: readonly Token[]): number {
	const stands = (count: number) => keyOf(word.slice(0, count)) === keyOf(text.slice(Math.max(0, text.length - count)));
	let count = word.length - 1;
	while (count > 0 && !stands(count)) count--;
	return count;
}

export const forbiddenAt = (hand: Hand, id: number): Forbidden['at'] | null =>
	hand.forbidden.find(({token}) => token.id === id)?.at ?? null;

/** With another bias of a class or a word, in tenths; 0 leaves it as the model has it. */
export function pushTo(hand: Hand, tokens: readonly Token[], bias: number): Hand {
	const rounded = Math.round(Math.max(-MAX_PUSH, Math.min(MAX_PUSH, bias)) * 10) / 10;
	const at = hand.pushed.findIndex(one => keyOf(one.tokens) === keyOf(tokens));
	const pushed = {tokens: tokens.map(({id, text, bytes}) => ({id, text, bytes})), bias: rounded};
	if (rounded === 0) return {...hand, pushed: hand.pushed.filter((_, i) => i !== at)};
	if (at >= 0) return {...hand, pushed: hand.pushed.map((one, i) => (i === at ? pushed : one))};
	return {...hand, pushed: [...hand.pushed, pushed].slice(-MAX_CLASSES)};
}

/** With a class forbidden, or given back where `at` is null. */
export function forbid(hand: Hand, {id, text, bytes}: Token, at: Forbidden['at'] | null): Hand {
	const others = hand.forbidden.filter(({token}) => token.id !== id);
	return {...hand, forbidden: at ? [...others, {token: {id, text, bytes}, at}].slice(-MAX_CLASSES) : others};
}

/** With guidance; 1 turns it off. */
export function guide({guidance: _, ...hand}: Hand, scale: number, against: string): Hand {
	const rounded = Math.round(Math.max(0, Math.min(MAX_SCALE, scale)) * 10) / 10;
	return rounded === 1 ? hand : {...hand, guidance: {scale: rounded, against: endOf(against, MAX_AGAINST)}};
}

/** The parameters with what was done by hand. */
export function withHand<T extends Generation>(generation: T, hand: Hand): T {
	if (isEmptyHand(hand)) return generation;
	const named = (at: Forbidden['at']) => hand.forbidden.filter(one => one.at === at).map(({token}) => keyOf([token]));
	return {
		...generation,
		...(hand.guidance && {guidanceScale: hand.guidance.scale, negativePrompt: hand.guidance.against}),
		sequenceBias: [...generation.sequenceBias, ...hand.pushed.map(({tokens, bias}) => writeBias(keyOf(tokens), bias))],
		suppressTokens: [...generation.suppressTokens, ...named('every-step')],
		beginSuppressTokens: [...generation.beginSuppressTokens, ...named('first-step')],
	};
}
