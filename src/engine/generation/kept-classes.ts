/** The classes that processors and warpers have left. */
export interface KeptClasses {
	/** Their ids, ascending; null for all classes, some of which may have the score -Infinity. */
	readonly ids: Uint32Array | null;
	/** Their scores, in the same order. Equal ones are ordered by place as by token id. */
	readonly scores: Float32Array;
}

/** The id of the class at a place. */
export const idAt = ({ids}: KeptClasses, place: number): number => (ids ? ids[place] : place);

/** Where more than this share of the classes is kept, a list of them saves no time. */
const SHORT_SHARE = 1 / 8;

/**
 * The same without the classes whose score is -Infinity, where a list of the others is short.
 * @param left the places of the others, ascending, where they are known.
 */
export function withoutRemoved(kept: KeptClasses, left?: Uint32Array): KeptClasses {
	const {ids, scores} = kept;
	const most = Math.ceil(scores.length * SHORT_SHARE);
	const list = left ?? placesLeft(scores, most + 1);
	if (list.length > most) return kept;
	return {
		ids: ids ? list.map(place => ids[place]) : list,
		scores: new Float32Array(list).map((_, i) => scores[list[i]]),
	};
}

/** Places of the first classes that are not removed, as many as `most`. */
function placesLeft(scores: Float32Array, most: number): Uint32Array {
	const places: number[] = [];
	for (let i = 0; i < scores.length && places.length < most; i++) if (scores[i] !== -Infinity) places.push(i);
	return new Uint32Array(places);
}

/** Scores of all classes, float32 [V]: -Infinity for those that are not kept. */
export function scoresOfAll({ids, scores}: KeptClasses, vocabSize: number): Float32Array {
	if (!ids) return scores;
	const all = new Float32Array(vocabSize).fill(-Infinity);
	for (let i = 0; i < ids.length; i++) all[ids[i]] = scores[i];
	return all;
}
