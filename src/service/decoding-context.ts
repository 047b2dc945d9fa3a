import type {GenerationConfig} from '../engine/generation/config.ts';
import {otherPrompt} from '../engine/generation/guided-model.ts';
import type {DecodingContext} from '../engine/generation/logits-processor.ts';
import type {Call} from './call.ts';
import type {PromptTokens} from './prompts.ts';

/** What the steps of the pipeline look at besides the logits after a prompt: as `generate` gives it them at this place. */
export async function decodingContext(
	{ids, generated}: Pick<PromptTokens, 'ids' | 'generated'>,
	config: GenerationConfig,
	call: Pick<Call<'classes' | 'find' | 'draw' | 'explain'>, 'stepwise' | 'signal'>,
): Promise<DecodingContext> {
	const [prompt, chosen] = [ids.slice(0, ids.length - generated), ids.slice(ids.length - generated)];
	if (config.guidanceScale === 1) return {prompt, generated: chosen};
	const other = {ids: [...otherPrompt(prompt, config), ...chosen], appended: generated, dropped: 0};
	const against = await call.stepwise.logits(other, {signal: call.signal});
	return {prompt, generated: chosen, against};
}
