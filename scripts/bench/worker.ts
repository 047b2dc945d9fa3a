import type {BenchEngine, EngineName, Measured, Task} from './contract.ts';

/** A worker that opens one engine and measures it. */

export type Request = {kind: 'open'; engine: EngineName; threads: number; ids: number[]} | Task;
export type Reply = {measured: Measured} | {error: string};

/** Every WASM memory made here, caught as it is made: the runtimes keep theirs to themselves. */
const memories: WebAssembly.Memory[] = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
	constructor(descriptor: WebAssembly.MemoryDescriptor) {
		super(descriptor);
		memories.push(this);
	}
};

let engine: BenchEngine;

self.onmessage = async ({data}: MessageEvent<Request>) => {
	let reply: Reply;
	try {
		reply = {measured: await measure(data)};
	} catch (error) {
		reply = {error: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}

	self.postMessage(reply);
};

async function measure(request: Request): Promise<Measured> {
	const start = performance.now();
	switch (request.kind) {
		case 'open': {
			engine = await open(request.engine, request.threads);
			const answer = argmax(await engine.prefill(request.ids));
			return measured(performance.now() - start, answer);
		}
		case 'prefill': {
			resetTraffic();
			const answer = argmax(await engine.prefill(request.ids));
			return measured(performance.now() - start, answer);
		}
		case 'score': {
			resetTraffic();
			const {logProb} = await engine.score(request.ids, request.rows);
			const ms = performance.now() - start;
			return measured(ms, Math.exp(-Array.from(logProb).reduce((sum, value) => sum + value, 0) / logProb.length));
		}
		case 'decode': {
			const step = await engine.branches(request.prompt, request.tokens.length);
			const times: number[] = [];
			let answer = -1;
			resetTraffic();
			for (let i = 0; i < request.tokens[0].length; i++) {
				const begun = performance.now();
				const logits = await step(request.tokens.map(row => row[i]));
				times.push(performance.now() - begun);
				answer = argmax(logits.subarray(0, logits.length / request.tokens.length));
			}

			return measured(median(times), answer, times.length);
		}
	}
}

const open = async (name: EngineName, threads: number): Promise<BenchEngine> =>
	name === 'ours' ? (await import('./ours.ts')).openOurs(threads) : (await import('./stock.ts')).openStock(threads);

function resetTraffic(): void {
	engine.traffic.in = 0;
	engine.traffic.out = 0;
}

const measured = (ms: number, answer: number, steps = 1): Measured => ({
	ms,
	bytesOut: engine.traffic.out / steps,
	bytesIn: engine.traffic.in / steps,
	heapBytes: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
	answer,
});

const argmax = (values: Float32Array): number => values.indexOf(values.reduce((a, b) => Math.max(a, b)));

function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
