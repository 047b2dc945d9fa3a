import type {CausalLM} from '../../src/engine/model/causal-lm.ts';

/** Read so many other prompts that no cached row is left: the model is as good as fresh. */
export async function forgetPrompts(lm: CausalLM): Promise<void> {
	for (const id of [1, 2]) await lm.prefill(Array(lm.config.contextLength).fill(id));
}
