import type {ClassRow} from '../../../../protocol/engine.ts';
import {visibleBytes} from '../../../../ui/tokens/token-text.ts';

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
];

/** As RFC 4180 has it: in quotes, with quotes doubled. */
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/**
 * A token as a JSON string, so that its spaces and line breaks can be told apart. It starts with a quote, so that a
 * spreadsheet takes no token for a formula.
 */
const tokenText = ({text, bytes}: ClassRow) => JSON.stringify(text ?? visibleBytes(bytes ?? []));

/** The classes as comma-separated values, one a line, with all the digits there are, and the model that gave them. */
export const toCsv = (rows: readonly ClassRow[], model: string): string =>
	[
		HEAD.join(','),
		...rows.map(row =>
			[
				row.rank,
				row.id,
				quoted(tokenText(row)),
				row.logit,
				row.probability,
				row.samplingRank,
				row.samplingProbability,
				row.kept,
				quoted(model),
			].join(','),
		),
		'',
	].join('\r\n');
