import type {CausalLM, Prefix} from '../model/causal-lm.ts';
import {endsOf} from './config.ts';
import {continuationOf, type Decoding, type GenerateHooks, reportFinished} from './continuation.ts';
import type {Plan} from './plan.ts';
import {createStopping} from './stopping.ts';
import type {Generated} from './strategies/strategy.ts';

/**
 * Continue a prompt with the strategy that the parameters ask for. Prompt and continuation together stay within the
 * context. When several reasons to stop meet at one token, the first of these is reported: end of text, stop
 * string, length or context, time.
 * @param prefix the prompt, read by `model`; with its hidden states where the strategy needs them.
 * @param plan made for this model.
 * @throws EngineError `bad-parameter` when something that the strategy needs is missing; `signal.reason` when aborted.
 */
export async function generate(
	model: CausalLM,
	prefix: Prefix,
	{config, strategy, pipeline}: Plan,
	hooks: GenerateHooks,
): Promise<Generated> {
	const room = Math.max(0, model.config.contextLength - prefix.ids.length);
	const now = hooks.now ?? (() => performance.now());
	const stopping = createStopping(config, endsOf(config, model.config), room, hooks.decode, now);
	const decoding: Decoding = {model, prefix, config, hooks, stopping, pipeline};
	if (room > 0) return strategy.decode(decoding);

	const continuations = Array.from({length: config.numReturnSequences}, () => continuationOf([], 'context', decoding));
	reportFinished(continuations, hooks);
	return {continuations, trace: null};
}
