import {t} from '../../client/browser/i18n.ts';
import {
	CUTTING_NAMES,
	type CuttingName,
	type Generation,
	isNeutral,
	PARAMETERS,
} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {decimal} from '../../ui/format.ts';

/** The settings that cut classes, in words: `top-k 50, top-p 0.95`. Those that only move probability are left out. */
export function cuttingSettings(generation: Generation): string[] {
	const applies = (name: CuttingName) =>
		!isNeutral(name, generation[name]) && (generation.doSample || PARAMETERS[name].stage === 'processor');
	return CUTTING_NAMES.filter(applies).map(name => t(`popup_setting_${name}`, {generation: String(generation[name])}));
}

/** The rows of a list, kept and cut ones apart, and their figures in its distribution. */
export interface ListedClasses {
	kept: ClassRow[];
	cut: ClassRow[];
	/** Probability of a row in this list's distribution. For a cut row it is the model's own probability. */
	probability(row: ClassRow): number;
	rank(row: ClassRow): number;
	/** Kept classes that the list has no room for. */
	more: number;
}

/** The rows of an answer for the distribution that is looked at. */
export function listedClasses(answer: ClassesAnswer, distribution: 'model' | 'sampling'): ListedClasses {
	if (distribution === 'model') {
		return {
			kept: answer.model,
			cut: [],
			probability: row => row.probability,
			rank: row => row.rank,
			more: answer.vocabSize - answer.model.length,
		};
	}
	const kept = answer.sampling.filter(row => row.kept);
	return {
		kept,
		cut: answer.sampling.filter(row => !row.kept),
		probability: row => (row.kept ? row.samplingProbability : row.probability),
		rank: row => row.samplingRank,
		more: Math.max(0, answer.keptCount - kept.length),
	};
}

/** How many equally likely classes would be as uncertain: 2 to the entropy. */
export const equallyLikely = (entropyBits: number) => {
	const classes = 2 ** entropyBits;
	return decimal(classes, classes < 10 ? 1 : 0);
};
