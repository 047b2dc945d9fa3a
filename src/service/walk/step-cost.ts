import type {Params, StepCostAnswer} from '../../protocol/engine.ts';
import {type Call, promptRun} from '../call.ts';
import {checkClasses, promptTokens} from '../prompts.ts';

/** Keys and values are float32. */
const BYTES = 4;

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

	const withCache = await timed(() => lm.extend(prefix, null, [[appended]], {signal: call.signal}));
	// Scoring a window keeps nothing between calls: it reads all tokens again. Which class follows does not matter.
	const withoutCache = await timed(async () => {
		const window = [...ids, appended, appended].slice(-lm.config.contextLength);
		for await (const _ of lm.scoreWindow(window, window.length - 2, {signal: call.signal}));
	});
	return {cached: ids.length, bytesPerToken: 2 * layers * hiddenSize * BYTES, withCache, withoutCache};
}

async function timed(run: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await run();
	return performance.now() - start;
}
