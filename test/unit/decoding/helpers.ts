import {type GenerationConfig, NEUTRAL_CONFIG} from '../../../src/engine/decoding/config.ts';
import type {DecodingContext, LogitsStage} from '../../../src/engine/decoding/stage.ts';
import {softmax} from '../../../src/engine/math.ts';

export const EMPTY: DecodingContext = {prompt: [], generated: []};

export const configOf = (changes: Partial<GenerationConfig>): GenerationConfig => ({...NEUTRAL_CONFIG, ...changes});

/** Logits of a distribution given as probabilities. */
export const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);

/** Scores after one stage; the argument stays as it is. */
export function applied(stage: LogitsStage, scores: Float32Array, context = EMPTY): Float32Array {
	const result = scores.slice();
	stage.apply(result, context);
	return result;
}

/** Ids of the classes that are not removed. */
export const keptIds = (scores: Float32Array) => [...scores.keys()].filter(id => scores[id] !== -Infinity);

/** Probabilities after one stage, rounded to six places. */
export const probabilitiesAfter = (stage: LogitsStage, scores: Float32Array, context = EMPTY) =>
	Array.from(softmax(applied(stage, scores, context)), p => Math.round(p * 1e6) / 1e6);
