import {batch, computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import {t} from '../../client/browser/i18n.ts';
import {createQuery, type Engine, type Query} from '../../client/query.ts';
import {isSameJson} from '../../client/same-json.ts';
import {newSettingsDraft, type SettingsDraft, savable} from '../../client/settings/draft.ts';
import {type Choice, comparedChoice, type PresetId, STRATEGY_PRESETS} from '../../client/settings/presets.ts';
import {CHOICE_NAMES, type Generation, generationOf} from '../../engine/parameters/registry.ts';
import type {GenerateAnswer, GeneratedToken} from '../../protocol/questions/generate.ts';
import type {EventOf} from '../../protocol/questions.ts';
import type {Progress, Prompt} from '../../protocol/values/prompt.ts';
import type {Hypotheses} from '../continuations/continuations-store.ts';
import {requestOf} from '../loop/prompt.ts';
import {randomSeed, seedFor} from '../loop/seed.ts';
import type {StoreParts} from '../prompt/parts.ts';
import type {PromptStore} from '../prompt/prompt-store.ts';

/** A strategy in the comparison: a preset, its parameters as they were edited, and its latest run. */
export interface StrategyPick {
	id: number;
	preset: (typeof STRATEGY_PRESETS)[number];
	choice: Choice;
	run: StrategyRun | null;
}

/** A strategy's question to the engine, and its result. */
export interface StrategyRun {
	prompt: Prompt;
	/** Of a `PromptStore`. */
	promptKey: string;
	generation: Generation;
	status: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
	answer: GenerateAnswer | null;
	/** Which of its continuations is looked at. */
	shown: number;
	error: string | null;
}

/** A run that is not done; it changes too often to be saved. */
export interface LiveRun {
	/** How far the prompt is read. */
	progress: ReadonlySignal<Progress | null>;
	/** Tokens of the first continuation so far. */
	tokens: readonly GeneratedToken[];
	/** Beam search: the last step. */
	hypotheses: Hypotheses | null;
}

const NOTHING_YET: LiveRun = {progress: signal(null), tokens: [], hypotheses: null};

/** Strategies to compare, and their runs on one prompt. Saved with the session. */
export interface StrategyRuns {
	readonly picks: ReadonlySignal<readonly StrategyPick[]>;
	/** By the id of the pick. */
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
	run: null,
});

// The classic comparison: greedy search loops, ancestral sampling wanders, beam search is bland, and nucleus sampling is the
// usual remedy.
const FIRST_PICKS = (['greedy', 'ancestral', 'nucleus', 'beam'] as const).map((preset, id) => newPick(id, preset));

const isUnfinished = ({run}: StrategyPick) => run?.status === 'waiting' || run?.status === 'running';

