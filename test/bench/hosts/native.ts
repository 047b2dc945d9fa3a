import {type BenchEngine, type Measured, type Opening, PATHS, type Task} from '../contract.ts';
import {openTransformers} from './transformers.ts';

/** A process that runs the stock export on the native ONNX Runtime: what a general runtime gives at best. */

export type Request = {kind: 'open'; models: string; opening: Opening} | Task;
export type Reply = {measured: Measured} | {error: string};

let engine: BenchEngine;

process.on('message', async (request: Request) => {
	let reply: Reply;
	try {
		reply = {measured: await measure(request)};
	} catch (error) {
		reply = {error: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}

	process.send!(reply);
});

async function measure(request: Request): Promise<Measured> {
	const start = performance.now();
	let task: Task;
	if (request.kind === 'open') {
		const {models, opening} = request;
		const {threads, prompt} = opening;
		engine = await openTransformers({models, repository: PATHS.stock, device: 'cpu', threads}, start);
		task = {kind: 'continue', mode: 'generate', prompt, count: 1, steps: 2, following: []};
	} else task = request;
	const {times, answer, text} = await engine.run(task);
	const whole = performance.now() - start;
	return {times: request.kind === 'open' ? {whole} : times, heapBytes: null, answer: answer ?? null, text};
}
