import type {CausalLM, Prefix} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';
import {type Continuation, continuationOf, type GenerateHooks, type Run} from './continuation.ts';
import {createPipeline} from './pipeline.ts';
import {createStopping} from './stopping.ts';
import {beamSearch} from './strategies/beam.ts';
import {contrastiveSearch} from './strategies/contrastive.ts';
import {greedyOrSample} from './strategies/greedy-or-sample.ts';
import {speculativeDecoding} from './strategies/speculative.ts';
import {strategyOf} from './strategy.ts';
import type {Trace} from './trace.ts';
import {checkMemory, validateConfig} from './validate.ts';

/** What came of a prompt. */
export interface Generated {
	/** `numReturnSequences` of them, beams best first; fewer only where a tiny vocabulary allows no more. */
	continuations: Continuation[];
	/** How the strategy came to them; null for greedy search and sampling, which have nothing more to tell. */
	trace: Trace | null;
}

/**
 * Continue a prompt with the strategy that the parameters ask for. Prompt and continuation together stay within the
 * context. When several reasons to stop meet at one token, the first of these is told: end of text, stop string,
 * length or context, time.
 * @param prefix the prompt, read by `model`; for contrastive search with its hidden states.
 * @throws EngineError `bad-parameter` for parameters that mean nothing, `out-of-memory` for too many rows and tokens;
 * `signal.reason` when aborted.
 */
export async function generate(
	model: CausalLM,
	prefix: Prefix,
	config: GenerationConfig,
	hooks: GenerateHooks,
): Promise<Generated> {
	validateConfig(config, model.config);
	const room = Math.max(0, model.config.contextLength - prefix.ids.length);
	const now = hooks.now ?? (() => performance.now());
	const stopping = createStopping(config, model.config.eosTokenId, room, hooks.decode, now);
	checkMemory(config, model.config, stopping.budget);
	const run: Run = {model, prefix, config, hooks, stopping, pipeline: createPipeline(config, model.config)};

	if (room === 0) {
		const continuations = Array.from({length: config.numReturnSequences}, () => continuationOf([], 'context', run));
		tellFinished(continuations, hooks);
		return {continuations, trace: null};
	}

	switch (strategyOf(config)) {
		case 'greedy':
		case 'sampling':
			return {continuations: await greedyOrSample(run), trace: null};
		case 'beam':
		case 'beam-sampling':
		case 'diverse-beam': {
			const {continuations, trace} = await beamSearch(run);
			for (const [branch, {tokens}] of continuations.entries()) {
				hooks.onTokens?.(tokens.map(token => ({branch, token})));
			}
			tellFinished(continuations, hooks);
			return {continuations, trace};
		}
		case 'contrastive': {
			const {continuation, trace} = await contrastiveSearch(run);
			return {continuations: [continuation], trace};
		}
		case 'speculative': {
			const {continuation, trace} = await speculativeDecoding(run);
			return {continuations: [continuation], trace};
		}
	}
}

function tellFinished(continuations: readonly Continuation[], hooks: GenerateHooks): void {
	for (const [branch, {finishReason}] of continuations.entries()) hooks.onFinished?.(branch, finishReason);
}
