import type {Inspector} from '../../engine/inspect/inspector.ts';
import {type RandomStream, randomStream} from '../../engine/math/random.ts';
import {MAX_ATTENTION} from '../../protocol/questions/attention.ts';
import type {HeadLabelsAnswer, HeadShares} from '../../protocol/questions/head-labels.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun, type ServedModel} from '../call.ts';
import {promptTokens, withBeginning} from '../prompts.ts';
import {sharesOf} from './head-patterns.ts';
import {inspectorOf} from './look.ts';

/** Random tokens that come twice. */
const RANDOM = 24;
/** They are the same each time. */
const SEED = 1;

/** Where every head looks, on the start of a prompt and on random tokens that are repeated. */
export async function answerHeadLabels(
	{prompt}: Params<'headLabels'>,
	call: Call<'headLabels'>,
): Promise<HeadLabelsAnswer> {
	const {model} = call;
	const inspector = inspectorOf(model);
	const ids = promptTokens(model, prompt).ids.slice(0, MAX_ATTENTION);
	const random = randomTokens(model, randomStream(SEED));
	const text = await shares(inspector, ids, call);
	const twice = withBeginning(model.tokenizer, [...random, ...random], prompt.addSpecialTokens);
	const repeated = await shares(inspector, twice, call);
	return {
		read: ids.length,
		random: random.map(id => model.tokenizer.token(id)),
		blocks: text.map((heads, block) => heads.map((text, head) => ({text, repeated: repeated[block][head]}))),
	};
}

/** Different tokens that no text begins or ends with; fewer where there are not as many. */
function randomTokens({lm, tokenizer}: ServedModel, numbers: RandomStream): number[] {
	const left = [...tokenizer.beginning, ...lm.config.eosTokenIds, lm.config.bosTokenId];
	const found = new Set<number>();
	const classes = lm.config.vocabSize;
	for (let tries = 0; found.size < RANDOM && tries < 100 * RANDOM; tries++) {
		const id = Math.floor(numbers.next() * classes);
		if (!left.includes(id)) found.add(id);
	}
	return [...found];
}

/** Of every block, its heads' shares. */
async function shares(inspector: Inspector, ids: readonly number[], call: Call<'headLabels'>): Promise<HeadShares[][]> {
	const {layers, heads} = inspector.config;
	const s = ids.length;
	const attentionOf = Array.from({length: layers}, (_, block) => block);
	const {attention} = await inspector.inspect(ids, {...promptRun(call), attentionOf});
	return attention.map(weights =>
		Array.from({length: heads}, (_, head) => sharesOf(weights.subarray(head * s * s, (head + 1) * s * s), ids)),
	);
}
