import {technical} from '../../../engine/errors/refusal.ts';
import {readTable, TableError} from '../../../ui/csv/table.ts';
import type {FromReader, ToReader} from './messages.ts';

/** Reads tables beside the page, which goes on answering meanwhile. */

const tell = (message: FromReader) => self.postMessage(message);

self.addEventListener('message', ({data: {id, bytes, format, header}}: MessageEvent<ToReader>) => {
	try {
		tell({id, kind: 'table', table: readTable(bytes, format, share => tell({id, kind: 'share', share}), header)});
	} catch (error) {
		tell({id, kind: 'refused', refusals: error instanceof TableError ? error.refusals : [technical(error)]});
	}
});
