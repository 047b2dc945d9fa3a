import * as v from 'valibot';
import {refuse} from '../engine/errors/refusal.ts';
import {cacheBytesPerToken} from '../engine/model/causal-lm.ts';
import {isLibraryMethod} from '../protocol/questions/library.ts';
import type {ModelInfo} from '../protocol/questions/model.ts';
import {type Answer, METHODS, type Method, type ModelMethod, type Params, TURNS} from '../protocol/questions.ts';
import type {Changes} from '../protocol/values/changes.ts';
import {BUNDLED_ID} from '../protocol/values/models.ts';
import type {Progress, Prompt} from '../protocol/values/prompt.ts';
import {refusalsOf} from '../protocol/values/refused.ts';
import {answerBiasStep} from './answers/bias-step.ts';
import {answerAttention, answerHeads, answerLens, answerStreams} from './answers/blocks.ts';
import {answerChanged} from './answers/changed.ts';
import {answerTurn} from './answers/chat.ts';
import {answerClasses, answerFind} from './answers/classes.ts';
import {answerCompare} from './answers/compare.ts';
import {answerDraw} from './answers/draw.ts';
import {answerExplain} from './answers/explain.ts';
import {answerGenerate, promptOfRun} from './answers/generate.ts';
import {answerHead} from './answers/head.ts';
import {answerHeadLabels} from './answers/head-labels.ts';
import {answerInfluence} from './answers/influence.ts';
import {answerAttribution, answerParts, answerPatches} from './answers/interventions.ts';
import {answerLabel} from './answers/label.ts';
import {answerMeasure} from './answers/measure.ts';
import {answerMix} from './answers/mix.ts';
import {answerScore} from './answers/score.ts';
import {answerStepCost} from './answers/step-cost.ts';
import {answerReplay, answerTokenize} from './answers/tokens.ts';
import type {Call, ServedModel} from './call.ts';
import {changeable} from './changed-call.ts';
import {ChangedModels} from './changed-models.ts';
import {checkFirstLogits, withFiniteLogits} from './finite-logits.ts';
import {promptOfClass} from './prompts.ts';
import {RequestError} from './request-error.ts';
import {Schedule} from './schedule.ts';
import {StepwiseLogits} from './stepwise-logits.ts';

/** The prompt as the questions about its next class read it. */
const promptOfNext = (model: ServedModel, {prompt, generation}: Params<'classes' | 'find' | 'draw'>) =>
	promptOfClass(model, prompt, generation.maxNewTokens);

type Handlers = {[M in ModelMethod]: (params: Params<M>, call: Call<M>) => Promise<Answer<M>> | Answer<M>};

const HANDLERS: Handlers = {
	model: (_params, {model}) => modelInfo(model),
	classes: changeable(answerClasses, promptOfNext),
	find: changeable(answerFind, promptOfNext),
	generate: changeable(answerGenerate, promptOfRun),
	explain: answerExplain,
	score: answerScore,
	measure: answerMeasure,
	turn: answerTurn,
	draw: changeable(answerDraw, promptOfNext),
	compare: answerCompare,
	tokenize: answerTokenize,
	replay: answerReplay,
	head: answerHead,
	label: answerLabel,
	influence: answerInfluence,
	biasStep: answerBiasStep,
	stepCost: answerStepCost,
	lens: changeable(answerLens),
	attention: changeable(answerAttention),
	mix: changeable(answerMix),
	streams: changeable(answerStreams),
	heads: changeable(answerHeads),
	changed: answerChanged,
	parts: answerParts,
	attribution: answerAttribution,
	patches: answerPatches,
	headLabels: changeable(answerHeadLabels),
};

/** Opens the model, and reports how many bytes of the checkpoint have been opened. */
export type ModelOpener = (onProgress: (done: number, total: number) => void) => Promise<ServedModel>;

/** Answers the protocol's requests with the engine. The model is opened by the first request, once. */
export class EngineService {
	#model: Promise<Pick<Call<Method>, 'model' | 'stepwise' | 'changed'>> | null = null;
	readonly #watchers = new Set<(progress: Progress) => void>();
	readonly #schedule = new Schedule();

	constructor(private readonly open: ModelOpener) {}

