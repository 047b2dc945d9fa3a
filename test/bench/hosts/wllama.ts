import {LoggerWithoutDebug, type RawCompletionChunk, type RawCompletionResponse, Wllama} from '@wllama/wllama';
import {type BenchEngine, type Opening, PATHS, type Prompt, type Task} from '../contract.ts';
import {intervals, median} from '../statistics.ts';
import {SAMPLING} from './sampling.ts';

const CONTEXT = 1024;
/** What a slot is given beyond its prompt and its continuation. */
const SPARE_TOKENS = 32;
/** Added to a logit, leaves a class no probability. */
const NEVER = -100;

/** llama.cpp in WebAssembly, with the same checkpoint as GGUF in Q8_0, on the processor alone. */
export async function openWllama({threads, textless}: Opening, openedAt: number): Promise<BenchEngine> {
	const model = await (await fetch(PATHS.gguf)).blob();
	const open = async (slots: number, tokens: number) => {
		const wllama = new Wllama(
			{default: new URL(PATHS.wllama, self.location.origin).href},
			{suppressNativeLog: true, logger: LoggerWithoutDebug},
		);
		// Chromium needs no other build of it, and none may come from a CDN.
		wllama.setCompat(null);
		await wllama.loadModel([model], {
			n_threads: threads,
			n_gpu_layers: 0,
			// The slots share one cache.
			n_ctx: Math.max(CONTEXT, slots * tokens),
			n_parallel: slots,
		});
		return wllama;
	};
	let opened = {wllama: await open(1, CONTEXT), slots: 1};
	/** Slots are fixed when a model is opened, and take memory, so there are no more than a task needs. */
	const withSlots = async (slots: number, tokens: number) => {
		if (opened.slots === slots) return opened.wllama;
		await opened.wllama.exit();
		opened = {wllama: await open(slots, tokens), slots};
		return opened.wllama;
	};

	// It cannot hand over a text that is no UTF-8, which random weights would make: the whole answer is lost then.
	const always = {
		ignore_eos: true,
		// Its types ask for a list and a record at once.
		logit_bias: Object.fromEntries(textless.map(id => [id, NEVER])) as never,
	};
	const complete = async (wllama: Wllama, {text}: Prompt, settings: object): Promise<RawCompletionResponse> => {
		const options = {prompt: text, stream: false as const, cache_prompt: false, ...always, ...settings};
		return wllama.createCompletion(options);
	};
	const sampled = {temperature: SAMPLING.temperature, top_k: SAMPLING.topK, top_p: 1, min_p: 0};

	return {
		ownsMemory: false,
		async run(task: Task) {
			const wllama = await (task.kind === 'continue'
				? withSlots(task.count, task.prompt.ids.length + task.steps + SPARE_TOKENS)
				: withSlots(1, CONTEXT));
			const start = performance.now();
			const whole = () => performance.now() - start;
			switch (task.kind) {
				case 'continue': {
					const {prompt, count, steps} = task;
					const all = await Promise.all(
						Array.from({length: count}, (_, seed) => complete(wllama, prompt, {...sampled, seed, max_tokens: steps})),
					);
					const timings = all.map(({timings, usage}) => {
						if (!timings) throw new Error('wllama gave no timings.');
						checkLength(usage.prompt_tokens, prompt);
						return timings;
					});
					// While others still read their prompt, the first of them already go on: the last to begin is never held up so.
					const step = Math.min(...timings.map(({predicted_ms, predicted_n}) => predicted_ms / (predicted_n - 1)));
					return {times: {whole: whole(), first: Math.max(...timings.map(({prompt_ms}) => prompt_ms)), step}};
				}
				case 'append': {
					await complete(wllama, task.prompt, {max_tokens: 1, cache_prompt: true});
					const moments = [performance.now()];
					for (const longer of task.longer) {
						await complete(wllama, longer, {max_tokens: 1, cache_prompt: true});
						moments.push(performance.now());
					}
					return {times: {whole: whole(), step: median(intervals(moments))}};
				}
				case 'seconds': {
					const tokens: number[] = [];
					const since = () => performance.now() - openedAt;
					while (since() < task.milliseconds) {
						let seen = 0;
						const options = {
							prompt: task.prompt.text,
							max_tokens: 64,
							cache_prompt: true,
							timings_per_token: true,
							...always,
							...sampled,
							stream: true as const,
							// A token that ends within a character is told of together with the next.
							onData({timings}: RawCompletionChunk) {
								const until = timings?.predicted_n ?? seen + 1;
								for (; seen < until; seen++) tokens.push(since());
							},
						};
						await wllama.createCompletion(options);
					}
					return {times: {whole: since(), tokens}};
				}
				case 'greedy': {
					const response = await complete(wllama, task.prompt, {max_tokens: task.steps, temperature: 0});
					return {times: {whole: whole()}, text: response.choices[0].text};
				}
				case 'score':
				case 'logits':
				case 'beams':
					throw new Error(`wllama cannot do this: ${task.kind}.`);
			}
		},
	};
}

function checkLength(read: number, {ids}: Prompt): void {
	if (read !== ids.length) throw new Error(`wllama read ${read} tokens where there are ${ids.length}.`);
}
