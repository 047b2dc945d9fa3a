import type {RefusalCode} from '../errors/refusal.ts';

/** The fields of every entry. */
interface Common<T> {
	/** Hugging Face's name; null where `generate` has no such parameter. */
	readonly huggingFace: string | null;
	/** With this value it does nothing; where it always does something, the plainest value. */
	readonly neutral: T;
	/** A new user's value, where that is not neutral. */
	readonly initial?: T;
	/** Hugging Face's default, where that is not neutral. */
	readonly huggingFaceDefault?: T;
	readonly group: ParameterGroup;
	/** The parameters of which one must be away from neutral for this one to be read; none when it is always read. */
	readonly readWith?: readonly string[];
	/** The step of the pipeline that it makes, applied in the order of this table: processors, then warpers. */
	readonly stage?: 'processor' | 'warper';
	/** Whether its step removes classes; the list of classes names it then. */
	readonly cuts?: true;
	/** Few people want it: the options page folds it away while it does nothing. */
	readonly rare?: true;
	/** Left as it is by presets, which decide how a class is chosen and nothing else. */
	readonly keptByPresets?: true;
	/** What to do about a refused value. */
	readonly advice?: Extract<RefusalCode, `advice-${string}`>;
}

interface NumberParameter extends Common<number> {
	readonly kind: 'number';
	readonly min: number;
	readonly max: number;
	readonly whole?: true;
	readonly unit?: 'tokens' | 'seconds';
	/** The useful part of the range, for a slider: from, to, step. */
	readonly slider?: readonly [from: number, to: number, step: number];
}

interface SwitchParameter extends Common<boolean> {
	readonly kind: 'switch';
}

export interface ChoiceParameter extends Common<string | boolean> {
	readonly kind: 'choice';
	/** The message of each is the parameter's, `_`, and the choice. */
	readonly choices: readonly (string | boolean)[];
}

interface TextParameter extends Common<string> {
	readonly kind: 'text';
}

interface TextsParameter extends Common<readonly string[]> {
	readonly kind: 'texts';
	/** The command line's name for one of them. */
	readonly flag: string;
	/**
	 * What each of them is, where it is no plain text. `class`: a class, as its text or as # and its token id; `bias`: classes,
	 * as a text or as # and a token id each, then `=` and a number.
	 */
	readonly form?: 'class' | 'bias';
}

/** Numbers that are given together: none, or as many as `count` says. */
interface NumbersParameter extends Common<readonly number[]> {
	readonly kind: 'numbers';
	/** How many there are: any number of them when left out. */
	readonly count?: number;
	readonly min: number;
	readonly max: number;
	/** Whether all of them, or the first alone, are whole. */
	readonly whole: 'all' | 'first';
}

export type Parameter =
	| NumberParameter
	| SwitchParameter
	| ChoiceParameter
	| TextParameter
	| TextsParameter
	| NumbersParameter;
/** The groups of the options page. */
export type ParameterGroup = 'truncation' | 'penalties' | 'length' | 'strategy' | 'form' | 'writers' | 'seed';

/** More tokens or classes than any model has: the open model sets the real limit. */
export const ANY_MODEL = 1_000_000;
/** The most rows decoded at once; their memory is checked against the model. */
export const MAX_ROWS = 64;
