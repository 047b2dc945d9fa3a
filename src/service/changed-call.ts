import type {Method} from '../protocol/questions.ts';
import type {Changes} from '../protocol/values/changes.ts';
import type {Prompt} from '../protocol/values/prompt.ts';
import type {Call} from './call.ts';
import {withFiniteLogits} from './finite-logits.ts';
import {type PromptTokens, promptTokens} from './prompts.ts';

/** Whether anything is changed. */
const isChange = ({off, patch, steer}: Changes): boolean =>
	(off?.length ?? 0) > 0 || (patch?.cells.length ?? 0) > 0 || (steer !== undefined && steer.weight !== 0);

/** A prompt as a method reads it, cut where it leaves room for a continuation. */
type Reading = (prompt: Prompt) => PromptTokens;

/**
 * The call with the model that the changes make; as it is where nothing is changed.
 * @param read what the answer reads the prompt by: the changes are of the same positions.
 */
export async function changedCall<M extends Method>(
	changes: Changes | undefined,
	prompt: Prompt,
	call: Call<M>,
	read: Reading = asked => promptTokens(call.model, asked),
): Promise<Call<M>> {
	if (!changes || !isChange(changes)) return call;
	const {model} = call;
	const {kernels, stepwise} = await call.changed.of(model, changes, prompt, read, call.signal);
	return {...call, stepwise, model: {...model, kernels, lm: withFiniteLogits(kernels)}};
}

/**
 * A method that is answered by the model with the changes, where its question has some.
 * @param read how it reads a prompt; whole, unless it leaves room for a continuation.
 */
export const changeable =
	<M extends Method, P extends {prompt: Prompt; changes?: Changes}, A>(
		answer: (params: P, call: Call<M>) => Promise<A>,
		read: (model: Call<M>['model'], params: P) => PromptTokens = (model, {prompt}) => promptTokens(model, prompt),
	) =>
	async (params: P, call: Call<M>): Promise<A> =>
		answer(
			params,
			await changedCall(params.changes, params.prompt, call, prompt => read(call.model, {...params, prompt})),
		);
