import type {Changes, Method, Prompt} from '../protocol/engine.ts';
import type {Call} from './call.ts';
import {withFiniteLogits} from './finite-logits.ts';
import {promptTokens} from './prompts.ts';

/** Whether anything is changed. */
const isChange = ({off, patch, steer}: Changes): boolean =>
	(off?.length ?? 0) > 0 || (patch?.cells.length ?? 0) > 0 || (steer !== undefined && steer.weight !== 0);

/** The call with the model that the changes make; as it is where nothing is changed. */
export async function changedCall<M extends Method>(
	changes: Changes | undefined,
	prompt: Prompt,
	call: Call<M>,
): Promise<Call<M>> {
	if (!changes || !isChange(changes)) return call;
	const {model} = call;
	const {ids, appended} = promptTokens(model, {...prompt, generated: 0});
	const {addSpecialTokens} = prompt;
	const read = {read: ids, text: ids.slice(0, ids.length - appended), addSpecialTokens};
	const {kernels, stepwise} = await call.changed.of(model, changes, read, call.signal);
	return {...call, stepwise, model: {...model, kernels, lm: withFiniteLogits(kernels)}};
}

/** A method that is answered by the model with the changes, where its question has some. */
export const changeable =
	<M extends Method, P extends {prompt: Prompt; changes?: Changes}, A>(
		answer: (params: P, call: Call<M>) => Promise<A>,
	) =>
	async (params: P, call: Call<M>): Promise<A> =>
		answer(params, await changedCall(params.changes, params.prompt, call));
