import {batch, computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery} from '../../client/query.ts';
import {isSameJson} from '../../client/same-json.ts';
import type {FinishReason} from '../../engine/generation/stopping.ts';
import {type Generation, generationOf} from '../../engine/parameters/registry.ts';
import type {GenerateAnswer, GeneratedToken} from '../../protocol/questions/generate.ts';
import type {EventOf} from '../../protocol/questions.ts';
import type {Progress} from '../../protocol/values/prompt.ts';
import type {FormPlace} from '../../protocol/values/token.ts';
import {requestOf} from '../loop/prompt.ts';
import {randomSeed, seedFor} from '../loop/seed.ts';
import type {StoreParts} from '../prompt/parts.ts';

/** One continuation, as far as it has come. */
export interface ContinuationSoFar {
	tokens: GeneratedToken[];
	finishReason: FinishReason | null;
	beamScore: number | null;
	/** Where in its form it stands; left out where it is held to none. */
	form?: FormPlace;
	/** Whether it ended before its form was complete. */
	unfinished?: true;
}

/** One run. It keeps its question: asked again with the same seed, it gives the same text. */
export interface ContinuationsRun {
	/** Of a `PromptStore`. */
	promptKey: string;
	generation: Generation;
	status: 'running' | 'done' | 'stopped' | 'failed';
	continuations: ContinuationSoFar[];
	dropped: number;
}

/** The hypotheses that a beam search is following. Each step replaces them all, so they are not saved. */
export type Hypotheses = Extract<EventOf<'generate'>, {kind: 'hypotheses'}>;

/** The sampled continuations of the prompt. */
export interface ContinuationsStore {
	readonly run: ReadonlySignal<ContinuationsRun | null>;
	/** Whether the run belongs to the prompt and settings as they are now. */
	readonly current: ReadonlySignal<boolean>;
	readonly progress: ReadonlySignal<Progress | null>;
	readonly hypotheses: ReadonlySignal<Hypotheses | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** Sample again, with another seed unless the settings fix it. */
	again(): void;
	stop(): void;
	dispose(): void;
}

/** How long typing must pause before continuations are sampled: they cost more than classes. */
export const SAMPLING_PAUSE = 600;

interface Parts extends StoreParts {
	/** Whether the view is on screen; nothing is started while it is not. */
	visible: ReadonlySignal<boolean>;
	/** Gives a fresh seed, an unsigned 32-bit number. */
	freshSeed?(): number;
}

const emptyContinuations = (generation: Generation): ContinuationSoFar[] =>
	Array.from({length: generation.numReturnSequences}, () => ({tokens: [], finishReason: null, beamScore: null}));

/** Whether two sets of parameters differ in the seed at most. */
const sameButSeed = (a: Generation, b: Generation) => isSameJson({...a, seed: 0}, {...b, seed: 0});

/** Starts with the run that an earlier page left, and continues it if it had not ended. */
export function createContinuationsStore(parts: Parts): ContinuationsStore {
	const {engine, session, prompt, settings, ready, visible, freshSeed = randomSeed} = parts;
	const run = session.slot<ContinuationsRun | null>('continuations', null);
	const query = createQuery(engine, 'generate');
	const hypotheses = signal<Hypotheses | null>(null);

	const current = computed(() => {
		const {seedMode, seed} = settings.value;
		if (run.value?.promptKey !== prompt.key.value || !sameButSeed(run.value.generation, generationOf(settings.value)))
			return false;
		return seedMode === 'fresh' || run.value.generation.seed === seed;
	});

	/** Ask the engine. `shown` are continuations of the same question, which stay until the new tokens have caught up. */
	function start(generation: Generation, shown = emptyContinuations(generation)) {
		const promptKey = prompt.key.peek();
		const continuations = shown.map(one => ({...one, tokens: [...one.tokens]}));
		const arrived = continuations.map(() => 0);
		const publish = (status: ContinuationsRun['status'], last = continuations, dropped = 0) => {
			run.value = {promptKey, generation, status, continuations: last.map(one => ({...one})), dropped};
		};
		batch(() => {
			hypotheses.value = null;
			publish('running');
			void query.ask(
				{prompt: requestOf(prompt.prompt.peek()), generation},
				{
					onEvent(event) {
						if (event.kind === 'hypotheses') {
							hypotheses.value = event;
							return;
						}
						if (event.kind === 'finished') {
							if (continuations[event.branch]) continuations[event.branch].finishReason = event.reason;
						} else {
							for (const {branch, token, form} of event.tokens) {
								const continuation = continuations[branch];
								if (!continuation) continue;
								// A repeated run gives the same tokens, so overwriting those that are there changes nothing visible.
								continuation.tokens[arrived[branch]++] = token;
								if (form && arrived[branch] === continuation.tokens.length) continuation.form = form;
							}
						}
						publish('running');
					},
					onAnswer(answer) {
						hypotheses.value = null;
						publish('done', continuationsOf(answer), answer.dropped);
					},
					onError: () => publish('failed'),
				},
			);
		});
	}

	function again() {
		const now = settings.peek();
		start({...generationOf(now), seed: seedFor(now, freshSeed)});
	}

	/** Sample for the prompt and settings as they are now. */
	function follow() {
		const now = settings.peek();
		const last = run.peek();
		// With the same seed one sees what new settings change; another prompt gets another draw.
		const samePrompt = last?.promptKey === prompt.key.peek();
		const seed = now.seedMode === 'fresh' && samePrompt ? last.generation.seed : seedFor(now, freshSeed);
		start({...generationOf(now), seed});
	}

	let resumed = false;
	const dispose = effect(() => {
		if (!ready.value) return;
		const isCurrent = current.value;
		// Read here so that every further change of the prompt restarts the pause.
		void prompt.key.value;
		void settings.value;
		const seen = visible.value;
		const last = run.peek();
		if (!resumed) {
			resumed = true;
			// The popup closed while this was running: the same question with the same seed.
			if (last?.status === 'running' && isCurrent) {
				start(last.generation, last.continuations);
				return;
			}
			if (last?.status === 'running') run.value = {...last, status: 'stopped'};
		}
		if (isCurrent) return;
		if (last?.status === 'running') stop();
		if (!seen) return;
		const pause = prompt.change.peek() === 'typed' || last !== null ? SAMPLING_PAUSE : 0;
		const timer = setTimeout(follow, pause);
		return () => clearTimeout(timer);
	});

	function stop() {
		batch(() => {
			query.cancel();
			hypotheses.value = null;
			const last = run.peek();
			if (last?.status === 'running') run.value = {...last, status: 'stopped'};
		});
	}

	return {
		run,
		current,
		progress: query.progress,
		hypotheses,
		error: query.error,
		again,
		stop,
		dispose() {
			dispose();
			// The saved run keeps its status, so that the next page asks again.
			query.cancel();
		},
	};
}

const continuationsOf = (answer: GenerateAnswer): ContinuationSoFar[] =>
	answer.continuations.map(({tokens, finishReason, beamScore, form, unfinished}) => ({
		tokens,
		finishReason,
		beamScore,
		...(form && {form}),
		...(unfinished && {unfinished}),
	}));
