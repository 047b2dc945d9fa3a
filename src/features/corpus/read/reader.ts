import {technical} from '../../../engine/errors/refusal.ts';
import {type Table, TableError, type TableFormat} from '../../../ui/csv/table.ts';
import type {FromReader, ToReader} from './messages.ts';

/**
 * Reads a table.
 * @throws TableError for one that cannot be read.
 */
export type ReadTable = (
	bytes: Uint8Array,
	format: TableFormat,
	onRead: (share: number) => void,
	header?: boolean,
) => Promise<Table>;

/** A worker that reads tables, started when the first is read. A new one ends what was being read: only the last counts. */
export function createReader(): ReadTable {
	let worker: Worker | null = null;
	let asked = 0;
	let isBusy = false;
	return (bytes, format, onRead, header) =>
		new Promise((resolve, reject) => {
			if (isBusy) worker?.terminate();
			if (isBusy || !worker)
				worker = new Worker(new URL('./worker.ts', import.meta.url), {type: 'module', name: 'reader'});
			isBusy = true;
			const id = ++asked;
			worker.onmessage = ({data}: MessageEvent<FromReader>) => {
				if (data.id !== id) return;
				if (data.kind === 'share') return onRead(data.share);
				isBusy = false;
				if (data.kind === 'table') resolve(data.table);
				else reject(new TableError(data.refusals));
			};
			worker.onerror = event => {
				worker = null;
				isBusy = false;
				reject(new TableError(technical(event.message)));
			};
			worker.postMessage({id, bytes, format, header} satisfies ToReader);
		});
}
