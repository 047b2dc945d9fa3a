import {batch, computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import {requestOf} from '../../../loop/prompt.ts';
import {randomSeed, seedFor} from '../../../loop/seed.ts';
import {CHOICE_NAMES, type Generation, generationOf} from '../../../parameters/registry.ts';
import type {Continuation, EventOf, GeneratedToken, Progress, Prompt, Trace} from '../../../protocol/engine.ts';
import {isSameJson} from '../../../protocol/same-json.ts';
import {newSettingsDraft, type SettingsDraft, savable} from '../../../settings/draft.ts';
import {type Choice, comparedChoice, type PresetId, STRATEGY_PRESETS} from '../../../settings/presets.ts';
import {createQuery, type Engine, type Query} from '../../../ui/client/query.ts';
import {t} from '../../../ui/i18n.ts';
import type {StoreParts} from '../../state/parts.ts';
import type {PromptStore} from '../../state/prompt-store.ts';

/** A strategy in the comparison: a preset, and its parameters as they were edited. */
export interface StrategyPick {
	id: number;
	preset: (typeof STRATEGY_PRESETS)[number];
	choice: Choice;
}

/** A strategy's question to the engine, and its result. */
export interface StrategyRun {
	pick: number;
	prompt: Prompt;
	/** Of a `PromptStore`. */
	promptKey: string;
	generation: Generation;
	status: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
	continuations: Continuation[];
	/** Which of them is looked at. */
	shown: number;
	trace: Trace | null;
	decodeMilliseconds: number;
	/** How many of the prompt's oldest tokens were left out to make room. */
	dropped: number;
	error: string | null;
}

/** A run that is not done; it changes too often to be saved. */
export interface LiveRun {
	/** How far the prompt is read. */
	progress: ReadonlySignal<Progress | null>;
	/** Tokens so far, by continuation. */
	tokens: readonly (readonly GeneratedToken[])[];
	/** Beam search: the hypotheses alive, best first. */
	hypotheses: readonly {text: string; score: number}[];
	/** Steps of beam search done. */
	step: number;
}

const NOTHING_YET: LiveRun = {progress: signal(null), tokens: [], hypotheses: [], step: 0};

/** Strategies to compare, and their runs on one prompt. Saved with the session. */
export interface StrategyRuns {
	readonly picks: ReadonlySignal<readonly StrategyPick[]>;
	/** The latest run of each pick, by its id; `current` has those on the prompt as it is now. */
	readonly runs: ReadonlySignal<ReadonlyMap<number, StrategyRun>>;
	readonly current: ReadonlySignal<ReadonlyMap<number, StrategyRun>>;
	readonly live: ReadonlySignal<ReadonlyMap<number, LiveRun>>;
	readonly running: ReadonlySignal<boolean>;
	/** Take a preset in, or all picks of it out. */
	toggle(preset: PresetId): void;
	/** Add a copy of a strategy, to be changed. */
	duplicate(id: number): void;
	remove(id: number): void;
	/** A pick as it is being edited. */
	draftOf(id: number): SettingsDraft;
	edit(id: number, draft: SettingsDraft): void;
	/** Look at another of a run's continuations. */
	show(id: number, continuation: number): void;
	/** Run every pick on the prompt as it is now. */
	start(): void;
	stop(): void;
	dispose(): void;
}

interface Parts extends Pick<StoreParts, 'session' | 'settings' | 'ready'> {
	engine: Engine;
	prompt: Pick<PromptStore, 'prompt' | 'key'>;
	/** Gives a fresh seed, an unsigned 32-bit number. */
	freshSeed?(): number;
}

const newPick = (id: number, preset: StrategyPick['preset']): StrategyPick => ({
	id,
	preset,
	choice: comparedChoice(preset),
});

// The classic comparison: greedy search loops, ancestral sampling wanders, beam search is bland, and nucleus sampling is the
// usual remedy.
const FIRST_PICKS = (['greedy', 'ancestral', 'nucleus', 'beam'] as const).map((preset, id) => newPick(id, preset));

/** Starts with the picks and runs that an earlier page left, and continues those that had not ended. */
export function createStrategyRuns(parts: Parts): StrategyRuns {
	const {engine, session, prompt, settings, ready, freshSeed = randomSeed} = parts;
	const picks = session.slot<StrategyPick[]>('strategy-picks', FIRST_PICKS);
	const saved = session.slot<StrategyRun[]>('strategy-runs', []);
	const live = signal<ReadonlyMap<number, LiveRun>>(new Map());
	const drafts = signal<ReadonlyMap<number, SettingsDraft>>(new Map());
	const byPick = (all: readonly StrategyRun[]) => new Map(all.map(run => [run.pick, run]));
	/** The queries of the runs that have not ended; null when nothing runs. */
	let queries: ReadonlyMap<number, Query<'generate'>> | null = null;

	const update = (id: number, change: Partial<StrategyRun>) => {
		saved.value = saved.peek().map(run => (run.pick === id ? {...run, ...change} : run));
	};

	const setLive = (id: number, change: Partial<LiveRun>) => {
		live.value = new Map(live.peek()).set(id, {...(live.peek().get(id) ?? NOTHING_YET), ...change});
	};

	function receive(id: number, event: Exclude<EventOf<'generate'>, Progress>) {
		if (event.kind === 'hypotheses') {
			setLive(id, {hypotheses: event.hypotheses, step: event.step + 1});
		} else if (event.kind === 'tokens') {
			const tokens = (live.peek().get(id) ?? NOTHING_YET).tokens.map(branch => [...branch]);
			for (const {branch, token} of event.tokens) {
				tokens[branch] ??= [];
				tokens[branch].push(token);
			}
			setLive(id, {tokens: Array.from(tokens, branch => branch ?? [])});
		}
	}

	/** Resolves when the run has ended, however it did. */
	function run({pick: id, prompt, generation}: StrategyRun, query: Query<'generate'>): Promise<void> {
		return batch(() => {
			update(id, {status: 'running'});
			setLive(id, {...NOTHING_YET, progress: query.progress});
			return query.ask(
				{prompt, generation},
				{
					onEvent: event => receive(id, event),
					onAnswer({continuations, trace, decodeMilliseconds, dropped}) {
						update(id, {status: 'done', continuations, trace, decodeMilliseconds, dropped});
					},
					onError: ({message}) => update(id, {status: 'failed', error: message}),
				},
			);
		});
	}

	async function runAll(pending: readonly StrategyRun[]) {
		cancel();
		const mine = new Map(pending.map(({pick}) => [pick, createQuery(engine, 'generate')]));
		queries = mine;
		for (const one of pending) {
			// A strategy that was removed while it waited is not computed.
			if (saved.peek().some(({pick}) => pick === one.pick)) await run(one, mine.get(one.pick)!);
			if (queries !== mine) return;
		}
	}

	function cancel() {
		for (const query of queries?.values() ?? []) query.cancel();
		queries = null;
	}

	function start() {
		const generation = generationOf(settings.peek());
		const seed = seedFor(settings.peek(), freshSeed);
		saved.value = picks.peek().map(pick => ({
			pick: pick.id,
			prompt: requestOf(prompt.prompt.peek()),
			promptKey: prompt.key.peek(),
			generation: {...generation, ...pick.choice, seed},
			status: 'waiting',
			continuations: [],
			shown: 0,
			trace: null,
			decodeMilliseconds: 0,
			dropped: 0,
			error: null,
		}));
		live.value = new Map();
		void runAll(saved.peek());
	}

	const unfinished = (run: StrategyRun) => run.status === 'waiting' || run.status === 'running';

	function stop() {
		cancel();
		if (saved.peek().some(unfinished)) {
			saved.value = saved.peek().map(run => (unfinished(run) ? {...run, status: 'stopped'} : run));
		}
	}

	// Runs that had not finished when the page closed are asked again; the same seed gives the same text.
	const dispose = effect(() => {
		if (!ready.value) return;
		const pending = saved.peek().filter(unfinished);
		if (pending.length > 0 && !queries) void runAll(pending);
	});

	const nextId = () => Math.max(-1, ...picks.peek().map(({id}) => id), ...saved.peek().map(({pick}) => pick)) + 1;

	function keep(wanted: (pick: StrategyPick) => boolean) {
		batch(() => {
			picks.value = picks.peek().filter(wanted);
			const ids = new Set(picks.peek().map(({id}) => id));
			// Without its pick a run has no card to be shown in.
			for (const {pick} of saved.peek()) if (!ids.has(pick)) queries?.get(pick)?.cancel();
			saved.value = saved.peek().filter(({pick}) => ids.has(pick));
		});
	}

	const draft = (id: number): SettingsDraft => {
		const edited = drafts.value.get(id);
		const choice = picks.value.find(pick => pick.id === id)?.choice;
		return edited ?? newSettingsDraft({...settings.value, ...choice});
	};

	return {
		picks,
		runs: computed(() => byPick(saved.value)),
		current: computed(() => byPick(saved.value.filter(({promptKey}) => promptKey === prompt.key.value))),
		live,
		running: computed(() => saved.value.some(unfinished)),
		toggle(preset) {
			if (picks.peek().some(pick => pick.preset === preset)) keep(pick => pick.preset !== preset);
			else picks.value = inOrder([...picks.peek(), newPick(nextId(), preset as StrategyPick['preset'])]);
		},
		duplicate(id) {
			picks.value = picks.peek().flatMap(pick => (pick.id === id ? [pick, {...pick, id: nextId()}] : [pick]));
		},
		remove: id => keep(pick => pick.id !== id),
		draftOf: draft,
		edit(id, next) {
			drafts.value = new Map(drafts.peek()).set(id, next);
			const now = savable(next);
			if (!now) return;
			const choice = Object.fromEntries(CHOICE_NAMES.map(name => [name, now[name]])) as unknown as Choice;
			picks.value = picks.peek().map(pick => (pick.id === id ? {...pick, choice} : pick));
		},
		show: (id, shown) => update(id, {shown}),
		start,
		stop,
		dispose() {
			dispose();
			cancel();
		},
	};
}

/** In the order of the presets; picks of one preset in the order in which they were made. */
const inOrder = (picks: readonly StrategyPick[]) =>
	[...picks].sort((a, b) => STRATEGY_PRESETS.indexOf(a.preset) - STRATEGY_PRESETS.indexOf(b.preset));

/** The continuation of a finished run that is looked at. */
export const shownOf = ({continuations, shown}: StrategyRun): Continuation => continuations[shown];

/** The names of picks: the preset's name, with "edited" after an edit, and numbered where two would be the same. */
export function namesOf(picks: readonly StrategyPick[]): ReadonlyMap<number, string> {
	const used = new Map<string, number>();
	return new Map(
		picks.map(({id, preset, choice}) => {
			const label = t(`options_preset_${preset}`);
			const name = isSameJson(choice, comparedChoice(preset)) ? label : t('strategies_edited', label);
			const times = (used.get(name) ?? 0) + 1;
			used.set(name, times);
			return [id, times === 1 ? name : `${name} (${times})`];
		}),
	);
}
