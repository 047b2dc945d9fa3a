import type {BenchEngine, BrowserHost, Done, Measured, Opening, Task} from '../contract.ts';

/** A worker that opens one engine and measures it. */

export type Request = {kind: 'open'; host: BrowserHost; opening: Opening} | Task;
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
	if (request.kind === 'open') {
		const start = performance.now();
		engine = await open(request.host, request.opening, start);
		// Opened is what has given a first class.
		const {prompt} = request.opening;
		const first: Task = {kind: 'continue', mode: 'generate', prompt, count: 1, steps: 2, following: []};
		const done = await engine.run(first);
		return measured({...done, times: {whole: performance.now() - start}});
	}

	return measured(await engine.run(request));
}

async function open(host: BrowserHost, opening: Opening, start: number): Promise<BenchEngine> {
	switch (host) {
		case 'ours':
			return (await import('./ours.ts')).openOurs(opening, start);
		case 'transformers':
			return (await import('./transformers-web.ts')).openInBrowser(opening, start);
		case 'wllama':
			return (await import('./wllama.ts')).openWllama(opening, start);
	}
}

function measured({times, answer, text, logits}: Done): Measured {
	const bytes = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
	return {
		times,
		heapBytes: engine.ownsMemory ? bytes : null,
		answer: answer ?? null,
		text,
		logits,
	};
}