	/**
	 * Answer one request.
	 * @param params checked here against the method's schema.
	 * @param asker who asks: all that one asks for run by run shares its turns.
	 * @throws RequestError `bad-request`; EngineError; the signal's reason.
	 */
	async answer(
		method: Method,
		params: unknown,
		signal: AbortSignal,
		emit: (event: unknown) => void,
		asker = '',
	): Promise<unknown> {
		if (isLibraryMethod(method)) throw new RequestError(refuse('method-unknown', {method}));
		const request = v.safeParse(METHODS[method], params);
		if (!request.success) throw new RequestError(refusalsOf(request.issues));
		const opened = await this.#opened(signal, emit);
		const {tokenizer} = opened.model;
		const handle = async (parts: Partial<Call<Method>> = {}) => {
			// A long text is tokenised in pieces, between which the question can be taken back; it already waits for its answer.
			for (const text of textsOf(request.output)) await tokenizer.prepare(text, signal);
			signal.throwIfAborted();
			return (HANDLERS[method] as (params: unknown, call: Call<Method>) => unknown)(request.output, {
				...opened,
				signal,
				emit,
				turn: () => Promise.resolve(),
				...parts,
			});
		};
		const turns = TURNS[method];
		if (turns === 'short') return this.#schedule.answer(handle);
		if (turns !== 'steps') return this.#schedule.runByRun(turns, asker, signal, turn => handle({turn}));
		return this.#schedule.generation(onStep =>
			handle({
				emit(event) {
					emit(event);
					if (event.kind === 'tokens' || event.kind === 'hypotheses') onStep();
				},
			}),
		);
	}

	/** The model, opened by the first request. A cancelled request stops waiting; the opening continues. */
	async #opened(signal: AbortSignal, emit: (event: unknown) => void) {
		signal.throwIfAborted();
		this.#watchers.add(emit);
		this.#model ??= this.open((done, total) => {
			for (const watcher of this.#watchers) watcher({kind: 'progress', phase: 'model', done, total});
		})
			.then(checked)
			.then(model => ({model, stepwise: new StepwiseLogits(model.lm), changed: new ChangedModels()}))
			.catch(error => {
				// The next request tries again: a file may have been repaired.
				this.#model = null;
				throw error;
			});
		let abort = () => {};
		const takenBack = new Promise<never>((_, reject) => {
			abort = () => reject(signal.reason);
			signal.addEventListener('abort', abort);
		});
		try {
			return await Promise.race([this.#model, takenBack]);
		} finally {
			signal.removeEventListener('abort', abort);
			this.#watchers.delete(emit);
		}
	}
}

/** The model with logits that can be relied on. What the extension carries is known to begin with such. */
async function checked(model: ServedModel): Promise<ServedModel> {
	if (model.id !== BUNDLED_ID) {
		await checkFirstLogits(model.lm).catch(async error => {
			await model.lm.dispose();
			throw error;
		});
	}
	return {...model, lm: withFiniteLogits(model.lm)};
}

/** The texts that a request is about. */
const textsOf = (params: object): string[] => {
	const {text, prompt, prompts, changes} = params as {
		text?: string;
		prompt?: Prompt;
		prompts?: Prompt[];
		changes?: Changes;
	};
	const all = [prompt, ...(prompts ?? []), changes?.patch?.prompt];
	return [text ?? '', ...all.flatMap(one => one?.text ?? [])];
};

function modelInfo({
	id,
	revision,
	dtype,
	parameters,
	weightBytes,
	threads,
	card,
	lm,
	tokenizer,
}: ServedModel): ModelInfo {
	const {vocabSize, contextLength, layers, heads, hiddenSize} = lm.config;
	const {sharesPrefix, hiddenStates} = lm.abilities;
	const shape = {
		vocabSize,
		contextLength,
		layers,
		heads,
		hiddenSize,
		cacheBytesPerToken: cacheBytesPerToken(lm.config),
	};
	return {
		id,
		...(revision === undefined ? {} : {revision}),
		dtype,
		parameters,
		...shape,
		weightBytes,
		threads,
		card,
		sharesPrefix,
		hiddenStates,
		hasChat: tokenizer.chat !== null,
		beginning: tokenizer.beginning.map(id => tokenizer.promptToken(id)),
	};
}
