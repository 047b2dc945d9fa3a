import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import {inert} from '../../ui/csv/write.ts';
import {surprisalBits, toBits} from '../../ui/tokens/log-prob.ts';
import {visibleBytes} from '../../ui/tokens/token-text.ts';
import {tokensOf, wordsIn} from '../../ui/tokens/words.ts';
import type {WordSurprise} from './words.ts';

/** Text in a cell of a table: characters that would end the cell or the row are escaped, and it is no formula. */
const cell = (text: string) =>
	inert(text.replace(/[\\\t\n\r]/g, character => ({'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'})[character]!));

const spelled = ({text, bytes}: Pick<ScoredToken, 'text' | 'bytes'>) =>
	text === undefined ? visibleBytes(bytes ?? []) : cell(text);

const COLUMNS = [
	'position',
	'token',
	'id',
	'start',
	'end',
	'rank',
	'probability',
	'log_prob_nats',
	'surprisal_bits',
	'corrected_log_prob_nats',
	'corrected_surprisal_bits',
	'word',
	'entropy_bits',
	'first_choice',
	'first_choice_probability',
	'model',
];

/**
 * One row per token, tab-separated, with a row of column names; numbers in full precision, the number of the word that the token belongs to, and
 * the model in every row. Corrected surprisals add up to that of a word.
 */
export function toTsv(text: string, tokens: readonly ScoredToken[], model: string): string {
	const words = tokensOf(text, wordsIn(text), tokens).filter(word => word.tokens.length > 0);
	const wordOf = new Map(words.flatMap((word, i) => word.tokens.map(token => [token, i + 1])));
	const rows = tokens.map((token, i) => [
		i + 1,
		spelled(token),
		token.id,
		token.start,
		token.end,
		token.rank,
		Math.exp(token.logProb),
		token.logProb,
		surprisalBits(token),
		token.corrected,
		toBits(-token.corrected),
		wordOf.get(token) ?? '',
		toBits(token.entropy),
		token.top[0] ? spelled(token.top[0]) : '',
		token.top[0]?.probability ?? '',
		cell(model),
	]);
	return [COLUMNS, ...rows].map(row => row.join('\t')).join('\n');
}

/** A passage with all its numbers, as JSON. */
export function toJson(passage: {
	text: string;
	model: string;
	vocabSize: number;
	tokens: readonly ScoredToken[];
	words: readonly WordSurprise[];
	totals: ScoreAnswer | null;
}): string {
	return `${JSON.stringify(passage, null, '\t')}\n`;
}
