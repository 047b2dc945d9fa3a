import type {ClassRow} from '../../../protocol/values/token.ts';
import {toCsv} from '../../../ui/csv/write.ts';
import {visibleBytes} from '../../../ui/tokens/token-text.ts';

const HEAD = [
	'rank',
	'token_id',
	'token',
	'logit',
	'probability',
	'rank_with_settings',
	'probability_with_settings',
	'kept',
	'model',
	'bias',
	'probability_without_biases',
];

/**
 * A token as a JSON string, so that its spaces and line breaks can be told apart. It starts with a quote, so that a
 * spreadsheet takes no token for a formula.
 */
const tokenText = ({text, bytes}: ClassRow) => JSON.stringify(text ?? visibleBytes(bytes ?? []));

/** The classes as comma-separated values, one a line, with all the digits there are, and the model that gave them. */
export const classesCsv = (rows: readonly ClassRow[], model: string): string =>
	`${toCsv([
		HEAD,
		...rows.map(row => [
			row.rank,
			row.id,
			tokenText(row),
			row.logit,
			row.probability,
			row.samplingRank,
			row.samplingProbability,
			row.kept,
			model,
			row.push?.bias ?? 0,
			row.push?.before ?? row.samplingProbability,
		]),
	])}\r\n`;
