import * as layout from '../kernels/assembly/layout.ts';
import {SCORED_TOP_CLASSES, type WindowScores} from './causal-lm.ts';
import type {Machine} from './machine.ts';

/** The words of a scored place, as each kind of number. */
function scored(machine: Machine, place: number) {
	const {buffer} = machine.memory.memory;
	const at = machine.scored(place);
	return {
		whole: new Int32Array(buffer, at, layout.SCORED_WORDS),
		floats: new Float32Array(buffer, at, layout.SCORED_WORDS),
		doubles: new Float64Array(buffer, at, layout.SCORED_WORDS / 2),
	};
}

/** Log-sum-exp of the logits of a place of a run that kept them: `logSumExp` of them, bit for bit. */
export function logSumExpAt(machine: Machine, place: number): number {
	const {floats, doubles} = scored(machine, place);
	return floats[layout.SCORED_LOGITS] + Math.log(doubles[layout.SCORED_SUM / 2]);
}

/** The probability of the mask's classes after a place of a run that had one. */
export function maskedMass(machine: Machine, place: number): number {
	const {doubles} = scored(machine, place);
	return doubles[layout.SCORED_MASS / 2] / doubles[layout.SCORED_SUM / 2];
}

/** The scores of a run's first n places. @param hasMask whether the run had a mask. */
export function windowScores(machine: Machine, n: number, hasMask = false): WindowScores {
	const k = Math.min(SCORED_TOP_CLASSES, machine.classes);
	const scores: WindowScores = {
		rank: new Int32Array(n),
		logProb: new Float32Array(n),
		logSumExp: new Float32Array(n),
		entropy: new Float32Array(n),
		mass: hasMask ? Float32Array.from({length: n}, (_, place) => maskedMass(machine, place)) : null,
		topIds: new Int32Array(n * k),
		topLogProbs: new Float32Array(n * k),
		k,
	};
	for (let i = 0; i < n; i++) {
		const {whole, floats, doubles} = scored(machine, i);
		const highest = floats[layout.SCORED_LOGITS];
		const log = Math.log(doubles[layout.SCORED_SUM / 2]);
		scores.rank[i] = whole[layout.SCORED_RANK];
		scores.logProb[i] = floats[layout.SCORED_TARGET] - log;
		scores.logSumExp[i] = highest + log;
		// Of a sure thing it may come out as less than nothing.
		scores.entropy[i] = Math.max(0, log - doubles[layout.SCORED_MEAN / 2]);
		for (let j = 0; j < k; j++) {
			scores.topIds[i * k + j] = whole[layout.SCORED_IDS + j];
			scores.topLogProbs[i * k + j] = floats[layout.SCORED_LOGITS + j] - highest - log;
		}
	}

	return scores;
}
