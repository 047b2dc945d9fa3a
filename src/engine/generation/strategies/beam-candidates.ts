import {topClasses} from '../../math/math.ts';
import type {RandomStream} from '../../math/random.ts';
import {drawWeighted} from '../draw.ts';

/** A beam extended by one class. */
export interface Candidate {
	/** Index of the beam. */
	readonly beam: number;
	readonly id: number;
	/** The beam's sum plus the class's processed log-probability, float32. */
	readonly score: number;
	/** From 0: in order of score, or for a draw in the order they were drawn. */
	readonly place: number;
}

type Extension = Omit<Candidate, 'place'>;

const byScore = (a: Extension, b: Extension) => b.score - a.score || a.beam - b.beam || a.id - b.id;

/**
 * The best `count` extensions of all beams together, best first; equal ones by beam, then by token id.
 * @param scores per beam the processed log-probabilities, [V].
 * @param sums per beam the score so far.
 */
export function rankCandidates(scores: readonly Float32Array[], sums: readonly number[], count: number): Candidate[] {
	return scores
		.flatMap((row, beam) =>
			Array.from(topClasses(row, count), id => ({beam, id, score: Math.fround(sums[beam] + row[id])})),
		)
		.sort(byScore)
		.slice(0, count)
		.map((extension, place) => ({...extension, place}));
}

/**
 * `count` different extensions drawn from the softmax over all beams' extensions together, best first: what
 * `torch.multinomial` without replacement does in Hugging Face's beam sampling. Fewer when fewer are possible.
 */
export function drawCandidates(
	scores: readonly Float32Array[],
	sums: readonly number[],
	count: number,
	random: RandomStream,
): Candidate[] {
	const best = rankCandidates(scores, sums, 1)[0].score;
	const weights = scores.map((row, beam) => {
		const result = new Float64Array(row.length);
		for (let id = 0; id < row.length; id++) {
			if (row[id] !== -Infinity) result[id] = Math.exp(Math.fround(sums[beam] + row[id]) - best);
		}
		return result;
	});
	const beamWeights = Float64Array.from(weights, sumOf);
	const drawn: Candidate[] = [];
	while (drawn.length < count && sumOf(beamWeights) > 0) {
		const beam = drawWeighted(beamWeights, random);
		const id = drawWeighted(weights[beam], random);
		drawn.push({beam, id, score: Math.fround(sums[beam] + scores[beam][id]), place: drawn.length});
		weights[beam][id] = 0;
		beamWeights[beam] = sumOf(weights[beam]);
	}
	return drawn.sort(byScore);
}

function sumOf(values: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i];
	return sum;
}
