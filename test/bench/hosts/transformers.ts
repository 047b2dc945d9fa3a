import {
	AutoModelForCausalLM,
	AutoTokenizer,
	BaseStreamer,
	env,
	Tensor,
	TextGenerationPipeline,
	type TextStreamer,
} from '@huggingface/transformers';
import type {BenchEngine, Done, Mode, Prompt, Task} from '../contract.ts';
import {intervals, median} from '../statistics.ts';
import {SAMPLING} from './sampling.ts';
import {scoreWithLibrary, scoreWithLoops} from './score-rows.ts';
import {timed} from './timed.ts';

const EOS = 50256;

/** Where an export is, and what runs it. */
interface Setting {
	/** Folder or address of the repositories, and the one of them. */
	models: string;
	repository: string;
	device: 'wasm' | 'cpu';
	/** Threads of the native runtime; those of the browser's are set with its environment. */
	threads?: number;
}

/** `@huggingface/transformers` with a stock int8 export of the same checkpoint. */
export async function openTransformers(
	{models, repository, device, threads}: Setting,
	openedAt: number,
): Promise<BenchEngine> {
	Object.assign(env, {
		allowRemoteModels: false,
		allowLocalModels: true,
		localModelPath: models,
		useBrowserCache: false,
		useFSCache: false,
		useWasmCache: false,
	});
	const session_options = threads ? {intraOpNumThreads: threads, interOpNumThreads: 1} : {};
	const [model, tokenizer] = await Promise.all([
		AutoModelForCausalLM.from_pretrained(repository, {device, dtype: 'q8', local_files_only: true, session_options}),
		AutoTokenizer.from_pretrained(repository, {local_files_only: true}),
	]);
	const pipe = new TextGenerationPipeline({task: 'text-generation', model, tokenizer});

	/** One run of the graph: rows of new tokens after `past` cached ones. */
	const forward = async (rows: readonly (readonly number[])[], cache: Tensors | null, past: number) => {
		const [B, s] = [rows.length, rows[0].length];
		const inputs = {
			...idsAndMask(rows, past),
			position_ids: int64(
				rows.flatMap(row => row.map((_, i) => past + i)),
				[B, s],
			),
		};
		const outputs = (await model.forward({...inputs, past_key_values: cache})) as Tensors;
		const next: Tensors = {};
		for (const [name, tensor] of Object.entries(outputs))
			if (name.startsWith('present.')) next[name.replace('present', 'past_key_values')] = tensor;
		return {logits: outputs.logits.data as Float32Array, cache: next};
	};

	async function forwardAlone(task: Extract<Task, {kind: 'continue'}>): Promise<Done> {
		const {prompt, count, following} = task;
		const start = performance.now();
		let {logits, cache} = await forward(Array<number[]>(count).fill(prompt.ids), null, 0);
		const moments = [performance.now()];
		const V = logits.length / count / prompt.ids.length;
		const last = logits.subarray((prompt.ids.length - 1) * V, prompt.ids.length * V);
		const answer = last.indexOf(last.reduce((a, b) => Math.max(a, b)));
		for (let i = 1; i < task.steps; i++) {
			const rows = Array.from({length: count}, (_, b) => [following[(i + b) % following.length]]);
			({cache} = await forward(rows, cache, prompt.ids.length + i - 1));
			moments.push(performance.now());
		}
		return timed(start, moments, answer);
	}

	/** Several continuations are as many rows of the same prompt: it knows no other way. */
	async function generate(mode: Mode, {ids, text}: Prompt, count: number, settings: object, onStep = () => {}) {
		const moments: number[] = [];
		// What it calls is `put` and `end` alone, whatever its types say.
		const streamer = new Moments(() => {
			moments.push(performance.now());
			onStep();
		}) as unknown as TextStreamer;
		if (mode === 'pipeline') {
			// Nothing of it is special: a prompt of N tokens has N tokens.
			await pipe(count === 1 ? text : Array<string>(count).fill(text), {
				...settings,
				streamer,
				add_special_tokens: false,
			});
			return {moments, ids: []};
		}

		const inputs = idsAndMask(Array<number[]>(count).fill(ids), 0);
		const output = (await model.generate({...inputs, ...settings, streamer})) as Tensor;
		return {moments, ids: (output.tolist() as bigint[][])[0].slice(ids.length).map(Number)};
	}

	const sampled = (steps: number) => ({
		do_sample: true,
		top_k: SAMPLING.topK,
		temperature: SAMPLING.temperature,
		max_new_tokens: steps,
		min_new_tokens: steps,
	});

	return {
		ownsMemory: true,
		async run(task) {
			const start = performance.now();
			switch (task.kind) {
				case 'continue': {
					if (task.mode === 'forward') return forwardAlone(task);
					const {mode, prompt, count, steps} = task;
					return timed(start, (await generate(mode, prompt, count, sampled(steps))).moments);
				}
				case 'append': {
					const moments = [performance.now()];
					for (const longer of task.longer) {
						await generate('generate', longer, 1, sampled(1));
						moments.push(performance.now());
					}
					return {times: {whole: performance.now() - start, step: median(intervals(moments))}};
				}
				case 'score': {
					const {logits} = await forward([[EOS, ...task.ids.slice(0, -1)]], null, 0);
					const {logProb} = (task.mode === 'library' ? scoreWithLibrary : scoreWithLoops)(logits, task.ids);
					const whole = performance.now() - start;
					const sum = Array.from(logProb).reduce((total, value) => total + value, 0);
					return {times: {whole}, answer: Math.exp(-sum / task.ids.length)};
				}
				case 'seconds': {
					const tokens: number[] = [];
					const onStep = () => tokens.push(performance.now() - openedAt);
					while (performance.now() - openedAt < task.milliseconds)
						await generate('generate', task.prompt, 1, sampled(64), onStep);
					return {times: {whole: performance.now() - openedAt, tokens}};
				}
				case 'greedy': {
					const {ids} = await generate('generate', task.prompt, 1, {max_new_tokens: task.steps});
					return {times: {whole: performance.now() - start}, text: tokenizer.decode(ids)};
				}
				case 'beams':
				case 'logits':
					throw new Error(`transformers.js is not asked for ${task.kind}.`);
			}
		},
	};
}

/** Told of the prompt, then of every token. */
class Moments extends BaseStreamer {
	readonly #onStep: () => void;
	#prompt = true;

	constructor(onStep: () => void) {
		super();
		this.#onStep = onStep;
	}

	override put(): void {
		if (this.#prompt) this.#prompt = false;
		else this.#onStep();
	}

	override end(): void {}
}

type Tensors = Record<string, Tensor>;

const int64 = (values: readonly number[], dims: number[]) =>
	new Tensor('int64', BigInt64Array.from(values, BigInt), dims);

const idsAndMask = (rows: readonly (readonly number[])[], past: number) => {
	const [B, s] = [rows.length, rows[0].length];
	return {
		input_ids: int64(rows.flat(), [B, s]),
		attention_mask: int64(Array<number>(B * (past + s)).fill(1), [B, past + s]),
	};
};
