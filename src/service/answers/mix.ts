import {logSumExp} from '../../engine/math/math.ts';
import {MAX_ATTENTION} from '../../protocol/questions/attention.ts';
import type {MixAnswer} from '../../protocol/questions/head-at-work.ts';
import {MAX_MIXED} from '../../protocol/questions/head-at-work.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {promptTokens} from '../prompts.ts';
import {checkHead, inspectorOf} from './look.ts';

/** One head's work at one position: scores of its query with the keys, their softmax, and the values that are mixed by it. */
export async function answerMix({prompt, block, head, position}: Params<'mix'>, call: Call<'mix'>): Promise<MixAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	checkHead(model, block, head);
	// What comes later is not seen, so the text may end here.
	const ids = promptTokens(model, prompt).ids.slice(0, Math.min(MAX_ATTENTION, position + 1));
	const {first, scale, query, keys, values, weights, mixed} = await inspector.head(ids, {block, head}, promptRun(call));
	const d = query.length;
	const row = (of: Float32Array, i: number) => of.subarray(i * d, (i + 1) * d);
	const scores = Float32Array.from(weights, (_, i) => scale * dot(query, row(keys, i)));
	const most = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
	const listed = most.slice(0, MAX_MIXED).sort((a, b) => a - b);
	const others = most.slice(MAX_MIXED);
	return {
		position: ids.length - 1,
		token: model.tokenizer.token(ids[ids.length - 1]),
		query: [...query],
		scale,
		logSum: logSumExp(scores),
		rows: listed.map(i => ({
			...model.tokenizer.token(ids[first + i]),
			position: first + i,
			key: [...row(keys, i)],
			score: scores[i],
			weight: weights[i],
			value: [...row(values, i)],
		})),
		others: {
			count: others.length,
			weight: others.reduce((sum, i) => sum + weights[i], 0),
			added: Array.from({length: d}, (_, c) => others.reduce((sum, i) => sum + weights[i] * values[i * d + c], 0)),
		},
		mixed: [...mixed],
	};
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
