import {configWith, type GenerationConfig} from '../../../src/engine/generation/config.ts';
import {generate} from '../../../src/engine/generation/generate.ts';
import {planGeneration} from '../../../src/engine/generation/plan.ts';
import {argmax} from '../../../src/engine/math/math.ts';
import type {Branches, CausalLM} from '../../../src/engine/model/causal-lm.ts';
import {NEUTRAL_GENERATION} from '../../../src/engine/parameters/registry.ts';
import {scorePassage} from '../../../src/engine/scoring/passage.ts';
import {wordClasses} from '../../../src/engine/scoring/words.ts';
import type {Tokenizer} from '../../../src/engine/tokenizer/tokenizer.ts';
import {StepwiseLogits} from '../../../src/service/stepwise-logits.ts';
import type {BenchEngine, Done, Prompt, Task} from '../contract.ts';
import {intervals, median} from '../statistics.ts';
import {SAMPLING} from './sampling.ts';
import {timed} from './timed.ts';

/**
 * This project's engine at the tasks of the bench.
 * @param openedAt when it began to open, on `performance.now`'s clock.
 */
export function ourEngine(lm: CausalLM, tokenizer: Tokenizer, openedAt: number): BenchEngine {
	const decode = (ids: readonly number[]) => tokenizer.decode(ids);

	/** Continue a prompt as the extension does. @returns when the tokens of every step were there, and the text. */
	async function continued({ids}: Prompt, settings: Partial<GenerationConfig>, onStep = () => {}) {
		const plan = planGeneration({...configWith(NEUTRAL_GENERATION), ...settings}, lm.config);
		const prefix = await lm.prefill(ids);
		const moments: number[] = [];
		const step = () => {
			moments.push(performance.now());
			onStep();
		};
		const {continuations} = await generate(lm, prefix, plan, {
			decode,
			onTokens: settings.numBeams ? undefined : step,
			onHypotheses: step,
		});
		return {moments, ids: continuations[0].ids};
	}

	const sampled = (count: number, steps: number) => ({
		doSample: true,
		topK: SAMPLING.topK,
		temperature: SAMPLING.temperature,
		numReturnSequences: count,
		maxNewTokens: steps,
		minNewTokens: steps,
	});

	async function forward(task: Extract<Task, {kind: 'continue'}>): Promise<Done> {
		const start = performance.now();
		const prefix = await lm.prefill(task.prompt.ids);
		const moments = [performance.now()];
		let branches: Branches | null = null;
		for (let i = 1; i < task.steps; i++) {
			const tokens = Array.from({length: task.count}, (_, b) => [task.following[(i + b) % task.following.length]]);
			({branches} = await lm.extend(prefix, branches, tokens));
			moments.push(performance.now());
		}
		return timed(start, moments, argmax(prefix.logits));
	}

	return {
		ownsMemory: true,
		async run(task) {
			const start = performance.now();
			switch (task.kind) {
				case 'continue': {
					if (task.mode === 'forward') return forward(task);
					const {moments} = await continued(task.prompt, sampled(task.count, task.steps));
					return timed(start, moments);
				}
				case 'beams': {
					const settings = {numBeams: task.beams, maxNewTokens: task.steps, minNewTokens: task.steps};
					return timed(start, (await continued(task.prompt, settings)).moments);
				}
				case 'append': {
					const stepwise = new StepwiseLogits(lm);
					const begun = task.prompt.ids.length;
					const logits = ({ids}: Prompt) => stepwise.logits({ids, appended: ids.length - begun}, {});
					await logits(task.prompt);
					const moments = [performance.now()];
					for (const longer of task.longer) {
						await logits(longer);
						moments.push(performance.now());
					}
					return {times: {whole: performance.now() - start, step: median(intervals(moments))}};
				}
				case 'score': {
					// With what words begin with, as the extension asks for it.
					const mask = wordClasses(tokenizer).begins;
					const {logProb, tokens} = await scorePassage(lm, task.ids, {mask, onScored() {}});
					return {times: {whole: performance.now() - start}, answer: Math.exp(-logProb / tokens)};
				}
				case 'seconds': {
					const moments: number[] = [];
					const onStep = () => moments.push(performance.now() - openedAt);
					while (performance.now() - openedAt < task.milliseconds) await continued(task.prompt, sampled(1, 64), onStep);
					return {times: {whole: performance.now() - openedAt, tokens: moments}};
				}
				case 'logits':
					return {times: {whole: 0}, logits: Array.from(await lastLogits(lm, task.ids, task.appended))};
				case 'greedy': {
					const {ids} = await continued(task.prompt, {maxNewTokens: task.steps});
					return {times: {whole: performance.now() - start}, text: decode(ids)};
				}
			}
		},
	};
}

/** The logits after a text whose last tokens are appended one by one. */
async function lastLogits(lm: CausalLM, ids: readonly number[], appended: number): Promise<Float32Array> {
	const begun = ids.length - appended;
	const prefix = await lm.prefill(ids.slice(0, begun));
	let {logits} = prefix;
	let branches: Branches | null = null;
	for (const id of ids.slice(begun)) ({branches, logits} = await lm.extend(prefix, branches, [[id]]));
	return logits;
}
