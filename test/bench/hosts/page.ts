import type {BrowserHost, Measured, Opening} from '../contract.ts';
import type {Reply, Request} from './worker.ts';

/** The page of the bench: one worker with one engine, asked by the script that drives the browser. */

let worker: Worker;

const bench = {
	isolated: self.crossOriginIsolated,
	cores: navigator.hardwareConcurrency,

	open(host: BrowserHost, opening: Opening): Promise<Measured> {
		worker = new Worker(new URL('./worker.ts', import.meta.url), {type: 'module'});
		return bench.ask({kind: 'open', host, opening});
	},

	ask(request: Request): Promise<Measured> {
		return new Promise((resolve, reject) => {
			worker.onmessage = ({data}: MessageEvent<Reply>) => {
				if ('error' in data) reject(new Error(data.error));
				else resolve(data.measured);
			};
			worker.onerror = event => reject(new Error(event.message || 'The worker could not be started.'));
			worker.postMessage(request);
		});
	},
};

export type Bench = typeof bench;
Object.assign(globalThis, {bench});
