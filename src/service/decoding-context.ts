import type {GenerationConfig} from '../engine/generation/config.ts';
import {otherPrompt} from '../engine/generation/guided-model.ts';
import type {DecodingContext, Memory} from '../engine/generation/logits-processor.ts';
import {createPipeline} from '../engine/generation/pipeline.ts';
import {logSumExp} from '../engine/math/math.ts';
import type {Call} from './call.ts';
import type {PromptTokens} from './prompts.ts';
import type {StepwiseLogits} from './stepwise-logits.ts';

type Asking = Pick<Call<'classes' | 'find' | 'draw' | 'explain'>, 'stepwise' | 'signal' | 'model'>;

/** What the steps of the pipeline look at besides the logits after a prompt: as `generate` gives it them at this place. */
export async function decodingContext(
	{ids, generated, memory: first}: Pick<PromptTokens, 'ids' | 'generated' | 'memory'>,
	config: GenerationConfig,
	call: Asking,
): Promise<DecodingContext> {
	const [prompt, chosen] = [ids.slice(0, ids.length - generated), ids.slice(ids.length - generated)];
	const memory = await memoryAfter(prompt, chosen, first, config, call);
	return {...(await unremembered(prompt, chosen, config, call)), memory};
}

/** The same without memory. */
async function unremembered(
	prompt: readonly number[],
	generated: readonly number[],
	config: GenerationConfig,
	{stepwise, signal}: Asking,
): Promise<DecodingContext> {
	if (config.guidanceScale === 1) return {prompt, generated};
	const other = {ids: [...otherPrompt(prompt, config), ...generated], appended: generated.length};
	return {prompt, generated, against: await stepwise.logits(other, {signal})};
}

interface Learnt {
	/** Names the prompt, what was learnt before it, and the settings. */
	readonly key: string;
	readonly ids: readonly number[];
	readonly memory: Memory | undefined;
}

/** What was learnt last of each model: the next class costs one step, and a page that opens anew goes through all of them. */
const LEARNT = new WeakMap<StepwiseLogits, Learnt>();

/** What the steps have learnt from the classes chosen so far, each in the distribution that it was chosen from. @param first what they began with. */
async function memoryAfter(
	prompt: readonly number[],
	chosen: readonly number[],
	first: Memory | undefined,
	config: GenerationConfig,
	call: Asking,
): Promise<Memory | undefined> {
	const pipeline = createPipeline(config, call.model.lm.config);
	if (!pipeline.learns) return undefined;
	const key = JSON.stringify([prompt, first, config]);
	const before = LEARNT.get(call.stepwise);
	const goesOn = before?.key === key && before.ids.every((id, i) => id === chosen[i]);
	let memory = goesOn ? before.memory : first;
	for (let length = goesOn ? before.ids.length : 0; length < chosen.length; length++) {
		const generated = chosen.slice(0, length);
		const asked = {ids: [...prompt, ...generated], appended: length};
		const logits = await call.stepwise.logits(asked, {signal: call.signal});
		const context = await unremembered(prompt, generated, config, call);
		const scores = pipeline.run(logits, {...context, memory});
		memory = pipeline.accept(scores[chosen[length]] - logSumExp(scores), memory);
	}
	LEARNT.set(call.stepwise, {key, ids: chosen, memory});
	return memory;
}
