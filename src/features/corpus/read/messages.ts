import type {Refusal} from '../../../engine/errors/refusal.ts';
import type {Table, TableFormat} from '../../../ui/csv/table.ts';

/** Between the page and the worker that reads its tables. */

export interface ToReader {
	id: number;
	bytes: Uint8Array;
	format: TableFormat;
	header: boolean | undefined;
}

export type FromReader = {id: number} & (
	| {kind: 'share'; share: number}
	| {kind: 'table'; table: Table}
	| {kind: 'refused'; refusals: readonly Refusal[]}
);
