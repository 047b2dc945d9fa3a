import type {ClassProbability} from '../../engine/generation/explain.ts';
import type {Token} from './prompt.ts';

/** Tokens and classes as answers have them: the engine’s own types, with the text of each token beside its id. */

/** A value of the engine with the texts of the tokens it is about. */
export type Named<T extends {id: number}> = T & Token;
/** A class with its probability, 0 to 1. */
export type LikelyClass = Named<ClassProbability>;

/** A class of the LM head at one position, in the model's own distribution and after the sampling settings. */
export interface ClassRow extends Token {
	/** 1 is the most probable class of the model's own distribution; ties go to the lower id. */
	rank: number;
	/** The LM head's raw score. */
	logit: number;
	/** Softmax of the logits. */
	probability: number;
	/** Rank after the sampling settings, among all classes. */
	samplingRank: number;
	/** Probability after the sampling settings; 0 when they cut the class. */
	samplingProbability: number;
	/** Whether the sampling settings keep the class. */
	kept: boolean;
	/** Whether it ends a text: the model's end-of-text token. */
	end: boolean;
	/** False where it cannot lead to the form that the text is held to. */
	fits?: false;
	/** With guidance, its probability after the other prompt. */
	against?: number;
	/** What biases add to its logit here, and its probability with the settings without any bias; left out where none acts. */
	push?: {bias: number; before: number};
}

/** Shares of the probability, 0 to 1, by bands of ranks. */
export type BandShares = [number, number, number, number];

/** Where in the form that it is held to a text stands. */
export interface FormPlace {
	isComplete: boolean;
	/** What must come next, as far as there is no choice. */
	forced: string;
	/** What may come after that, in words; empty where nothing may. */
	next: string;
}
