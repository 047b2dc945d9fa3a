import {batch, computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import * as v from 'valibot';
import {
	Continuation,
	type EventOf,
	type GeneratedToken,
	type Progress,
	Prompt,
	Trace,
} from '../../../protocol/engine.ts';
import {Generation, GenerationFields} from '../../../protocol/generation.ts';
import {type Draft, newSettingsDraft, savable} from '../../../settings/draft.ts';
import {valuesOf} from '../../../settings/parameters.ts';
import {
	type Choice,
	comparedChoice,
	NEUTRAL_CHOICE,
	type PresetId,
	STRATEGY_PRESETS,
} from '../../../settings/presets.ts';
import {type EngineClient, isCancelled} from '../../../ui/client/engine-client.ts';
import type {StoreParts} from '../../state/parts.ts';
import {requestOf} from '../../state/prompt.ts';
import type {PromptStore} from '../../state/prompt-store.ts';
import {randomSeed, seedFor} from '../../state/seed.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const choiceNames = Object.keys(NEUTRAL_CHOICE) as (keyof Choice)[];
const ChoiceSchema = v.pick(GenerationFields, choiceNames as [keyof Choice, ...(keyof Choice)[]]);

/** A strategy taken into the comparison: a preset, and its choosing as it was edited. */
export const Picked = v.object({id: Count, preset: v.picklist(STRATEGY_PRESETS), choice: ChoiceSchema});
export type Picked = v.InferOutput<typeof Picked>;

/** What a strategy was asked, and what came of it. */
export const Run = v.object({
	pick: Count,
	prompt: Prompt,
	/** Of a `PromptStore`. */
	promptKey: v.string(),
	generation: Generation,
	status: v.picklist(['waiting', 'running', 'done', 'stopped', 'failed']),
	continuations: v.array(Continuation),
	trace: v.nullable(Trace),
	decodeMilliseconds: v.number(),
	/** How many of the prompt's oldest tokens were left out to make room. */
	dropped: v.optional(Count, 0),
	error: v.nullable(v.string()),
});
export type Run = v.InferOutput<typeof Run>;

/** A run on its way; too lively to be saved. */
export interface Live {
	progress: Progress | null;
	/** Tokens so far, by continuation. */
	tokens: readonly (readonly GeneratedToken[])[];
	/** Beam search: the hypotheses alive, best first. */
	hypotheses: readonly {text: string; score: number}[];
	/** Steps of beam search done. */
	step: number;
}

const NOTHING_YET: Live = {progress: null, tokens: [], hypotheses: [], step: 0};

/** Strategies to compare, and their runs on one prompt. Saved with the session. */
export interface StrategyRuns {
	readonly picks: ReadonlySignal<readonly Picked[]>;
	/** All at once, or one after the other. */
	readonly together: Signal<boolean>;
	/** The latest run of each pick, by its id. */
	readonly runs: ReadonlySignal<ReadonlyMap<number, Run>>;
	readonly live: ReadonlySignal<ReadonlyMap<number, Live>>;
	readonly running: ReadonlySignal<boolean>;
	/** Take a preset in, or all picks of it out. */
	toggle(preset: PresetId): void;
	/** The same strategy once more, to be changed. */
	duplicate(id: number): void;
	remove(id: number): void;
	/** A pick as it is being edited. */
	draftOf(id: number): Draft;
	edit(id: number, draft: Draft): void;
	/** Run every pick on the prompt as it is now. */
	start(): void;
	stop(): void;
	dispose(): void;
}

interface Parts extends Pick<StoreParts, 'session' | 'settings' | 'ready'> {
	engine: Pick<EngineClient, 'request'>;
	prompt: Pick<PromptStore, 'prompt' | 'key'>;
	/** Gives a fresh seed, an unsigned 32-bit number. */
	freshSeed?(): number;
}

const newPick = (id: number, preset: Picked['preset']): Picked => ({id, preset, choice: comparedChoice(preset)});

// The classic comparison: it loops, it wanders, it is bland, and the usual way out.
const FIRST_PICKS = (['greedy', 'ancestral', 'nucleus', 'beam'] as const).map((preset, id) => newPick(id, preset));

/** Starts with the picks and runs that an earlier page left, and goes on with those that had not ended. */
export function createStrategyRuns(parts: Parts): StrategyRuns {
	const {engine, session, prompt, settings, ready, freshSeed = randomSeed} = parts;
	const picks = session.slot('strategy-picks', v.array(Picked), FIRST_PICKS);
	const together = session.slot('strategies-together', v.boolean(), false);
	const saved = session.slot('strategy-runs', v.array(Run), []);
	const live = signal<ReadonlyMap<number, Live>>(new Map());
	const drafts = signal<ReadonlyMap<number, Draft>>(new Map());
	const runs = computed(() => new Map(saved.value.map(run => [run.pick, run])));
	let abort: AbortController | null = null;

	const update = (id: number, change: Partial<Run>) => {
		saved.value = saved.peek().map(run => (run.pick === id ? {...run, ...change} : run));
	};

	const setLive = (id: number, change: Partial<Live>) => {
		live.value = new Map(live.peek()).set(id, {...(live.peek().get(id) ?? NOTHING_YET), ...change});
	};

	function receive(id: number, event: EventOf<'generate'>) {
		if (event.kind === 'progress') setLive(id, {progress: event});
		else if (event.kind === 'hypotheses') {
			setLive(id, {hypotheses: event.hypotheses, step: event.step + 1, progress: null});
		} else if (event.kind === 'tokens') {
			const tokens = (live.peek().get(id) ?? NOTHING_YET).tokens.map(branch => [...branch]);
			for (const {branch, token} of event.tokens) {
				tokens[branch] ??= [];
				tokens[branch].push(token);
			}
			setLive(id, {tokens: Array.from(tokens, branch => branch ?? []), progress: null});
		}
	}

	async function run({pick: id, prompt, generation}: Run, cancelled: AbortSignal) {
		if (cancelled.aborted) return;
		batch(() => {
			update(id, {status: 'running'});
			setLive(id, NOTHING_YET);
		});
		try {
			const onEvent = (event: EventOf<'generate'>) => receive(id, event);
			const answer = await engine.request('generate', {prompt, generation}, {signal: cancelled, onEvent});
			const {continuations, trace, decodeMilliseconds, dropped} = answer;
			update(id, {status: 'done', continuations, trace, decodeMilliseconds, dropped});
		} catch (cause) {
			if (isCancelled(cause) || cancelled.aborted) return;
			update(id, {status: 'failed', error: cause instanceof Error ? cause.message : String(cause)});
		}
	}

	async function runAll(pending: readonly Run[]) {
		abort?.abort();
		abort = new AbortController();
		const {signal: cancelled} = abort;
		if (together.peek()) await Promise.all(pending.map(one => run(one, cancelled)));
		else for (const one of pending) await run(one, cancelled);
	}

	function start() {
		const {generation} = settings.peek();
		const seed = seedFor(settings.peek(), freshSeed);
		saved.value = picks.peek().map(pick => ({
			pick: pick.id,
			prompt: requestOf(prompt.prompt.peek()),
			promptKey: prompt.key.peek(),
			generation: {...generation, ...pick.choice, seed},
			status: 'waiting',
			continuations: [],
			trace: null,
			decodeMilliseconds: 0,
			dropped: 0,
			error: null,
		}));
		live.value = new Map();
		void runAll(saved.peek());
	}

	const unfinished = (run: Run) => run.status === 'waiting' || run.status === 'running';

	function stop() {
		abort?.abort();
		abort = null;
		if (saved.peek().some(unfinished)) {
			saved.value = saved.peek().map(run => (unfinished(run) ? {...run, status: 'stopped'} : run));
		}
	}

	// What had not finished when the page closed is asked again; the same seed gives the same text.
	const dispose = effect(() => {
		if (!ready.value) return;
		const pending = saved.peek().filter(unfinished);
		if (pending.length > 0 && !abort) void runAll(pending);
	});

	const nextId = () => Math.max(-1, ...picks.peek().map(({id}) => id), ...saved.peek().map(({pick}) => pick)) + 1;

	function keep(wanted: (pick: Picked) => boolean) {
		batch(() => {
			picks.value = picks.peek().filter(wanted);
			const ids = new Set(picks.peek().map(({id}) => id));
			// A run that goes on for a pick that is gone has nowhere to show.
			saved.value = saved.peek().filter(({pick}) => ids.has(pick));
		});
	}

	const draft = (id: number): Draft => {
		const edited = drafts.value.get(id);
		const choice = picks.value.find(pick => pick.id === id)?.choice;
		const {generation, ...rest} = settings.value;
		return edited ?? newSettingsDraft(valuesOf({...rest, generation: {...generation, ...choice}}));
	};

	return {
		picks,
		together,
		runs,
		live,
		running: computed(() => saved.value.some(unfinished)),
		toggle(preset) {
			if (picks.peek().some(pick => pick.preset === preset)) keep(pick => pick.preset !== preset);
			else picks.value = inOrder([...picks.peek(), newPick(nextId(), preset as Picked['preset'])]);
		},
		duplicate(id) {
			picks.value = picks.peek().flatMap(pick => (pick.id === id ? [pick, {...pick, id: nextId()}] : [pick]));
		},
		remove: id => keep(pick => pick.id !== id),
		draftOf: draft,
		edit(id, next) {
			drafts.value = new Map(drafts.peek()).set(id, next);
			const generation = savable(next)?.generation;
			if (!generation) return;
			const choice = v.parse(ChoiceSchema, generation);
			picks.value = picks.peek().map(pick => (pick.id === id ? {...pick, choice} : pick));
		},
		start,
		stop,
		dispose() {
			dispose();
			abort?.abort();
		},
	};
}

/** In the order of the presets; picks of one preset in the order in which they were made. */
const inOrder = (picks: readonly Picked[]) =>
	[...picks].sort((a, b) => STRATEGY_PRESETS.indexOf(a.preset) - STRATEGY_PRESETS.indexOf(b.preset));
