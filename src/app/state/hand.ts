import {writeBias, writeClasses} from '../../parameters/forms.ts';
import type {Generation} from '../../parameters/registry.ts';
import type {Token} from '../../protocol/engine.ts';

/** What a person does to the distribution by hand: logits pushed, classes forbidden. It belongs to a prompt. Immutable. */
export interface Hand {
	readonly pushed: readonly Pushed[];
	readonly forbidden: readonly Forbidden[];
}

/** A class whose logit has something added to it. */
export interface Pushed {
	readonly token: Token;
	readonly bias: number;
}

/** A class that is not chosen: at no step, or not at the first. */
export interface Forbidden {
	readonly token: Token;
	readonly at: 'every-step' | 'first-step';
}

/** Nothing pushed, nothing forbidden. */
export const EMPTY_HAND: Hand = {pushed: [], forbidden: []};
/** How far a logit can be pushed, and how many classes can be. */
export const MAX_PUSH = 100;
const MAX_CLASSES = 50;

export const isEmptyHand = ({pushed, forbidden}: Hand): boolean => pushed.length + forbidden.length === 0;

/** What is added to a class's logit. */
export const biasOf = (hand: Hand, id: number): number => hand.pushed.find(({token}) => token.id === id)?.bias ?? 0;

export const forbiddenAt = (hand: Hand, id: number): Forbidden['at'] | null =>
	hand.forbidden.find(({token}) => token.id === id)?.at ?? null;

/** With another bias of a class, in tenths; 0 leaves it as the model has it. */
export function pushTo(hand: Hand, {id, text, bytes}: Token, bias: number): Hand {
	const rounded = Math.round(Math.max(-MAX_PUSH, Math.min(MAX_PUSH, bias)) * 10) / 10;
	const at = hand.pushed.findIndex(({token}) => token.id === id);
	const pushed = {token: {id, text, bytes}, bias: rounded};
	if (rounded === 0) return {...hand, pushed: hand.pushed.filter((_, i) => i !== at)};
	if (at >= 0) return {...hand, pushed: hand.pushed.map((one, i) => (i === at ? pushed : one))};
	return {...hand, pushed: [...hand.pushed, pushed].slice(-MAX_CLASSES)};
}

/** With a class forbidden, or given back where `at` is null. */
export function forbid(hand: Hand, {id, text, bytes}: Token, at: Forbidden['at'] | null): Hand {
	const others = hand.forbidden.filter(({token}) => token.id !== id);
	return {...hand, forbidden: at ? [...others, {token: {id, text, bytes}, at}].slice(-MAX_CLASSES) : others};
}

/** The parameters with what was done by hand. */
export function withHand(generation: Generation, hand: Hand): Generation {
	if (isEmptyHand(hand)) return generation;
	const named = (at: Forbidden['at']) =>
		hand.forbidden.filter(one => one.at === at).map(({token}) => writeClasses([token.id]));
	return {
		...generation,
		sequenceBias: [
			...generation.sequenceBias,
			...hand.pushed.map(({token, bias}) => writeBias(writeClasses([token.id]), bias)),
		],
		suppressTokens: [...generation.suppressTokens, ...named('every-step')],
		beginSuppressTokens: [...generation.beginSuppressTokens, ...named('first-step')],
	};
}
