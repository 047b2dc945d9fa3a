import {rankOf, softmax, topClasses} from '../../engine/math/math.ts';
import type {ChangedAnswer} from '../../protocol/questions/intervene.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Steer} from '../../protocol/values/changes.ts';
import {type Call, promptRun} from '../call.ts';
import {changedCall} from '../changed-call.ts';
import {kernelsOf, steering} from '../changed-models.ts';
import {classIds, promptTokens} from '../prompts.ts';
import {inspectorOf} from './look.ts';

/** The distribution after a prompt, in the whole body and with changes. */
export async function answerChanged(
	{prompt, changes, limit, ...asked}: Params<'changed'>,
	call: Call<'changed'>,
): Promise<ChangedAnswer> {
	const {model} = call;
	kernelsOf(model);
	const wanted = classIds(model, asked.classes);
	const {ids} = promptTokens(model, prompt);
	const before = (await model.lm.prefill(ids, promptRun(call))).logits;
	const changed = await changedCall(changes, prompt, call);
	const after = (await changed.model.lm.prefill(ids, promptRun(call))).logits;
	const [p, q] = [softmax(before), softmax(after)];
	const standing = (logits: Float32Array, probabilities: Float32Array, id: number) => ({
		rank: rankOf(logits, id),
		logit: logits[id],
		probability: probabilities[id],
	});
	const row = (id: number) => ({
		...model.tokenizer.token(id),
		before: standing(before, p, id),
		after: standing(after, q, id),
	});
	const first = (logits: Float32Array) => Array.from(topClasses(logits, limit), row);
	return {
		tokens: ids.map(id => model.tokenizer.token(id)),
		asked: wanted.map(row),
		first: [first(before), first(after)],
		moved: Math.min(1, p.reduce((sum, probability, id) => sum + Math.abs(probability - q[id]), 0) / 2),
		steered: changes.steer ? await steered(ids, changes.steer, prompt.addSpecialTokens, call) : null,
	};
}

/** How long the longest vector is that steers, with its weight, and the residual stream at the last position. */
async function steered(
	ids: readonly number[],
	steer: Steer,
	addSpecialTokens: boolean | undefined,
	{model, signal}: Call<'changed'>,
) {
	const added = await steering(model, steer, addSpecialTokens, signal);
	const {residuals} = await inspectorOf(model).inspect(ids, {residuals: [ids.length - 1], signal});
	const D = model.lm.config.hiddenSize;
	const stream = residuals.subarray(steer.block * D, (steer.block + 1) * D);
	const longest = Math.max(...added.map(({vector}) => Math.hypot(...vector)));
	return {vector: Math.abs(steer.weight) * longest, stream: Math.hypot(...stream)};
}
