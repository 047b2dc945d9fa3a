import {batch, computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery, type Engine} from '../../client/query.ts';
import type {Settings} from '../../client/settings/settings.ts';
import {type Generation, generationOf} from '../../engine/parameters/registry.ts';
import {type StrategyName, strategyOf} from '../../engine/parameters/strategies.ts';
import type {DrawAnswer} from '../../protocol/questions/draw.ts';
import {spell} from '../../protocol/values/spell.ts';
import {isStepwise} from '../../ui/no-step.ts';
import {type Chosen, type GrowingPrompt, requestOf} from './prompt.ts';
import {randomSeed, seedFor} from './seed.ts';

/** How long a draw stays in sight before its class joins the prompt, in milliseconds. */
export const PACES = {slow: 1600, normal: 700, fast: 120} as const;
/** The name of a pace. */
export type Pace = keyof typeof PACES;

/** Which distribution is looked at: the model's own, or the one that the settings make of it. */
export type Distribution = 'model' | 'sampling';

/** A draw, with the prompt and the distribution that it was made from. */
export interface DrawOnShow extends DrawAnswer {
	/** Key of the prompt it was made for. */
	promptKey: string;
	seed: number;
	/** How many numbers of the seed came before. */
	index: number;
	/** Whether its class has joined the prompt. */
	appended: boolean;
}

/** Why playing stopped by itself. */
export type EndReason = 'length' | 'stop-string' | 'end-of-text' | 'form';

/** Classify, choose, append, again: one step at a time, or on and on. */
export interface Loop {
	readonly distribution: Signal<Distribution>;
	/** What has changed the distribution that is looked at, where the person did not; until the prompt changes. */
	readonly switchedBy: ReadonlySignal<'hand' | 'draw' | null>;
	/** Look at the distribution that the settings make: what is done acts only there. */
	lookAtSampling(by: 'hand' | 'draw'): void;
	readonly pace: Signal<Pace>;
	readonly playing: ReadonlySignal<boolean>;
	/** The last draw; null once the prompt was changed by hand. */
	readonly drawn: ReadonlySignal<DrawOnShow | null>;
	/** Whether a step is on its way. */
	readonly busy: ReadonlySignal<boolean>;
	/** The strategy that decodes whole texts, once a step was asked of it: it has no single step. */
	readonly refused: ReadonlySignal<StrategyName | null>;
	readonly ended: ReadonlySignal<EndReason | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** Draw the next class and append it. A draw that is still in sight is appended at once. */
	step(): Promise<void>;
	play(): void;
	pause(): void;
	dispose(): void;
}

/** The settings that the loop reads. */
export type LoopSettings = Generation & Pick<Settings, 'seedMode'>;

/** What the loop needs of the page that it runs on. */
interface Parts {
	engine: Engine;
	/** Keeps a signal under a name for as long as the page keeps its state. */
	session: {slot<T>(name: string, initial: T): Signal<T>};
	prompt: {
		readonly prompt: ReadonlySignal<GrowingPrompt>;
		/** Equal for prompts that ask the engine the same. */
		readonly key: ReadonlySignal<string>;
		append(token: Chosen, drawn: 'drawn'): void;
		/** Count the next draw as the first of a run. */
		startRun(): void;
	};
	/** The classes of the prompt, asked again whenever it changes. */
	classes: {
		/** Key of the prompt that they are of. */
		readonly answerFor: ReadonlySignal<string | null>;
		readonly running: ReadonlySignal<boolean>;
		readonly error: ReadonlySignal<EngineRequestError | null>;
	};
	settings: ReadonlySignal<LoopSettings>;
	/** Gives a fresh seed, an unsigned 32-bit number. */
	freshSeed?(): number;
}

