import {contributions} from '../../engine/inspect/contributions.ts';
import {logSumExp, rankOf} from '../../engine/math/math.ts';
import type {HeadAnswer} from '../../protocol/questions/lm-head.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {classIds, promptTokens} from '../prompts.ts';
import {checkCanLook} from './look.ts';

/** The last position's vector, the rows of weights of some classes, and what every dimension adds to their logits. */
export async function answerHead({prompt, ...asked}: Params<'head'>, call: Call<'head'>): Promise<HeadAnswer> {
	checkCanLook(call.model);
	const {lm, tokenizer} = call.model;
	const {hiddenSize: D, vocabSize} = lm.config;
	const classes = classIds(call.model, asked.classes);
	const {ids} = promptTokens(call.model, prompt);
	const {hidden, logits} = await lm.prefill(ids, {...promptRun(call), hidden: true});
	const vector = hidden!.slice(-D);
	const rows = await lm.headRows(classes, {signal: call.signal});
	const total = logSumExp(logits);
	return {
		vector: [...vector],
		vocabSize,
		logSumExp: total,
		classes: classes.map((id, i) => {
			const row = rows.subarray(i * D, (i + 1) * D);
			return {
				...tokenizer.token(id),
				rank: rankOf(logits, id),
				logit: logits[id],
				probability: Math.exp(logits[id] - total),
				weights: [...row],
				contributions: [...contributions(vector, row)],
			};
		}),
	};
}
