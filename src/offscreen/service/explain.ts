import {explain} from '../../engine/decoding/explain.ts';
import {EngineError} from '../../engine/errors.ts';
import type {ExplainAnswer, Params} from '../../protocol/engine.ts';
import {withProbability} from './class-rows.ts';
import {engineConfig} from './engine-config.ts';
import {promptTokens} from './prompts.ts';
import {type Call, promptRun} from './service.ts';

/** How many classes each stage lists. */
const LISTED = 8;

/** Why this class? The distribution before and after each processor and warper. */
export async function answerExplain(
	{prompt, generation, generated, chosen}: Params<'explain'>,
	call: Call<'explain'>,
): Promise<ExplainAnswer> {
	const {lm, tokenizer} = call.model;
	if (chosen >= lm.config.vocabSize)
		throw new EngineError('bad-parameter', `There is no class ${chosen}: the model has ${lm.config.vocabSize}.`);
	// The prompt keeps what it kept when this was generated.
	const start = promptTokens(call.model, prompt, generation.maxNewTokens);
	const before = {...start, ids: [...start.ids, ...generated], appended: start.appended + generated.length};
	const logits = await call.walk.logits(before, promptRun(call));
	const stages = explain(
		logits,
		engineConfig(generation, tokenizer),
		lm.config,
		{prompt: start.ids, generated},
		chosen,
		LISTED,
	);
	const named = (list: {id: number; probability: number}[]) => list.map(one => withProbability(tokenizer, one));
	return {
		chosen: tokenizer.piece(chosen),
		stages: stages.map(stage => ({...stage, removed: named(stage.removed), top: named(stage.top)})),
	};
}
