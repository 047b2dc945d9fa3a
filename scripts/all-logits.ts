import type {CausalLM} from '../src/engine/model/causal-lm.ts';

/** Rows of logits in memory at once. */
const ROWS = 64;

/** Logits after every token, a few rows at a time. */
export async function* allLogits(lm: CausalLM, ids: readonly number[]): AsyncGenerator<Float32Array> {
	const {vocabSize} = lm.config;
	for (let start = 0; start < ids.length; start += ROWS) {
		const end = Math.min(start + ROWS, ids.length);
		const prefix = await lm.prefill(ids.slice(0, start + 1));
		yield prefix.logits;
		if (end === start + 1) return;
		const {logits, rows} = await lm.extend(prefix, null, [ids.slice(start + 1, end)], {rows: 'all'});
		for (let row = 0; row < rows; row++) yield logits.subarray(row * vocabSize, (row + 1) * vocabSize);
	}
}
