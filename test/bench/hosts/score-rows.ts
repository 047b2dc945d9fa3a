import {log_softmax} from '@huggingface/transformers';

/** Logits of every position, [T, V], made into the scores that our graph gives: in JavaScript, where transformers.js leaves them. */

const TOP = 10;

/** Scores of a passage as the passage view needs them, in the order of its tokens. */
interface PassageScores {
	rank: ArrayLike<number>;
	/** Natural-log probability of each token. */
	logProb: ArrayLike<number>;
	/** In nats. */
	entropy: ArrayLike<number>;
	/** The ten classes put first for each token. */
	topIds: ArrayLike<number>;
}

/** With the library's `log_softmax` for every row. */
export function scoreWithLibrary(logits: Float32Array, targets: readonly number[]): PassageScores {
	return scoreRows(logits, targets, (row, target, top) => {
		const logProbs = log_softmax(row);
		const rank = rankAndTop(logProbs, target, top).rank;
		let entropy = 0;
		for (const logProb of logProbs) entropy -= Math.exp(logProb) * logProb;
		return {rank, logProb: logProbs[target], entropy};
	});
}

/** In two passes over every row, and no array of probabilities. */
export function scoreWithLoops(logits: Float32Array, targets: readonly number[]): PassageScores {
	return scoreRows(logits, targets, (row, target, top) => {
		const {rank, largest} = rankAndTop(row, target, top);
		let sum = 0;
		let weighted = 0;
		for (let id = 0; id < row.length; id++) {
			const shifted = row[id] - largest;
			const weight = Math.exp(shifted);
			sum += weight;
			weighted += weight * shifted;
		}

		const logZ = Math.log(sum);
		return {rank, logProb: row[target] - largest - logZ, entropy: logZ - weighted / sum};
	});
}

type ScoreRow = (
	row: Float32Array,
	target: number,
	top: Int32Array,
) => {rank: number; logProb: number; entropy: number};

function scoreRows(logits: Float32Array, targets: readonly number[], score: ScoreRow): PassageScores {
	const T = targets.length;
	const V = logits.length / T;
	const scores = {
		rank: new Int32Array(T),
		logProb: new Float32Array(T),
		entropy: new Float32Array(T),
		topIds: new Int32Array(T * TOP),
	};
	for (let t = 0; t < T; t++) {
		const top = scores.topIds.subarray(t * TOP, (t + 1) * TOP);
		const {rank, logProb, entropy} = score(logits.subarray(t * V, (t + 1) * V), targets[t], top);
		scores.rank[t] = rank;
		scores.logProb[t] = logProb;
		scores.entropy[t] = entropy;
	}

	return scores;
}

/** Rank of a class among values where larger is better; the best ids go into `top`. Ties go to the lower id. */
function rankAndTop(row: Float32Array, target: number, top: Int32Array): {rank: number; largest: number} {
	const best = new Float64Array(top.length).fill(-Infinity);
	const last = top.length - 1;
	let rank = 1;
	for (let id = 0; id < row.length; id++) {
		const value = row[id];
		if (value > row[target] || (value === row[target] && id < target)) rank++;
		if (value <= best[last]) continue;
		let at = last;
		for (; at > 0 && value > best[at - 1]; at--) {
			best[at] = best[at - 1];
			top[at] = top[at - 1];
		}

		best[at] = value;
		top[at] = id;
	}

	return {rank, largest: best[0]};
}
