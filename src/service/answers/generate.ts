import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {endsOf} from '../../engine/generation/config.ts';
import type {Continuation as EngineContinuation, TokenChoice} from '../../engine/generation/continuation.ts';
import type {HeldForm} from '../../engine/generation/form/held.ts';
import {generate} from '../../engine/generation/generate.ts';
import {guidedModel} from '../../engine/generation/guided-model.ts';
import {planGeneration} from '../../engine/generation/plan.ts';
import type {Trace as EngineTrace} from '../../engine/generation/trace.ts';
import type {OpenModel} from '../../engine/open-model.ts';
import type {Tokenizer} from '../../engine/tokenizer/tokenizer.ts';
import type {Continuation, GenerateAnswer, GeneratedToken, Trace} from '../../protocol/questions/generate.ts';
import type {Params} from '../../protocol/questions.ts';
import type {FormPlace} from '../../protocol/values/token.ts';
import {type Call, type LentModel, promptRun, type ServedModel} from '../call.ts';
import {engineConfig} from '../engine-config.ts';
import {appendedBefore, type PromptTokens, promptTokens} from '../prompts.ts';
import {withProbability} from './class-rows.ts';
import {formPlace} from './form-standing.ts';

/** The prompt as a run of its own reads it: what was drawn before is prompt. */
export const promptOfRun = (
	model: OpenModel,
	{prompt, generation}: Pick<Params<'generate'>, 'prompt' | 'generation'>,
) => promptTokens(model, {...prompt, generated: 0}, generation.maxNewTokens);

/** Continuations of a prompt, streamed token by token. */
export async function answerGenerate(
	{prompt, generation}: Params<'generate'>,
	call: Call<'generate'>,
): Promise<GenerateAnswer> {
	const {model} = call;
	const tokens = promptOfRun(model, {prompt, generation});
	const plan = planGeneration(engineConfig(generation, model.tokenizer, appendedBefore(tokens)), model.lm.config);
	const run = (draft: LentModel | null) => continueWith(tokens, plan, draft, call);
	if (!plan.strategy.needsAssistant?.(plan.config)) return run(null);
	return model.draft(draft => run(checkedDraft(model, draft)), tokens.ids.length);
}

async function continueWith(
	tokens: PromptTokens,
	plan: ReturnType<typeof planGeneration>,
	draft: LentModel | null,
	call: Call<'generate'>,
): Promise<GenerateAnswer> {
	const {signal, emit} = call;
	const {lm, tokenizer} = call.model;
	const guided = guidedModel(lm, plan.config);
	const prefix = await guided.prefill(tokens.ids, promptRun(call));
	const drafting = draft && guidedModel(draft.model.lm, plan.config);
	const assistant = drafting && {model: drafting, prefix: await drafting.prefill(tokens.ids, {signal})};

	const placeAfter = placesOf(plan.config.heldTo, endsOf(plan.config, lm.config));
	const start = performance.now();
	const {continuations, trace} = await generate(guided, prefix, plan, {
		signal,
		decode: ids => tokenizer.decode(ids),
		assistant: assistant ?? undefined,
		memory: tokens.memory,
		onTokens: chosen =>
			emit({
				kind: 'tokens',
				tokens: chosen.map(({branch, token}) => ({
					branch,
					token: generatedToken(tokenizer, token),
					...placeAfter(branch, token.id),
				})),
			}),
		onFinished: (branch, reason) => emit({kind: 'finished', branch, reason}),
		onHypotheses: (step, alive) =>
			emit({kind: 'hypotheses', step, hypotheses: alive.map(({ids, score}) => ({text: tokenizer.decode(ids), score}))}),
	});
	return {
		continuations: continuations.map(one => continuation(tokenizer, one, plan.config.heldTo)),
		dropped: tokens.dropped,
		trace: trace && namedTrace(tokenizer, trace, draft?.name ?? null),
		decodeMilliseconds: performance.now() - start,
	};
}

/** The draft model. @throws EngineError `bad-parameter` when its tokens are others than the model's. */
function checkedDraft({id, tokenizer}: ServedModel, opened: LentModel): LentModel {
	if (opened.model.tokenizer.hasTokensOf(tokenizer)) return opened;
	throw new EngineError('bad-parameter', refuse('draft-tokenizer', {draft: opened.name, model: id}));
}

const generatedToken = (tokenizer: Tokenizer, {id, top, ...numbers}: TokenChoice): GeneratedToken => ({
	...tokenizer.token(id),
	...numbers,
	top: top.map(one => withProbability(tokenizer, one)),
});

const continuation = (
	tokenizer: Tokenizer,
	{ids, tokens, ...rest}: EngineContinuation,
	heldTo: HeldForm | null,
): Continuation => ({
	...rest,
	tokens: tokens.map(token => generatedToken(tokenizer, token)),
	...(heldTo && {form: formPlace(heldTo, rest.finishReason === 'end-of-text' ? ids.slice(0, -1) : ids)}),
});

/** Follows each continuation through its form, token by token; says nothing where there is no form. */
function placesOf(heldTo: HeldForm | null, ends: readonly number[]) {
	const branches = new Map<number, number[]>();
	return (branch: number, id: number): {form?: FormPlace} => {
		if (!heldTo || ends.includes(id)) return {};
		const ids = [...(branches.get(branch) ?? []), id];
		branches.set(branch, ids);
		return {form: formPlace(heldTo, ids)};
	};
}

/** The trace with texts for its token ids. */
const namedTrace = (tokenizer: Tokenizer, {steps, drafting}: EngineTrace, draft: string | null): Trace => ({
	steps: steps.map(step => step.map(candidate => ({...candidate, ...tokenizer.token(candidate.id)}))),
	...(drafting && {drafting: {...drafting, draft}}),
});
