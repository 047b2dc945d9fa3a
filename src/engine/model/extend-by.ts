import type {Branches, CausalLM, Prefix, RunOptions, Step} from './causal-lm.ts';
import {CHUNK} from './chunks.ts';

/**
 * Append any number of tokens to one branch, chunk by chunk, so that it takes bounded memory and can be cancelled.
 * @param ids at least one.
 * @returns the last step, with the logits after the last of them.
 */
export async function extendBy(
	lm: CausalLM,
	prefix: Prefix,
	branches: Branches | null,
	ids: readonly number[],
	options: Pick<RunOptions, 'signal'> = {},
): Promise<Step> {
	let step = await lm.extend(prefix, branches, [ids.slice(0, CHUNK)], options);
	for (let done = CHUNK; done < ids.length; done += CHUNK)
		step = await lm.extend(prefix, step.branches, [ids.slice(done, done + CHUNK)], options);
	return step;
}
