import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {extname, join, normalize} from 'node:path';

const TYPES: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.wasm': 'application/wasm',
	'.pdf': 'application/pdf',
};

const FOLDER = 'test/fixtures/pages';

export interface PagesServer {
	/** Address of a page of `test/fixtures/pages`, on `localhost` or, as another site, on `127.0.0.1`. */
	url(page: string, host?: 'localhost' | '127.0.0.1'): string;
	dispose(): Promise<void>;
}

/** Serves the pages of the fixtures, or of another folder, on this machine only. */
export const servePages = async (headers: Record<string, string> = {}, folder = FOLDER): Promise<PagesServer> => {
	const server = createServer(async (request, response) => {
		const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
		try {
			const body = await readFile(join(folder, path));
			response.writeHead(200, {'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...headers});
			response.end(body);
		} catch {
			response.writeHead(404, {'content-type': 'text/plain'}).end('No such page.');
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	return {
		url: (page, host = 'localhost') => `http://${host}:${port}/${page}`,
		async dispose() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
		},
	};
};
