import type {WindowScores} from '../../engine/model/causal-lm.ts';
import type {Span, Tokenizer} from '../../engine/tokenizer/tokenizer.ts';

/** A token of a text with what a row of its scores says of it. Logarithms are natural, the entropy in nats. */
export const scoredToken = (
	tokenizer: Tokenizer,
	id: number,
	{start, end}: Span,
	{rank, logProb, entropy}: Pick<WindowScores, 'rank' | 'logProb' | 'entropy'>,
	row: number,
) => ({
	...tokenizer.token(id),
	start,
	end,
	rank: rank[row],
	logProb: logProb[row],
	entropy: entropy[row],
});
