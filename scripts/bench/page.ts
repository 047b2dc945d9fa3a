import type {EngineName, Measured} from './contract.ts';
import type {Reply, Request} from './worker.ts';

/** The page of the bench: one worker for each engine, asked by the script that drives the browser. */

const workers = new Map<EngineName, Worker>();

const bench = {
	isolated: self.crossOriginIsolated,
	cores: navigator.hardwareConcurrency,

	/** Start an engine in a worker of its own; the worker it had before ends. */
	async open(engine: EngineName, threads: number, ids: number[]): Promise<Measured> {
		workers.get(engine)?.terminate();
		workers.set(engine, new Worker(new URL('./worker.ts', import.meta.url), {type: 'module'}));
		return bench.ask(engine, {kind: 'open', engine, threads, ids});
	},

	ask(engine: EngineName, request: Request): Promise<Measured> {
		const worker = workers.get(engine)!;
		return new Promise((resolve, reject) => {
			worker.onmessage = ({data}: MessageEvent<Reply>) => {
				if ('error' in data) reject(new Error(`${engine}: ${data.error}`));
				else resolve(data.measured);
			};
			worker.onerror = event => reject(new Error(`${engine}: ${event.message}`));
			worker.postMessage(request);
		});
	},
};

export type Bench = typeof bench;
Object.assign(globalThis, {bench});
