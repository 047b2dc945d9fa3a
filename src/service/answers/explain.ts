import {explain} from '../../engine/generation/explain.ts';
import {extendBy} from '../../engine/model/extend-by.ts';
import type {ExplainAnswer} from '../../protocol/questions/explain.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {decodingContext} from '../decoding-context.ts';
import {engineConfig} from '../engine-config.ts';
import {appendedBefore, classIds, promptOfClass} from '../prompts.ts';
import {withProbability} from './class-rows.ts';

/** How many classes each stage lists. */
const LISTED = 8;

/** Why this class? The distribution before and after each processor and warper. */
export async function answerExplain(
	{prompt, generation, ...asked}: Params<'explain'>,
	call: Call<'explain'>,
): Promise<ExplainAnswer> {
	const {lm, tokenizer} = call.model;
	const generated = classIds(call.model, asked.generated);
	const [chosen] = classIds(call.model, [asked.chosen]);
	// The prompt as it was when this was generated, and what was generated appended to it: the numbers it was chosen by.
	const tokens = promptOfClass(call.model, {...prompt, generated: 0}, generation.maxNewTokens);
	const {ids, memory} = tokens;
	const prefix = await lm.prefill(ids, promptRun(call));
	const logits =
		generated.length === 0
			? prefix.logits
			: (await extendBy(lm, prefix, null, generated, {signal: call.signal})).logits;
	const config = engineConfig(generation, tokenizer, appendedBefore(tokens));
	const context = await decodingContext(
		{ids: [...ids, ...generated], generated: generated.length, memory},
		config,
		call,
	);
	const stages = explain(logits, config, lm.config, context, chosen, LISTED);
	const named = (list: {id: number; probability: number}[]) => list.map(one => withProbability(tokenizer, one));
	return {
		chosen: tokenizer.token(chosen),
		stages: stages.map(stage => ({...stage, removed: named(stage.removed), top: named(stage.top)})),
	};
}
