import {batch, effect, type Signal, signal, useSignal} from '@preact/signals';
import {useEffect, useMemo, useRef} from 'preact/hooks';
import type {Engine} from '../../../client/query.ts';
import type {Generation} from '../../../engine/parameters/registry.ts';
import type {DrawAnswer} from '../../../protocol/questions/draw.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import type {ClassRow} from '../../../protocol/values/token.ts';
import {createGrowingText} from '../../loop/growing-text.ts';
import {createLoop, type LoopSettings} from '../../loop/loop.ts';
import {requestOf} from '../../loop/prompt.ts';
import {useLast} from '../shared/use-last.ts';
import {readClasses, writeClasses} from '../state/classes.ts';
import type {Walk} from '../state/walk.ts';
import {type Slice, slicesOf} from './slices.ts';

/** The longest that the loop runs here. */
export const MOST = 40;
/** How many classes the bar shows one by one. */
const LISTED = 24;

/** A class that was chosen, and the bar that it was chosen from. */
export interface Chosen extends DrawAnswer {
	/** Whether the reader chose it, and not the strategy. */
	byHand: boolean;
	slices: readonly Slice[];
}

/** The classes that an address keeps. */
const readChosen = (value: string) => readClasses(value).slice(0, MOST);

/**
 * Choose, append, repeat: the loop of the popup, on the walk's text. The address keeps the classes that were chosen
 * (`chosen`), and how many of the last of them were drawn in one run (`run`; all of them where it is left out).
 */
export function useLoop(walk: Walk, generation: Generation) {
	const {text, address} = walk;
	const engine = walk.body.engine.value;
	const chosenIds = address.value('loop', 'chosen', '');
	const run = address.value('loop', 'run', '');
	/** How the last class was chosen; null where the address says only that it was. */
	const last = useSignal<Chosen | null>(null);
	const {growing, loop, settings} = useMemo(() => create(walk, engine, generation), [engine]);
	useEffect(
		() => () => {
			loop.dispose();
			growing.dispose();
		},
		[loop, growing],
	);
	useBeginAgain(JSON.stringify([text.value, generation]), engine, chosenIds);

	// What the address says, a link or the way back, goes before what was chosen here.
	useEffect(() => {
		settings.value = {...generation, seedMode: 'fixed'};
		const now = growing.prompt.peek();
		// As it is now: it may just have begun again.
		const chosen = readChosen(chosenIds.peek());
		const generated = /^\d{1,2}$/.test(run.value) ? Math.min(chosen.length, Number(run.value)) : chosen.length;
		const isSame = now.text === text.value && now.appended.map(({id}) => id).join() === chosen.map(({id}) => id).join();
		if (isSame && now.generated === generated) return;
		loop.pause();
		if (!isSame) last.value = null;
		growing.begin(text.value, chosen, generated);
	}, [growing, text.value, chosenIds.value, run.value, JSON.stringify(generation)]);
	useEffect(
		() =>
			effect(() => {
				const {appended, generated} = growing.prompt.value;
				const next = writeClasses(appended);
				if (next === writeClasses(readChosen(chosenIds.peek()))) return;
				batch(() => {
					chosenIds.value = next;
					run.value = generated === appended.length ? '' : String(generated);
				});
			}),
		[growing],
	);
	useEffect(
		() =>
			effect(() => {
				const drawn = loop.drawn.value;
				const answer = growing.classes.answer.peek();
				if (drawn && !drawn.appended && answer) last.value = {...drawn, byHand: false, slices: slicesOf(answer)};
			}),
		[growing, loop],
	);

	const {appended} = growing.prompt.value;
	const answer = growing.classes.answerFor.value === growing.key.value ? growing.classes.answer.value : null;
	// Nothing goes from the page between two steps.
	const shown = useLast(answer, text.value);
	const tokens = appended.flatMap((one, i): Token[] => {
		const token = one.text === undefined && one.bytes === undefined ? answer?.tokens.at(i - appended.length) : one;
		return token ? [token] : [];
	});
	const drawn = loop.drawn.value;
	const isOver = loop.ended.value !== null || appended.length >= MOST;
	return {
		prompt: requestOf(growing.prompt.value),
		/** The classes of what is there now; while they are on their way, those before the last step. */
		answer: shown,
		waiting: {progress: null, error: growing.classes.error.value, retry: growing.classes.retry},
		/** What was appended; what of it the engine has not named yet is left out. */
		chosen: tokens,
		count: appended.length,
		last: last.value,
		/** The class that a number has just fallen on, before it joins the text. */
		falling: drawn && !drawn.appended ? drawn : null,
		isOver,
		step: () => void loop.step(),
		playing: loop.playing.value,
		error: loop.error.value,
		/** Append a class of the reader's choice, which ends a run of draws. */
		choose(row: ClassRow, start: number) {
			if (!answer || isOver) return;
			last.value = {...row, number: null, start, byHand: true, slices: slicesOf(answer)};
			growing.append(row);
		},
		togglePlaying: () => (loop.playing.peek() ? loop.pause() : loop.play()),
		back() {
			last.value = null;
			growing.back();
		},
		begin() {
			last.value = null;
			growing.begin(text.peek());
		},
	};
}

function create(walk: Walk, engine: Engine, generation: Generation) {
	const settings = signal<LoopSettings>({...generation, seedMode: 'fixed'});
	const growing = createGrowingText({engine, text: walk.text.peek(), settings, limit: LISTED});
	const session = {slot: <T>(_name: string, initial: T) => signal(initial)};
	const loop = createLoop({engine, session, prompt: growing, classes: growing.classes, settings});
	return {growing, loop, settings};
}

/**
 * Another text, strategy, seed or model begins again. A link that brings both another start and what was chosen after it
 * does not.
 */
function useBeginAgain(start: string, engine: unknown, chosen: Signal<string>): void {
	const before = useRef({start, engine, chosen: chosen.peek()});
	useEffect(() => {
		const {current} = before;
		if ((current.start !== start || current.engine !== engine) && current.chosen === chosen.peek()) chosen.value = '';
		before.current = {start, engine, chosen: chosen.peek()};
	}, [start, engine, chosen.value]);
}
