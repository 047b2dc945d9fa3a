import type {GenerationConfig} from './config.ts';

/** Why a continuation ended. */
export type FinishReason = 'length' | 'stop-string' | 'end-of-text' | 'form' | 'time' | 'context';

/** When a continuation ends. */
export interface Stopping {
	/** How many tokens a continuation can have: `maxNewTokens`, or as many as the context leaves. */
	readonly budget: number;
	/** Why there can be no more than `budget` tokens. */
	readonly budgetReason: 'length' | 'context';
	/** Whether its last token completes the text itself: any that ends a text, or a stop string. */
	completion(ids: readonly number[]): 'end-of-text' | 'stop-string' | 'form' | null;
	/** Whether the time is over. */
	timeIsOver(): boolean;
	/** Why a continuation ends after its last token; null when it goes on. */
	reasonAfter(ids: readonly number[]): FinishReason | null;
	/** Its text, cut after the first stop string. */
	textOf(ids: readonly number[]): string;
}

/**
 * @param eosTokenIds the tokens of which any ends a text.
 * @param room tokens that the context leaves after the prompt: text and continuation together never exceed it.
 * @param decode the text of token ids.
 * @param now a clock in milliseconds; time runs from this call.
 */
export function createStopping(
	config: Pick<GenerationConfig, 'maxNewTokens' | 'maxTime' | 'stopStrings' | 'heldTo'>,
	eosTokenIds: readonly number[],
	room: number,
	decode: (ids: readonly number[]) => string,
	now: () => number,
): Stopping {
	const {maxNewTokens, maxTime, stopStrings, heldTo} = config;
	const budget = Math.min(maxNewTokens, room);
	const budgetReason = maxNewTokens <= room ? 'length' : 'context';
	const deadline = maxTime > 0 ? now() + maxTime * 1000 : Infinity;
	const tail = tailLength(stopStrings);
	const endsText = (ids: readonly number[]) => ids.length > 0 && eosTokenIds.includes(ids[ids.length - 1]);

	function completion(ids: readonly number[]) {
		if (endsText(ids)) return 'end-of-text';
		if (heldTo?.isFinished(ids)) return 'form';
		if (stopStrings.length === 0) return null;
		const text = decode(ids.slice(-tail));
		return stopStrings.some(stop => text.includes(stop)) ? 'stop-string' : null;
	}

	const timeIsOver = () => now() >= deadline;

	return {
		budget,
		budgetReason,
		completion,
		timeIsOver,
		reasonAfter(ids) {
			return completion(ids) ?? (ids.length >= budget ? budgetReason : timeIsOver() ? 'time' : null);
		},
		textOf(ids) {
			const text = decode(endsText(ids) ? ids.slice(0, -1) : ids);
			return text.slice(0, firstEnd(text, stopStrings));
		},
	};
}

/**
 * How many of the last tokens can take part in a stop string that the last one completes: a token is at least a byte,
 * and the first of them may begin within a character (of at most four bytes).
 */
function tailLength(stopStrings: readonly string[]): number {
	const bytes = stopStrings.map(stop => new TextEncoder().encode(stop).length);
	return Math.max(0, ...bytes) + 4;
}

/** Where the first stop string to be complete ends; the text's length when there is none. */
function firstEnd(text: string, stopStrings: readonly string[]): number {
	const ends = stopStrings.filter(stop => text.includes(stop)).map(stop => text.indexOf(stop) + stop.length);
	return Math.min(text.length, ...ends);
}
