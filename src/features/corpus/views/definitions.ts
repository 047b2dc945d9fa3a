import {type PlainKey, t} from '../../../client/browser/i18n.ts';
import type {Output} from '../state/form.ts';

/** What a column of the table means, in a sentence. */
export function definitionOf(column: string, output: Output): string {
	if (column === output) return t('desk_column_unit', {unit: t(`desk_output_${output}`)});
	const key = `desk_column_${column}` as PlainKey;
	const told = t(key);
	// What else the table has is the person's own.
	return told === key ? t('desk_column_carried') : told;
}
