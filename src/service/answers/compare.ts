import {samplingDistribution} from '../../engine/generation/distribution.ts';
import {rankOf, softmax, topClasses} from '../../engine/math/math.ts';
import type {OpenModel} from '../../engine/open-model.ts';
import type {Tokenizer} from '../../engine/tokenizer/tokenizer.ts';
import type {CompareAnswer} from '../../protocol/questions/compare.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Prompt} from '../../protocol/values/prompt.ts';
import {type Call, promptRun} from '../call.ts';
import {decodingContext} from '../decoding-context.ts';
import {engineConfig} from '../engine-config.ts';
import {promptOfClass} from '../prompts.ts';
import {withModel} from '../which-model.ts';

/** How another prompt, or another model, changes a distribution: the model's own, or the one that the settings make of it. */
export const answerCompare = (params: Params<'compare'>, call: Call<'compare'>): Promise<CompareAnswer> =>
	withModel(call.model, params.model ?? 'main', async ({model: second}) => {
		const first = call.model;
		const sameClasses = second === first || second.tokenizer.hasTokensOf(first.tokenizer);
		const [before, after] = [
			await classify(first, params.prompts[0], params, call),
			await classify(second, params.prompts[1], params, call),
		];
		return compared(before, after, sameClasses, params.limit);
	});

/** One distribution. */
interface Side {
	tokenizer: Tokenizer;
	/** [V]; -Infinity for a class that the settings cut. */
	scores: Float32Array;
	/** [V] */
	probabilities: Float32Array;
}

async function classify(
	model: OpenModel,
	prompt: Prompt,
	{maxNewTokens, generation}: Params<'compare'>,
	call: Call<'compare'>,
): Promise<Side> {
	const {tokenizer, lm} = model;
	await tokenizer.prepare(prompt.text, call.signal);
	const tokens = promptOfClass(model, prompt, maxNewTokens ?? 0);
	const {logits} = await lm.prefill(tokens.ids, promptRun(call));
	if (!generation) return {tokenizer, scores: logits, probabilities: softmax(logits)};
	// Guidance reads another prompt by the steps of the model that answers; for a second model it is left out.
	const guided = model === call.model ? generation : {...generation, guidanceScale: 1};
	const config = engineConfig(guided, tokenizer);
	const context = await decodingContext(tokens, config, call);
	const {scores} = samplingDistribution(logits, config, lm.config, context);
	return {tokenizer, scores, probabilities: softmax(scores)};
}

function compared(before: Side, after: Side, sameClasses: boolean, limit: number): CompareAnswer {
	const [firsts, seconds] = sameClasses ? pairsById(before, after) : pairsByText(before, after);
	const probability = ({probabilities}: Side, id: number) => (id === NONE ? 0 : probabilities[id]);
	const differences = Float32Array.from(firsts, (id, i) =>
		Math.abs(probability(after, seconds[i]) - probability(before, id)),
	);
	const shown = (i: number) => {
		const [a, b] = [firsts[i], seconds[i]];
		return {
			...(a === NONE ? after.tokenizer.token(b) : before.tokenizer.token(a)),
			standings: [standing(before, a), standing(after, b)] satisfies [unknown, unknown],
		};
	};
	const first = ({scores}: Side, ids: Int32Array) =>
		Array.from(topClasses(scores, limit), id => shown(ids[id] === id ? id : ids.indexOf(id)));
	return {
		changes: Array.from(topClasses(differences, limit), shown),
		first: [first(before, firsts), first(after, seconds)],
		moved: Math.min(1, differences.reduce((sum, difference) => sum + difference, 0) / 2),
		sameClasses,
	};
}

/** In place of an id on the side that lacks a class. */
const NONE = -1;

/** Every class of either side: its id on the one, and its id on the other. */
type Pairs = [before: Int32Array, after: Int32Array];

function pairsById({scores: a}: Side, {scores: b}: Side): Pairs {
	const ids = (size: number) =>
		Int32Array.from({length: Math.max(a.length, b.length)}, (_, id) => (id < size ? id : NONE));
	return [ids(a.length), ids(b.length)];
}

/** Classes of two models are the same where their bytes are; of several with the same bytes the first counts. */
function pairsByText(before: Side, after: Side): Pairs {
	const matches = before.tokenizer.idsIn(after.tokenizer);
	const isMatched = new Uint8Array(after.scores.length);
	for (const id of matches) if (id !== NONE) isMatched[id] = 1;
	const rest = Array.from(isMatched.keys()).filter(id => isMatched[id] === 0);
	return [Int32Array.from([...matches.keys(), ...rest.map(() => NONE)]), Int32Array.from([...matches, ...rest])];
}

const standing = ({scores, probabilities}: Side, id: number) =>
	id === NONE || scores[id] === -Infinity
		? {rank: null, probability: 0}
		: {rank: rankOf(scores, id), probability: probabilities[id]};
