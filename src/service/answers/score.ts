import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {scorePassage} from '../../engine/scoring/passage.ts';
import {WordBorders, wordClasses} from '../../engine/scoring/words.ts';
import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call, LentModel} from '../call.ts';
import {changedCall} from '../changed-call.ts';
import {withBeginning} from '../prompts.ts';
import {withModel} from '../which-model.ts';
import {scoredToken} from './scored-token.ts';

/** Every token of a passage, classified from the text before it. Tokens are streamed, totals answered. */
export async function answerScore(params: Params<'score'>, call: Call<'score'>): Promise<ScoreAnswer> {
	const {text, changes, addSpecialTokens, model = 'main'} = params;
	if (changes && model !== 'main') throw new EngineError('bad-parameter', refuse('changed-other-model'));
	const changed = await changedCall(changes, {text, appended: [], addSpecialTokens}, call);
	return withModel(changed.model, model, opened => scoreWith(opened, params, call));
}

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
	const words = wordClasses(tokenizer);
	// A token is whole when it is known what comes after it.
	const borders = new WordBorders<Omit<ScoredToken, 'corrected'>>(words);
	let corrected = 0;
	const emit = (whole: readonly (ScoredToken | null)[]) => {
		const tokens = whole.filter(token => token !== null);
		for (const token of tokens) corrected += token.corrected;
		if (tokens.length > 0) call.emit({kind: 'scored', tokens, vocabSize: lm.config.vocabSize});
	};
	const totals = await scorePassage(lm, ids, {
		begin: tokenizer.beginning.length > 0 ? withBeginning(tokenizer, [], addSpecialTokens) : undefined,
		stride,
		alignedWindows,
		mask: words.begins,
		signal: call.signal,
		beforeRun: call.turn,
		onProgress: (done, total) => call.emit({kind: 'progress', phase: 'passage', done, total}),
		onScored({first, scores}) {
			// A model without a beginning classifies no first token.
			if (first === 1) borders.after(ids[0]);
			const tokens = Array.from(scores.rank, (_, i) => {
				const top = Array.from({length: scores.k}, (_, j) => ({
					...tokenizer.token(scores.topIds[i * scores.k + j]),
					probability: Math.exp(scores.topLogProbs[i * scores.k + j]),
				}));
				const token = {...scoredToken(tokenizer, ids[first + i], spans[first + i], scores, i), top};
				return borders.next(token, scores.mass![i]);
			});
			emit(tokens);
		},
	});
	emit([borders.end(totals.massAfter!)]);

	const bits = -totals.logProb / Math.LN2;
	const characters = [...text].length;
	return {
		model: name,
		...(revision === undefined ? {} : {revision}),
		tokenCount: totals.tokens,
		logProb: totals.logProb,
		corrected,
		perplexity: Math.exp(-totals.logProb / totals.tokens),
		bitsPerToken: bits / totals.tokens,
		bitsPerCharacter: bits / characters,
		characters,
		windows: totals.windows,
	};
}
