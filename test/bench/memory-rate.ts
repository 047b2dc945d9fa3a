import {fork} from 'node:child_process';
import {once} from 'node:events';

const MILLISECONDS = 400;

/**
 * How fast this machine reads so many bytes over and over with so many threads, in bytes a second. What must read its weights
 * for every token can be no faster than this lets it be.
 */
export async function memoryRate(bytes: number, threads: number): Promise<number> {
	const share = Math.ceil(bytes / threads);
	const readers = Array.from({length: threads}, () =>
		fork(new URL('./memory-reader.ts', import.meta.url), [String(share), String(MILLISECONDS)], {
			execArgv: ['--import', 'tsx'],
		}),
	);
	try {
		await Promise.all(readers.map(reader => once(reader, 'message')));
		const rates = readers.map(async reader => {
			reader.send('go');
			const [{bytes, milliseconds}] = (await once(reader, 'message')) as [{bytes: number; milliseconds: number}];
			return (bytes / milliseconds) * 1000;
		});
		return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
	} finally {
		for (const reader of readers) reader.kill();
	}
}
