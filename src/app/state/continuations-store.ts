import {batch, computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';
import {type EventOf, FinishReason, type GenerateAnswer, GeneratedToken, type Progress} from '../../protocol/engine.ts';
import {Generation} from '../../protocol/generation.ts';
import {type EngineRequestError, isCancelled} from '../../ui/client/engine-client.ts';
import {asRequestError} from './classes-store.ts';
import type {StoreParts} from './parts.ts';
import {requestOf} from './prompt.ts';
import {randomSeed, seedFor} from './seed.ts';

/** One continuation, as far as it has come. */
export const Branch = v.object({
	tokens: v.array(GeneratedToken),
	finishReason: v.nullable(FinishReason),
	beamScore: v.nullable(v.number()),
});
export type Branch = v.InferOutput<typeof Branch>;

/** One run. What it was asked is kept with it: asked again with the same seed, it gives the same text. */
export const Run = v.object({
	/** Of a `PromptStore`. */
	promptKey: v.string(),
	generation: Generation,
	status: v.picklist(['running', 'done', 'stopped', 'failed']),
	branches: v.array(Branch),
	dropped: v.number(),
});
export type Run = v.InferOutput<typeof Run>;

/** Beam search on its way: the hypotheses alive. They change as a whole, so they are not saved. */
export type Hypotheses = Extract<EventOf<'generate'>, {kind: 'hypotheses'}>;

/** The sampled continuations of the prompt. */
export interface ContinuationsStore {
	readonly run: ReadonlySignal<Run | null>;
	/** Whether the run belongs to the prompt and settings as they are now. */
	readonly current: ReadonlySignal<boolean>;
	readonly progress: ReadonlySignal<Progress | null>;
	readonly hypotheses: ReadonlySignal<Hypotheses | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** Sample anew: another seed, unless the settings fix it. */
	again(): void;
	stop(): void;
	dispose(): void;
}

/** How long typing must pause before continuations are sampled: they cost more than classes. */
export const SAMPLING_PAUSE = 600;

interface Parts extends StoreParts {
	/** Whether the view is on screen; unseen, nothing new is started. */
	visible: ReadonlySignal<boolean>;
	/** Gives a fresh seed, an unsigned 32-bit number. */
	freshSeed?(): number;
}

const emptyBranches = (generation: Generation): Branch[] =>
	Array.from({length: generation.numReturnSequences}, () => ({tokens: [], finishReason: null, beamScore: null}));

/** Whether two sets of parameters differ in nothing but the seed. */
const sameButSeed = (a: Generation, b: Generation) =>
	JSON.stringify({...a, seed: 0}) === JSON.stringify({...b, seed: 0});

/** Starts with the run that an earlier page left, and goes on with it if it had not ended. */
export function createContinuationsStore(parts: Parts): ContinuationsStore {
	const {engine, session, prompt, settings, ready, visible, freshSeed = randomSeed} = parts;
	const run = session.slot('continuations', v.nullable(Run), null);
	const progress = signal<Progress | null>(null);
	const hypotheses = signal<Hypotheses | null>(null);
	const error = signal<EngineRequestError | null>(null);
	let abort: AbortController | null = null;

	const current = computed(() => {
		const {generation, seedMode} = settings.value;
		if (run.value?.promptKey !== prompt.key.value || !sameButSeed(run.value.generation, generation)) return false;
		return seedMode === 'fresh' || run.value.generation.seed === generation.seed;
	});

	/** Ask the engine; `kept` are the branches of the same question, shown until the new tokens have caught up. */
	async function start(generation: Generation, kept = emptyBranches(generation)) {
		abort?.abort();
		abort = new AbortController();
		const {signal} = abort;
		const branches = kept.map(branch => ({...branch, tokens: [...branch.tokens]}));
		const arrived = branches.map(() => 0);
		const publish = (status: Run['status'], dropped = 0) => {
			run.value = {promptKey: key, generation, status, branches: branches.map(branch => ({...branch})), dropped};
		};
		const key = prompt.key.peek();
		batch(() => {
			progress.value = null;
			hypotheses.value = null;
			error.value = null;
			publish('running');
		});

		const onEvent = (event: EventOf<'generate'>) => {
			if (event.kind === 'progress') progress.value = event;
			else if (event.kind === 'hypotheses') hypotheses.value = event;
			else if (event.kind === 'finished') {
				if (branches[event.branch]) branches[event.branch].finishReason = event.reason;
				publish('running');
			} else {
				progress.value = null;
				for (const {branch, token} of event.tokens) {
					// A run asked again spells the same text, so writing over what is there changes nothing one sees.
					if (branches[branch]) branches[branch].tokens[arrived[branch]++] = token;
				}
				publish('running');
			}
		};
		try {
			const params = {prompt: requestOf(prompt.prompt.peek()), generation};
			const answer = await engine.request('generate', params, {signal, onEvent});
			batch(() => {
				hypotheses.value = null;
				progress.value = null;
				run.value = {
					promptKey: key,
					generation,
					status: 'done',
					branches: branchesOf(answer),
					dropped: answer.dropped,
				};
			});
		} catch (cause) {
			// Stopped, or another run took over; that one has already said so.
			if (isCancelled(cause) || signal.aborted) return;
			batch(() => {
				progress.value = null;
				error.value = asRequestError(cause);
				publish('failed');
			});
		}
	}

	function again() {
		const now = settings.peek();
		void start({...now.generation, seed: seedFor(now, freshSeed)});
	}

	/** What a prompt or settings that changed ask for, when the view is seen. */
	function follow() {
		const now = settings.peek();
		const last = run.peek();
		// The same seed under new settings shows what the settings do; another prompt is another draw.
		const samePrompt = last?.promptKey === prompt.key.peek();
		const seed = now.seedMode === 'fresh' && samePrompt ? last.generation.seed : seedFor(now, freshSeed);
		void start({...now.generation, seed});
	}

	let resumed = false;
	const dispose = effect(() => {
		if (!ready.value) return;
		const isCurrent = current.value;
		// Read here, so that every further change of the prompt starts the pause anew.
		void prompt.key.value;
		void settings.value;
		const seen = visible.value;
		const last = run.peek();
		if (!resumed) {
			resumed = true;
			// The popup closed while this was running: the same question with the same seed.
			if (last?.status === 'running' && isCurrent) {
				void start(last.generation, last.branches);
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
		abort?.abort();
		abort = null;
		batch(() => {
			progress.value = null;
			hypotheses.value = null;
			const last = run.peek();
			if (last?.status === 'running') run.value = {...last, status: 'stopped'};
		});
	}

	return {
		run,
		current,
		progress,
		hypotheses,
		error,
		again,
		stop,
		dispose() {
			// Closing the port cancels the work; the saved run keeps its status, so that it is asked again.
			dispose();
		},
	};
}

const branchesOf = (answer: GenerateAnswer): Branch[] =>
	answer.continuations.map(({tokens, finishReason, beamScore}) => ({tokens, finishReason, beamScore}));
