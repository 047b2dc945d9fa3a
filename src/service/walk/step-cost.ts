import type {Params, StepCostAnswer} from '../../protocol/engine.ts';
import {type Call, promptRun} from '../call.ts';
import {checkClasses, promptTokens} from '../prompts.ts';

/** Keys and values are float32. */
const BYTES = 4;
const RUNS = 3;

/** How many prompts were read for timing alone. */
let others = 0;

/** One more token, timed with the key/value cache and again without it. */
export async function answerStepCost(
	{prompt, appended}: Params<'stepCost'>,
	call: Call<'stepCost'>,
): Promise<StepCostAnswer> {
	const {lm} = call.model;
	const {layers, hiddenSize, vocabSize} = lm.config;
	checkClasses([appended], vocabSize);
	const {ids} = promptTokens(call.model, prompt, 1);
	const prefix = await lm.prefill(ids, promptRun(call));

	const withCache = await bestTime(() => lm.extend(prefix, null, [[appended]], {signal: call.signal}));
	// A first token that no prompt began with yet, so that nothing that was read before is reused: the work is the same.
	const withoutCache = await bestTime(() =>
		lm.prefill([others++ % vocabSize, ...ids.slice(1), appended], {signal: call.signal}),
	);
	return {cached: ids.length, bytesPerToken: 2 * layers * hiddenSize * BYTES, withCache, withoutCache};
}

/** Milliseconds of the fastest of a few runs: the first ones also find room in memory. */
async function bestTime(run: () => Promise<unknown>): Promise<number> {
	let best = Number.POSITIVE_INFINITY;
	for (let i = 0; i < RUNS; i++) {
		const start = performance.now();
		await run();
		best = Math.min(best, performance.now() - start);
	}

	return best;
}
