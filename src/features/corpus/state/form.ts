import * as v from 'valibot';
import {CRITERIA, type ItemColumns} from '../measure/items.ts';
import {UNITS} from '../measure/rows.ts';

/** What comes out: a row a token, word, region, text, or pair of texts. */
export const OUTPUTS = [...UNITS, 'pair'] as const;
export type Output = (typeof OUTPUTS)[number];

/** The choices of columns, as they stand on the page. */
export const ROLES = [
	'text',
	'context',
	'item',
	'condition',
	'second',
	'right',
	'regionFrom',
	'regionTo',
] as const satisfies (keyof ItemColumns)[];
export type Role = (typeof ROLES)[number];

/** What a person has set on the page. Kept for the session; a file is not. */
export const Form = v.object({
	/** What the field holds: a text a line, or a table with a header. */
	kind: v.picklist(['lines', 'table']),
	text: v.string(),
	/** Whether the first row of a table names its columns; guessed where it was never said. */
	header: v.optional(v.boolean()),
	/** By role: a column's name, '' for none. What was never chosen is guessed. */
	columns: v.partial(
		v.object({
			...(Object.fromEntries(ROLES.map(role => [role, v.string()])) as Record<Role, v.StringSchema<undefined>>),
		}),
	),
	/** What of a pair is compared; its whole texts where it was never said. */
	compare: v.optional(v.picklist(CRITERIA)),
	/** Whether braces in a text mark a region. */
	marks: v.boolean(),
	output: v.picklist(OUTPUTS),
	/** Stands between a context and its text. */
	separator: v.pipe(v.string(), v.maxLength(10)),
	addSpecialTokens: v.boolean(),
});
export type Form = v.InferOutput<typeof Form>;

export const EMPTY_FORM: Form = {
	kind: 'lines',
	text: '',
	columns: {},
	marks: true,
	output: 'word',
	separator: ' ',
	addSpecialTokens: true,
};