/** Nothing is drawn yet. */
export function createLoop({engine, session, prompt, settings, classes, freshSeed = randomSeed}: Parts): Loop {
	const distribution = session.slot<Distribution>('distribution', 'model');
	const switched = signal<'hand' | 'draw' | null>(null);
	const lookAtSampling = (by: 'hand' | 'draw') =>
		batch(() => {
			if (distribution.peek() === 'model') switched.value = by;
			distribution.value = 'sampling';
		});
	const pace = session.slot<Pace>('pace', 'normal');
	/** The seed of the run whose draws are the prompt's last classes. */
	const runSeed = session.slot<number | null>('loop-seed', null);
	const query = createQuery(engine, 'draw');
	const drawn = signal<DrawOnShow | null>(null);
	const busy = signal(false);
	const playing = signal(false);
	const refused = signal<StrategyName | null>(null);
	const ended = signal<EndReason | null>(null);
	let hurry: (() => void) | null = null;
	let stepping: Promise<void> | null = null;

	/** Resolves when the classes of the prompt are on screen, or will not come. */
	const classesThere = () =>
		new Promise<void>(resolve => {
			const stop = effect(() => {
				if (classes.running.value || (classes.answerFor.value !== prompt.key.value && !classes.error.value)) return;
				queueMicrotask(() => stop());
				resolve();
			});
		});

	/** Resolves after a time, or as soon as somebody hurries. */
	const stayInSight = (milliseconds: number) =>
		new Promise<void>(resolve => {
			const timer = setTimeout(resolve, milliseconds);
			hurry = () => {
				clearTimeout(timer);
				resolve();
			};
		});

	function step(): Promise<void> {
		hurry?.();
		stepping ??= takeStep().finally(() => {
			stepping = null;
		});
		return stepping;
	}

	async function takeStep() {
		const now = settings.peek();
		if (!isStepwise(now)) {
			batch(() => {
				refused.value = strategyOf(now);
				playing.value = false;
			});
			return;
		}
		batch(() => {
			busy.value = true;
			refused.value = null;
			ended.value = null;
			lookAtSampling('draw');
		});
		try {
			await drawOnce();
		} finally {
			busy.value = false;
		}
	}

	async function drawOnce() {
		await classesThere();
		const now = settings.peek();
		const index = prompt.prompt.peek().generated;
		const seed = index > 0 && runSeed.peek() !== null ? runSeed.peek()! : seedFor(now, freshSeed);
		runSeed.value = seed;
		const promptKey = prompt.key.peek();
		const params = {prompt: requestOf(prompt.prompt.peek()), generation: {...generationOf(now), seed}, index};
		await query.ask(params, {
			onAnswer(answer) {
				if (prompt.key.peek() === promptKey) drawn.value = {...answer, promptKey, seed, index, appended: false};
			},
		});
		const draw = drawn.peek();
		if (query.error.peek() || draw?.promptKey !== promptKey || draw.appended) {
			playing.value = false;
			return;
		}
		await stayInSight(PACES[pace.peek()]);
		hurry = null;
		// A prompt that was edited meanwhile keeps the person's own text.
		if (prompt.key.peek() !== promptKey || drawn.peek() !== draw) return;
		batch(() => {
			prompt.append(draw, 'drawn');
			drawn.value = {...draw, appended: true};
		});
		ended.value = endOf(draw, now);
	}

	/** Why a continuation would end here. */
	function endOf(draw: DrawOnShow, generation: Generation): EndReason | null {
		if (draw.end) return 'end-of-text';
		if (draw.completesForm) return 'form';
		const {appended, generated} = prompt.prompt.peek();
		const text = spell(appended.slice(appended.length - generated));
		if (generation.stopStrings.some(stop => text.includes(stop))) return 'stop-string';
		return generated >= generation.maxNewTokens ? 'length' : null;
	}

	async function playOn() {
		while (playing.peek()) {
			await step();
			if (ended.peek()) playing.value = false;
			if (playing.peek()) await classesThere();
			if (classes.error.peek()) playing.value = false;
		}
	}

	// A prompt changed by hand takes the draw away, and ends the playing.
	let lastKey = prompt.key.peek();
	const watchPrompt = effect(() => {
		const key = prompt.key.value;
		if (key === lastKey) return;
		lastKey = key;
		switched.value = null;
		if (prompt.prompt.peek().generated > 0) return;
		batch(() => {
			drawn.value = null;
			ended.value = null;
			refused.value = null;
			playing.value = false;
		});
		hurry?.();
	});

	return {
		distribution,
		switchedBy: computed(() => (distribution.value === 'sampling' ? switched.value : null)),
		lookAtSampling,
		pace,
		playing,
		drawn,
		busy,
		refused: computed(() => (isStepwise(settings.value) ? null : refused.value)),
		ended,
		error: query.error,
		step,
		play() {
			if (playing.peek()) return;
			// The last run's end must not end the next one.
			if (ended.peek()) prompt.startRun();
			playing.value = true;
			void playOn();
		},
		pause() {
			playing.value = false;
		},
		dispose() {
			playing.value = false;
			watchPrompt();
			query.cancel();
		},
	};
}
