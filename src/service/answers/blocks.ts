import type {Inspection} from '../../engine/inspect/inspector.ts';
import type {AttentionAnswer, HeadsAnswer} from '../../protocol/questions/attention.ts';
import {MAX_ATTENTION, MAX_HEADS} from '../../protocol/questions/attention.ts';
import type {LensAnswer} from '../../protocol/questions/lens.ts';
import {MAX_LENS} from '../../protocol/questions/lens.ts';
import type {StreamsAnswer} from '../../protocol/questions/streams.ts';
import {MAX_STREAMS} from '../../protocol/questions/streams.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {checkClasses, promptTokens} from '../prompts.ts';
import {patternOf} from './head-patterns.ts';
import {checkHead, inspectorOf} from './look.ts';

/** How many classes every cell of the lens lists. */
const LISTED = 3;

/** The head's answer after each block, at the last positions of a prompt, and the last position's vector there. */
export async function answerLens({prompt, target}: Params<'lens'>, call: Call<'lens'>): Promise<LensAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	const {layers, hiddenSize: D, vocabSize} = model.lm.config;
	if (target !== null) checkClasses([target], vocabSize);
	const {ids, dropped} = promptTokens(model, prompt);
	const positions = ids.map((_, i) => i).slice(-MAX_LENS);
	const targets = target === null ? undefined : positions.map(() => target);
	const looks = {...promptRun(call), residuals: positions, targets};
	const {lens, residuals, hidden} = await inspector.inspect(ids, looks);
	const r = positions.length;
	const blocks = layers + 1;
	return {
		tokens: positions.map(i => model.tokenizer.token(ids[i])),
		first: dropped + positions[0],
		blocks: Array.from({length: blocks}, (_, b) => ({
			cells: positions.map((_, i) => cell(call, lens, b * r + i, target !== null)),
			vector: [...residuals.subarray((b * r + r - 1) * D, (b * r + r) * D)],
		})),
		normed: [...hidden.subarray((r - 1) * D)],
	};
}

function cell({model}: Call<'lens'>, lens: Inspection['lens'], at: number, isFollowed: boolean) {
	return {
		top: Array.from({length: LISTED}, (_, j) => ({
			...model.tokenizer.token(lens.topIds[at * lens.k + j]),
			probability: Math.exp(lens.topLogProbs[at * lens.k + j]),
		})),
		entropy: lens.entropy[at],
		followed: isFollowed ? {rank: lens.rank[at], logProb: lens.logProb[at]} : null,
	};
}

/** The last positions' vectors before a block and after it. */
export async function answerStreams({prompt, block}: Params<'streams'>, call: Call<'streams'>): Promise<StreamsAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	const {hiddenSize: D} = model.lm.config;
	if (block > 0) checkHead(model, block - 1, 0);
	const {ids, dropped} = promptTokens(model, prompt);
	const positions = ids.map((_, i) => i).slice(-MAX_STREAMS);
	const r = positions.length;
	const {residuals} = await inspector.inspect(ids, {...promptRun(call), residuals: positions, withoutLens: true});
	const after = (blocks: number) =>
		positions.map((_, i) =>
			Array.from(residuals.subarray((blocks * r + i) * D, (blocks * r + i + 1) * D), x => Number(x.toPrecision(5))),
		);
	return {
		tokens: positions.map(i => model.tokenizer.token(ids[i])),
		first: dropped + positions[0],
		before: block === 0 ? null : after(block - 1),
		after: after(block),
	};
}

/** How much every position looks at every earlier one, in one block: one head's grid, and all heads' last rows. */
export async function answerAttention(
	{prompt, block, head}: Params<'attention'>,
	call: Call<'attention'>,
): Promise<AttentionAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	checkHead(model, block, head);
	// Attention of a token depends only on earlier tokens, so the start of a long prompt is kept.
	const ids = promptTokens(model, prompt).ids.slice(0, MAX_ATTENTION);
	const {attention} = await inspector.inspect(ids, {...promptRun(call), attentionOf: [block]});
	const s = ids.length;
	const grid = attention[0].subarray(head * s * s, (head + 1) * s * s);
	return {
		tokens: ids.map(id => model.tokenizer.token(id)),
		weights: Array.from({length: s}, (_, i) => [...grid.subarray(i * s, i * s + i + 1)]),
	};
}

/** What every head does on the start of a prompt. */
export async function answerHeads({prompt}: Params<'heads'>, call: Call<'heads'>): Promise<HeadsAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	const {layers, heads} = model.lm.config;
	const ids = promptTokens(model, prompt).ids.slice(0, MAX_HEADS);
	const s = ids.length;
	const attentionOf = Array.from({length: layers}, (_, block) => block);
	const {attention} = await inspector.inspect(ids, {...promptRun(call), attentionOf});
	return {
		tokens: ids.map(id => model.tokenizer.token(id)),
		sharedHeads: inspector.sharedHeads,
		blocks: attention.map(weights =>
			Array.from({length: heads}, (_, head) => {
				const grid = weights.subarray(head * s * s, (head + 1) * s * s);
				const row = (i: number) => [...grid.subarray(i * s, i * s + i + 1)].map(weight => Math.round(weight * 100));
				return {...patternOf(grid, ids), weights: ids.map((_, i) => row(i))};
			}),
		),
	};
}
