import {readTable, TableError} from '../../csv/table.ts';
import {technical} from '../../refusals/refusal.ts';
import type {FromReader, ToReader} from './messages.ts';

/** Reads tables beside the page, which goes on answering meanwhile. */

const tell = (message: FromReader) => self.postMessage(message);

self.addEventListener('message', ({data: {id, bytes, format}}: MessageEvent<ToReader>) => {
	try {
		tell({id, kind: 'table', table: readTable(bytes, format, share => tell({id, kind: 'share', share}))});
	} catch (error) {
		tell({id, kind: 'refused', refusals: error instanceof TableError ? error.refusals : [technical(error)]});
	}
});
