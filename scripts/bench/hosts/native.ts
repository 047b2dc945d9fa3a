import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {InferenceSession} from 'onnxruntime-node';
import {readModelFiles} from '../../../src/engine/checkpoint/model-files.ts';
import {openSafetensors} from '../../../src/engine/checkpoint/safetensors.ts';
import {storedWeights} from '../../../src/engine/checkpoint/stored-weights.ts';
import {readGpt2Config} from '../../../src/engine/families/gpt2/config.ts';
import {buildGpt2Graph} from '../../../src/engine/families/gpt2/graph.ts';
import {Gpt2} from '../../../src/engine/model/shared-prefix-model.ts';
import type {Feeds} from '../../../src/engine/model/tensors.ts';
import {Tokenizer} from '../../../src/engine/tokenizer/tokenizer.ts';
import {growingSession} from '../../../test/helpers/growing-session.ts';
import type {BenchEngine, Measured, Opening, Task, Traffic} from '../contract.ts';
import {ourEngine} from './our-engine.ts';

/** A process that runs our graph on the native ONNX Runtime: what WebAssembly could give at best. */

export type Request = {kind: 'open'; folder: string; opening: Opening} | Task;
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
		const {opening, folder} = request;
		engine = await openNative(folder, opening.threads, start);
		task = {kind: 'continue', mode: 'generate', prompt: opening.prompt, count: 1, steps: 2, following: []};
	} else task = request;
	const {times, answer, text} = await engine.run(task, () => {});
	return {
		times: request.kind === 'open' ? {whole: performance.now() - start} : times,
		traffic: null,
		heapBytes: null,
		answer: answer ?? null,
		text,
	};
}

async function openNative(folder: string, threads: number, openedAt: number): Promise<BenchEngine> {
	const files = await readModelFiles(name => readFile(join(folder, name)).catch(() => null));
	const config = readGpt2Config(files.config);
	const {proto, weights} = buildGpt2Graph(config, storedWeights(openSafetensors(files.weights as Uint8Array), config));
	const native = await InferenceSession.create(proto, {
		executionProviders: ['cpu'],
		graphOptimizationLevel: 'all',
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		logSeverityLevel: 3,
		externalData: weights,
	});
	const session = growingSession({
		run: async (feeds, outputs) =>
			(await native.run(feeds as InferenceSession.FeedsType, outputs as string[])) as Feeds,
		dispose: () => native.release(),
	});
	const traffic: Traffic = {out: 0, in: 0};
	return ourEngine(new Gpt2(config, session), new Tokenizer(files.tokenizer, files.tokenizerConfig), traffic, openedAt);
}
