import {logSumExp} from '../math/math.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';
import type {DecodingContext} from './logits-processor.ts';
import {createPipeline} from './pipeline.ts';

/** The distribution a class is chosen from, after processors and warpers. */
export interface SamplingDistribution {
	/** float32 [V]; -Infinity for a class that was removed. Its softmax is the distribution. */
	scores: Float32Array;
	/** How many classes are kept. */
	keptCount: number;
	/** Probability that the model itself gives to the kept classes together, 0 to 1. */
	keptProbability: number;
}

/**
 * The distribution that the parameters make of one classification.
 * @param logits the LM head's own, [V]; left as they are.
 * @throws EngineError `bad-parameter` for banned words that the model has not.
 */
export function samplingDistribution(
	logits: Float32Array,
	config: GenerationConfig,
	model: Pick<ModelConfig, 'vocabSize' | 'eosTokenIds'>,
	context: DecodingContext,
): SamplingDistribution {
	const scores = createPipeline(config, model).run(logits, context);
	return {scores, ...keptOf(scores, logits)};
}

/** How many classes are kept in `scores`, and how probable they are together under `before`. */
function keptOf(scores: Float32Array, before: Float32Array): {keptCount: number; keptProbability: number} {
	const total = logSumExp(before);
	let keptCount = 0;
	let removedProbability = 0;
	let keptProbability = 0;
	for (let id = 0; id < scores.length; id++) {
		const probability = before[id] === -Infinity ? 0 : Math.exp(before[id] - total);
		if (scores[id] === -Infinity) removedProbability += probability;
		else {
			keptCount++;
			keptProbability += probability;
		}
	}
	// Of the two sums, the one over little probability is the exact one; 1 when nothing that counts was removed.
	return {keptCount, keptProbability: removedProbability < 0.5 ? 1 - removedProbability : keptProbability};
}
