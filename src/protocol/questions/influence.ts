import * as v from 'valibot';
import {ClassRef, shortText, Text, type Token} from '../values/prompt.ts';

/** How does the log-probability of a class move when parts of the prompt are taken out? */
export const InfluenceParams = v.object({
	text: Text,
	/** Whether the tokenizer's beginning comes before the text; true when left out. */
	addSpecialTokens: v.optional(v.boolean()),
	unit: v.picklist(['token', 'word', 'sentence']),
	/** Replaces the part; an empty one removes it. */
	replacement: shortText('replacement-long', 40),
	chosen: ClassRef,
	/** A second class, for the difference of the two: contrastive explanations (Yin & Neubig 2022). */
	against: v.nullable(ClassRef),
});
interface PairLogProbs {
	chosen: number;
	against: number | null;
}
/** A part of the prompt, and the log-probabilities of the two classes without it. */
export interface OccludedPart extends PairLogProbs {
	start: number;
	end: number;
}
/** One more part has been taken out. */
export interface OccludedEvent {
	kind: 'occluded';
	done: number;
	total: number;
	part: OccludedPart;
}
export interface InfluenceAnswer {
	/** Log-probabilities, in nats, after the whole prompt. */
	whole: PairLogProbs;
	chosen: Token;
	against: Token | null;
	parts: OccludedPart[];
}

/** The effect of a part: how much lower the class's log-probability (or its lead over the other class) is without it, in nats. */
export function influenceOf(part: OccludedPart, whole: PairLogProbs): number {
	const own = whole.chosen - part.chosen;
	return whole.against === null || part.against === null ? own : own - (whole.against - part.against);
}
