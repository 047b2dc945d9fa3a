import {samplingDistribution} from '../engine/generation/distribution.ts';
import {rankOf, softmax, topClasses} from '../engine/math.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {Token, Tokenizer} from '../engine/tokenizer/tokenizer.ts';
import type {CompareAnswer, Params, Prompt} from '../protocol/engine.ts';
import {type Call, promptRun} from './call.ts';
import {decodingContext} from './decoding-context.ts';
import {engineConfig} from './engine-config.ts';
import {promptOfClass} from './prompts.ts';
import {withModel} from './which-model.ts';

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
	const pairs = sameClasses ? pairsById(before, after) : pairsByText(before, after);
	const differences = Float32Array.from(pairs, ([a, b]) =>
		Math.abs((after.probabilities[b ?? -1] ?? 0) - (before.probabilities[a ?? -1] ?? 0)),
	);
	const places = [new Map<number, number>(), new Map<number, number>()];
	for (const [i, pair] of pairs.entries())
		for (const side of [0, 1]) if (pair[side] !== null) places[side].set(pair[side], i);

	const shown = (i: number) => {
		const [a, b] = pairs[i];
		return {
			...(a === null ? after.tokenizer.token(b!) : before.tokenizer.token(a)),
			standings: [standing(before, a), standing(after, b)] satisfies [unknown, unknown],
		};
	};
	const first = ({scores}: Side, place: Map<number, number>) =>
		Array.from(topClasses(scores, limit), id => shown(place.get(id)!));
	return {
		changes: Array.from(topClasses(differences, limit), shown),
		first: [first(before, places[0]), first(after, places[1])],
		moved: Math.min(1, differences.reduce((sum, difference) => sum + difference, 0) / 2),
		sameClasses,
	};
}

/** Ids of one class on both sides; null on the side that lacks it. */
type Pair = [number | null, number | null];

const pairsById = ({scores: a}: Side, {scores: b}: Side): Pair[] =>
	Array.from({length: Math.max(a.length, b.length)}, (_, id) => [id < a.length ? id : null, id < b.length ? id : null]);

/** Classes of two models are the same where their bytes are; of several with the same bytes the first counts. */
function pairsByText(before: Side, after: Side): Pair[] {
	const others = new Map<string, number>();
	const rest: Pair[] = [];
	for (let id = after.scores.length - 1; id >= 0; id--) {
		const spelled = spelling(after.tokenizer, id);
		if (spelled !== null) others.set(spelled, id);
	}
	const pairs = Array.from(before.scores, (_, id): Pair => {
		const spelled = spelling(before.tokenizer, id);
		const other = spelled === null ? undefined : others.get(spelled);
		if (other !== undefined) others.delete(spelled!);
		return [id, other ?? null];
	});
	const matched = new Set(pairs.map(([, b]) => b));
	for (let id = 0; id < after.scores.length; id++) if (!matched.has(id)) rest.push([null, id]);
	return [...pairs, ...rest];
}

/** null for an id that the tokenizer has no token for: some models have more logits than tokens. */
function spelling(tokenizer: Tokenizer, id: number): string | null {
	if (id >= tokenizer.size) return null;
	const {text, bytes}: Token = tokenizer.token(id);
	return text === undefined ? `bytes ${bytes?.join(' ')}` : `text ${text}`;
}

const standing = ({scores, probabilities}: Side, id: number | null) =>
	id === null || scores[id] === -Infinity
		? {rank: null, probability: 0}
		: {rank: rankOf(scores, id), probability: probabilities[id]};
