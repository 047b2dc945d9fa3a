/** The classes that processors and warpers have left. */
export interface KeptClasses {
	/** Their ids, ascending; null for all classes, some of which may have the score -Infinity. */
	readonly ids: Uint32Array | null;
	/** Their scores, in the same order. Equal ones are ordered by place as by token id. */
	readonly scores: Float32Array;
}

/** The id of the class at a place. */
export const idAt = ({ids}: KeptClasses, place: number): number => (ids ? ids[place] : place);

/** The same without the classes whose score is -Infinity. */
export function withoutRemoved({ids, scores}: KeptClasses): KeptClasses {
	const places: number[] = []; // mostly few
	for (let i = 0; i < scores.length; i++) if (scores[i] !== -Infinity) places.push(i);
	return {
		ids: Uint32Array.from(places, place => (ids ? ids[place] : place)),
		scores: Float32Array.from(places, place => scores[place]),
	};
}

/** Scores of all classes, float32 [V]: -Infinity for those that are not kept. */
export function scoresOfAll({ids, scores}: KeptClasses, vocabSize: number): Float32Array {
	if (!ids) return scores;
	const all = new Float32Array(vocabSize).fill(-Infinity);
	for (let i = 0; i < ids.length; i++) all[ids[i]] = scores[i];
	return all;
}