/** Starts with the picks and runs that an earlier page left, and continues those that had not ended. */
export function createStrategyRuns(parts: Parts): StrategyRuns {
	const {engine, session, prompt, settings, ready, freshSeed = randomSeed} = parts;
	const picks = session.slot<StrategyPick[]>('strategy-picks', FIRST_PICKS);
	const live = signal<ReadonlyMap<number, LiveRun>>(new Map());
	const drafts = signal<ReadonlyMap<number, SettingsDraft>>(new Map());
	/** The queries of the runs that have not ended, by pick; null when nothing runs. */
	let queries: ReadonlyMap<number, Query<'generate'>> | null = null;
	let lastId = Math.max(-1, ...picks.peek().map(({id}) => id));

	const change = (id: number, to: (pick: StrategyPick) => StrategyPick) => {
		picks.value = picks.peek().map(pick => (pick.id === id ? to(pick) : pick));
	};
	const update = (id: number, fields: Partial<StrategyRun>) =>
		change(id, pick => ({...pick, run: pick.run && {...pick.run, ...fields}}));
	const liveOf = (id: number) => live.peek().get(id) ?? NOTHING_YET;
	const setLive = (id: number, fields: Partial<LiveRun>) => {
		live.value = new Map(live.peek()).set(id, {...liveOf(id), ...fields});
	};

	function receive(id: number, event: Exclude<EventOf<'generate'>, Progress>) {
		if (event.kind === 'hypotheses') setLive(id, {hypotheses: event});
		if (event.kind !== 'tokens') return;
		const first = event.tokens.filter(({branch}) => branch === 0).map(({token}) => token);
		setLive(id, {tokens: [...liveOf(id).tokens, ...first]});
	}

	/** Resolves when the run has ended, however it did. */
	function ask(id: number, {prompt, generation}: StrategyRun, query: Query<'generate'>): Promise<void> {
		return batch(() => {
			update(id, {status: 'running'});
			setLive(id, {...NOTHING_YET, progress: query.progress});
			return query.ask(
				{prompt, generation},
				{
					onEvent: event => receive(id, event),
					onAnswer: answer => update(id, {status: 'done', answer}),
					onError: ({message}) => update(id, {status: 'failed', error: message}),
				},
			);
		});
	}

	async function runAll() {
		cancel();
		const mine = new Map(
			picks.peek().flatMap(pick => (isUnfinished(pick) ? [[pick.id, createQuery(engine, 'generate')]] : [])),
		);
		queries = mine;
		for (const [id, query] of mine) {
			// A strategy that was removed while it waited is not computed.
			const run = picks.peek().find(pick => pick.id === id)?.run;
			if (run) await ask(id, run, query);
			if (queries !== mine) return;
		}
	}

	function cancel() {
		for (const query of queries?.values() ?? []) query.cancel();
		queries = null;
	}

	function start() {
		const generation = {...generationOf(settings.peek()), seed: seedFor(settings.peek(), freshSeed)};
		const asked = {prompt: requestOf(prompt.prompt.peek()), promptKey: prompt.key.peek()};
		const waiting = {...asked, status: 'waiting', answer: null, shown: 0, error: null} as const;
		picks.value = picks.peek().map(pick => ({...pick, run: {...waiting, generation: {...generation, ...pick.choice}}}));
		live.value = new Map();
		void runAll();
	}

	function stop() {
		cancel();
		for (const {id} of picks.peek().filter(isUnfinished)) update(id, {status: 'stopped'});
	}

	// Runs that had not finished when the page closed are asked again; the same seed gives the same text.
	const dispose = effect(() => {
		if (ready.value && !queries && picks.peek().some(isUnfinished)) void runAll();
	});

	function keep(wanted: (pick: StrategyPick) => boolean) {
		for (const {id} of picks.peek().filter(pick => !wanted(pick))) queries?.get(id)?.cancel();
		picks.value = picks.peek().filter(wanted);
	}

	return {
		picks,
		live,
		running: computed(() => picks.value.some(isUnfinished)),
		toggle(preset) {
			if (picks.peek().some(pick => pick.preset === preset)) keep(pick => pick.preset !== preset);
			else picks.value = inOrder([...picks.peek(), newPick(++lastId, preset as StrategyPick['preset'])]);
		},
		duplicate(id) {
			picks.value = picks
				.peek()
				.flatMap(pick => (pick.id === id ? [pick, {...pick, id: ++lastId, run: null}] : [pick]));
		},
		remove: id => keep(pick => pick.id !== id),
		draftOf(id) {
			const choice = picks.value.find(pick => pick.id === id)?.choice;
			return drafts.value.get(id) ?? newSettingsDraft({...settings.value, ...choice});
		},
		edit(id, next) {
			drafts.value = new Map(drafts.peek()).set(id, next);
			const now = savable(next);
			if (!now) return;
			const choice = Object.fromEntries(CHOICE_NAMES.map(name => [name, now[name]])) as unknown as Choice;
			change(id, pick => ({...pick, choice}));
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

/** The names of picks: the preset's name, with "edited" after an edit, and numbered where two would be the same. */
export function namesOf(picks: readonly StrategyPick[]): ReadonlyMap<number, string> {
	const used = new Map<string, number>();
	return new Map(
		picks.map(({id, preset, choice}) => {
			const label = t(`options_preset_${preset}`);
			const name = isSameJson(choice, comparedChoice(preset)) ? label : t('strategies_edited', {name: label});
			const times = (used.get(name) ?? 0) + 1;
			used.set(name, times);
			return [id, times === 1 ? name : `${name} (${times})`];
		}),
	);
}
