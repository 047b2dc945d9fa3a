import {endsOf} from '../../engine/generation/config.ts';
import {samplingDistribution} from '../../engine/generation/distribution.ts';
import {classAt} from '../../engine/generation/draw.ts';
import {argmax, rankOf, softmax} from '../../engine/math/math.ts';
import {randomStream} from '../../engine/math/random.ts';
import type {DrawAnswer} from '../../protocol/questions/draw.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {decodingContext} from '../decoding-context.ts';
import {engineConfig} from '../engine-config.ts';
import {appendedBefore, promptOfClass} from '../prompts.ts';

/**
 * One step of greedy search or sampling. Draw after draw, with `index` counting up from 0, this gives the tokens of the
 * first continuation that `generate` gives for the same prompt and seed.
 */
export async function answerDraw({prompt, generation, index}: Params<'draw'>, call: Call<'draw'>): Promise<DrawAnswer> {
	const {lm, tokenizer} = call.model;
	const tokens = promptOfClass(call.model, prompt, generation.maxNewTokens);
	// Drawn classes are read as `generate` reads them, one at a time after the prompt, and so give the same numbers.
	const logits = await call.stepwise.logits({...tokens, appended: tokens.generated}, promptRun(call));
	const config = engineConfig(generation, tokenizer, appendedBefore(tokens));
	const {scores} = samplingDistribution(logits, config, lm.config, await decodingContext(tokens, config, call));
	const number = generation.doSample ? numberAt(generation.seed, index) : null;
	const chosen = tokens.ids.slice(tokens.ids.length - tokens.generated);
	const first = argmax(scores);
	const drawn = number === null ? {id: first, start: 0, probability: softmax(scores)[first]} : classAt(scores, number);
	return {
		...tokenizer.token(drawn.id),
		number,
		start: drawn.start,
		samplingProbability: drawn.probability,
		samplingRank: rankOf(scores, drawn.id),
		rank: rankOf(logits, drawn.id),
		end: endsOf(config, lm.config).includes(drawn.id),
		...(config.heldTo?.isFinished([...chosen, drawn.id]) ? {completesForm: true} : {}),
	};
}

/** The number that the first continuation's stream gives after `index` others. */
function numberAt(seed: number, index: number): number {
	const stream = randomStream(seed);
	for (let i = 0; i < index; i++) stream.next();
	return stream.next();
}
