import {cacheBytesPerToken, type ModelConfig} from '../../engine/model/causal-lm.ts';
import {KEPT_BYTES} from '../../engine/model/kernel-model.ts';
import {LOGIT_BYTES} from '../../engine/model/machine.ts';

/** The most that a WASM memory of 32 bits can have. */
const WASM_LIMIT = 4 * 2 ** 30;

/** Bytes that everything takes beside weights, caches and logits. */
const FIXED = 60e6;

/** Rows of logits that an ONNX export returns together. */
const EXPORTED_ROWS = 64;

/** Memory that a model on our kernels needs, in bytes: the weights, once; keys and values; logits. */
export function memoryOf(config: ModelConfig, weightBytes: number): number {
	// A text that is longer than what is kept takes more while it is read.
	const cache = Math.min(KEPT_BYTES, config.contextLength * cacheBytesPerToken(config));
	return Math.round(weightBytes + cache + LOGIT_BYTES + FIXED);
}

/** The same of an ONNX export: ONNX Runtime is handed a copy of the file, and makes another copy; keys and values are read and returned. */
export function exportMemoryOf(config: ModelConfig, weightBytes: number): number {
	const cache = config.contextLength * cacheBytesPerToken(config);
	return Math.round(3 * weightBytes + 2 * cache + EXPORTED_ROWS * config.vocabSize * 4 + FIXED);
}

/** The most memory that a model may need here: what WASM can have, and the machine has. `deviceMemory` is in GiB, rounded. */
export function memoryLimit(): number {
	const deviceMemory = (globalThis.navigator as {deviceMemory?: number} | undefined)?.deviceMemory;
	return deviceMemory === undefined ? WASM_LIMIT : Math.min(WASM_LIMIT, deviceMemory * 2 ** 30);
}
