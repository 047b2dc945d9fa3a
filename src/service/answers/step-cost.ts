import {cacheBytesPerToken} from '../../engine/model/causal-lm.ts';
import type {StepCostAnswer} from '../../protocol/questions/step-cost.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {checkClasses, promptTokens} from '../prompts.ts';

const RUNS = 3;

/** How many prompts were read for timing alone. */
let others = 0;

/** One more token, timed with the key/value cache and again without it. */
export async function answerStepCost(
	{prompt, appended}: Params<'stepCost'>,
	call: Call<'stepCost'>,
): Promise<StepCostAnswer> {
	const {lm} = call.model;
	const {vocabSize} = lm.config;
	checkClasses([appended], vocabSize);
	const {ids} = promptTokens(call.model, prompt, 1);
	const prefix = await lm.prefill(ids, promptRun(call));

	const withCache = await bestTime(() => lm.extend(prefix, null, [[appended]], {signal: call.signal}));
	// A first token that no prompt began with yet, so that nothing that was read before is reused: the work is the same.
	const withoutCache = await bestTime(() =>
		lm.prefill([otherThan(ids[0], vocabSize), ...ids.slice(1), appended], {signal: call.signal}),
	);
	return {cached: ids.length, bytesPerToken: cacheBytesPerToken(lm.config), withCache, withoutCache};
}

/** A token that differs from this one and from those that were given before. */
function otherThan(token: number, vocabSize: number): number {
	const next = others++ % vocabSize;
	return next === token ? others++ % vocabSize : next;
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
