import type {CausalLM} from '../../src/engine/model/causal-lm.ts';
import {KernelModel} from '../../src/engine/model/kernel-model.ts';

/** Nothing that was read before is of use any more: the model is as good as fresh. */
export async function forgetPrompts(lm: CausalLM): Promise<void> {
	if (lm instanceof KernelModel) return lm.forget();
	for (const id of [1, 2]) await lm.prefill(Array(lm.config.contextLength).fill(id));
}
