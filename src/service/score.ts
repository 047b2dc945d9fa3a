import {EngineError} from '../engine/errors.ts';
import {scorePassage} from '../engine/scoring/passage.ts';
import type {Params, ScoreAnswer, ScoredToken} from '../protocol/engine.ts';
import {refuse} from '../refusals/refusal.ts';
import type {Call, LentModel} from './call.ts';
import {withBeginning} from './prompts.ts';
import {withModel} from './which-model.ts';

/** Every token of a passage, classified from the text before it. Tokens are streamed, totals answered. */
export const answerScore = (params: Params<'score'>, call: Call<'score'>): Promise<ScoreAnswer> =>
	withModel(call.model, params.model ?? 'main', opened => scoreWith(opened, params, call));

async function scoreWith(
	{model: {lm, tokenizer}, name, revision}: LentModel,
	{text, stride, alignedWindows, addSpecialTokens}: Params<'score'>,
	call: Call<'score'>,
): Promise<ScoreAnswer> {
	// Of the model that answers, this is done already.
	await tokenizer.prepare(text, call.signal);
	const ids = tokenizer.encode(text);
	if (ids.length === 0) throw new EngineError('bad-parameter', refuse('passage-empty'));
	const spans = tokenizer.spans(text, ids);
	const totals = await scorePassage(lm, ids, {
		begin: tokenizer.beginning.length > 0 ? withBeginning(tokenizer, [], addSpecialTokens) : undefined,
		stride,
		alignedWindows,
		signal: call.signal,
		beforeRun: call.turn,
		onProgress: (done, total) => call.emit({kind: 'progress', phase: 'passage', done, total}),
		onScored({first, scores}) {
			const tokens = Array.from(scores.rank, (rank, i): ScoredToken => {
				const top = Array.from({length: scores.k}, (_, j) => ({
					...tokenizer.token(scores.topIds[i * scores.k + j]),
					probability: Math.exp(scores.topLogProbs[i * scores.k + j]),
				}));
				const {start, end} = spans[first + i];
				return {
					...tokenizer.token(ids[first + i]),
					start,
					end,
					rank,
					logProb: scores.logProb[i],
					entropy: scores.entropy[i],
					top,
				};
			});
			call.emit({kind: 'scored', tokens, vocabSize: lm.config.vocabSize});
		},
	});

	const bits = -totals.logProb / Math.LN2;
	const characters = [...text].length;
	return {
		model: name,
		...(revision === undefined ? {} : {revision}),
		tokenCount: totals.tokens,
		logProb: totals.logProb,
		perplexity: Math.exp(-totals.logProb / totals.tokens),
		bitsPerToken: bits / totals.tokens,
		bitsPerCharacter: bits / characters,
		characters,
		windows: totals.windows,
	};
}
