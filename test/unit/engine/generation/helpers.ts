import {configWith, endsOf, type GenerationConfig} from '../../../../src/engine/generation/config.ts';
import type {Decoding, GenerateHooks} from '../../../../src/engine/generation/continuation.ts';
import {generate} from '../../../../src/engine/generation/generate.ts';
import type {DecodingContext, LogitsProcessor} from '../../../../src/engine/generation/logits-processor.ts';
import {createPipeline} from '../../../../src/engine/generation/pipeline.ts';
import {planGeneration} from '../../../../src/engine/generation/plan.ts';
import {createStopping} from '../../../../src/engine/generation/stopping.ts';
import {softmax} from '../../../../src/engine/math/math.ts';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';

export const EMPTY: DecodingContext = {prompt: [], generated: []};

export const configOf = (changes: Partial<GenerationConfig>): GenerationConfig => ({
	...configWith(NEUTRAL_GENERATION),
	...changes,
});

/** Logits of a distribution given as probabilities. */
export const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);

/** Scores after one stage; the argument stays as it is. */
export function applied(stage: LogitsProcessor, scores: Float32Array, context = EMPTY): Float32Array {
	const result = scores.slice();
	stage.apply(result, context);
	return result;
}

/** Ids of the classes that are not removed. */
export const keptIds = (scores: Float32Array) => [...scores.keys()].filter(id => scores[id] !== -Infinity);

/** Probabilities after one stage, rounded to six places. */
export const probabilitiesAfter = (stage: LogitsProcessor, scores: Float32Array, context = EMPTY) =>
	Array.from(softmax(applied(stage, scores, context)), p => Math.round(p * 1e6) / 1e6);

/** Token 0 is `a`, token 1 is `b`, ... */
export const decode = (ids: readonly number[]) => ids.map(id => String.fromCharCode(97 + id)).join('');

/** A prompt of any tokens; which ones is of no interest. */
export const PROMPT = [1, 2, 3];

/** Reads the prompt and continues it. */
export async function continued(
	model: CausalLM,
	changes: Partial<GenerationConfig>,
	hooks: Partial<GenerateHooks> = {},
	prompt = PROMPT,
) {
	const plan = planGeneration(configOf(changes), model.config);
	const prefix = await model.prefill(prompt);
	return generate(model, prefix, plan, {decode, ...hooks});
}

/** What a strategy is handed, for tests that call one by itself. */
export async function decodingOf(
	model: CausalLM,
	changes: Partial<GenerationConfig>,
	prompt = PROMPT,
): Promise<Decoding> {
	const config = configOf(changes);
	const room = model.config.contextLength - prompt.length;
	return {
		model,
		prefix: await model.prefill(prompt),
		config,
		pipeline: createPipeline(config, model.config),
		stopping: createStopping(config, endsOf(config, model.config), room, decode, () => 0),
		hooks: {decode},
	};
}

/** Limit that a true hypothesis exceeds once in a thousand times (Wilson and Hilferty's approximation). */
export function chiSquaredLimit(degrees: number): number {
	const spread = 2 / (9 * degrees);
	return degrees * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

/** Pearson's statistic of counts against what was expected. */
export const chiSquared = (counts: readonly number[], expected: readonly number[]) =>
	counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
