import type {ReplayAnswer, TokenizeAnswer} from '../../protocol/questions/tokenize.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call} from '../call.ts';

/** The tokens of a text, and the words that none of them reaches over. */
export function answerTokenize({text}: Params<'tokenize'>, call: Call<'tokenize'>): TokenizeAnswer {
	const {tokenizer, lm} = call.model;
	const ids = tokenizer.encode(text);
	const spans = tokenizer.spans(text, ids);
	let first = 0;
	const words = tokenizer.words(text).map(({start, end}) => {
		const begin = first;
		while (first < spans.length && spans[first].end <= end) first++;
		return {start, end, first: begin, count: first - begin};
	});
	return {
		beginning: tokenizer.beginning.map(id => tokenizer.promptToken(id)),
		tokens: ids.map((id, i) => ({...tokenizer.token(id), ...spans[i]})),
		words,
		vocabSize: lm.config.vocabSize,
	};
}

/** The merges that made the tokens of one word. */
export function answerReplay({word}: Params<'replay'>, call: Call<'replay'>): ReplayAnswer {
	const {tokenizer} = call.model;
	const {start, steps} = tokenizer.replay(word);
	const token = (id: number) => tokenizer.token(id);
	return {
		start: start.map(token),
		merges: tokenizer.mergeCount,
		steps: steps.map(({left, right, merged, rank, ids}) => ({
			left: token(left),
			right: token(right),
			merged: token(merged),
			rank,
			tokens: ids.map(token),
		})),
	};
}
