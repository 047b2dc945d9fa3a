import {cacheBytesPerToken, type ModelConfig} from '../engine/model/causal-lm.ts';

/** The most that a WASM memory of 32 bits can have. */
const WASM_LIMIT = 4 * 2 ** 30;

/** Bytes that everything takes beside weights and caches. */
const FIXED = 60e6;

/**
 * Memory that a model needs while it runs, in bytes: the weights in the runtime and, while it is opened, in the file; the
 * keys and values of a full context, read and returned; a few rows of logits.
 * @param needs.copies how often the weights are in memory while the model is opened.
 */
export function memoryOf(config: ModelConfig, {weightBytes, copies}: {weightBytes: number; copies: number}): number {
	const {contextLength, vocabSize} = config;
	const cache = contextLength * cacheBytesPerToken(config);
	return Math.round(copies * weightBytes + 2 * cache + 64 * vocabSize * 4 + FIXED);
}

/** The most memory that a model may need here: what WASM can have, and the machine has. `deviceMemory` is in GiB, rounded. */
export function memoryLimit(): number {
	const deviceMemory = (globalThis.navigator as {deviceMemory?: number} | undefined)?.deviceMemory;
	return deviceMemory === undefined ? WASM_LIMIT : Math.min(WASM_LIMIT, deviceMemory * 2 ** 30);
}
