import type {ModelConfig} from './causal-lm.ts';

/**
 * Positions per run of a prefill. Chunks always start at multiples of this, so that every number depends
 * on the prompt alone: floating-point sums would round differently over other chunks.
 */
export const CHUNK = 64;

/** Most positions per run when a passage is scored. */
const MAX_SCORED = 512;
/** Positions times weights of such a run at most: 128 of GPT-2 small, half a second on two slow cores. */
const MAX_SCORED_WORK = 128 * 124e6;

/**
 * Positions per run when a passage is scored. Larger chunks move the cache less often and give the runtime's threads
 * more to do between waits. Smaller ones show the first scores sooner, and nothing that a person asks for is answered while
 * one is computed: so the larger a model, the smaller they are. They depend on the model alone, since numbers
 * round differently in other chunks.
 */
export function scoredChunk({layers, hiddenSize: D, vocabSize}: ModelConfig): number {
	const weights = 12 * layers * D * D + vocabSize * D;
	return Math.min(MAX_SCORED, Math.max(CHUNK, wholeChunks(MAX_SCORED_WORK / weights)));
}

/** As many of these positions as make whole chunks. */
export const wholeChunks = (positions: number): number => Math.floor(positions / CHUNK) * CHUNK;
