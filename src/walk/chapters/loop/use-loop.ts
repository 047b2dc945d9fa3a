import {type Signal, useSignal} from '@preact/signals';
import {useEffect, useMemo, useRef} from 'preact/hooks';
import type {Generation} from '../../../parameters/registry.ts';
import type {ClassesAnswer, ClassRow, DrawAnswer, Prompt, Token} from '../../../protocol/engine.ts';
import {createQuery} from '../../../ui/client/query.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {spell} from '../../../ui/tokens/token-text.ts';
import type {Walk} from '../../state/walk.ts';
import {type Slice, slicesOf} from './slices.ts';

/** The longest that the loop runs here. */
export const MOST = 40;
const PACE = 900;
/** How many classes the bar shows one by one. */
const LISTED = 24;

/** A class that was chosen, and the bar that it was chosen from. */
export interface Chosen extends DrawAnswer {
	/** Whether the reader chose it, and not the strategy. */
	byHand: boolean;
	slices: readonly Slice[];
}

/** Token ids as an address keeps them; what is none is left out. */
const readIds = (value: string) =>
	value
		.split(',')
		.filter(id => /^\d{1,7}$/.test(id))
		.map(Number)
		.slice(0, MOST);

/** Choose, append, repeat: what has been chosen so far, and how it goes on. */
export function useLoop(walk: Walk, generation: Generation, most: number) {
	const {engine, text} = walk;
	const chosenIds = walk.address.value('loop', 'chosen', '');
	const appended = readIds(chosenIds.value);
	/** How each was chosen; null of those that were in the address. */
	const how = useSignal<readonly (Chosen | null)[]>([]);
	const playing = useSignal(false);
	/** Steps that were asked for before the classes were there. */
	const due = useSignal(0);
	const goTo = (ids: readonly number[]) => {
		chosenIds.value = ids.join(',');
	};
	const rest = () => {
		playing.value = false;
		due.value = 0;
	};
	useBeginAgain(JSON.stringify([text.value, generation]), engine, chosenIds, rest);
	const prompt: Prompt = {text: text.value, appended, generated: appended.length};
	const asked = useQuery(engine, 'classes', {prompt, generation, limit: LISTED});
	const draw = useMemo(() => createQuery(engine, 'draw'), [engine]);
	useEffect(() => draw.cancel, [draw]);
	const {answer} = asked;
	const known = appended.map((id, i) => (how.value[i]?.id === id ? how.value[i] : null));
	const tokens = appended.flatMap((_, i): Token[] => {
		const token = known[i] ?? answer?.tokens.at(i - appended.length);
		return token ? [token] : [];
	});
	const last = known.at(-1) ?? null;
	const isOver =
		last?.end === true ||
		appended.length >= Math.min(most, MOST) ||
		generation.stopStrings.some(stop => spell(tokens).includes(stop));
	const append = (next: Omit<Chosen, 'slices'>, from: ClassesAnswer) => {
		how.value = [...known, {...next, slices: slicesOf(from)}];
		goTo([...appended, next.id]);
	};
	const step = () => {
		if (isOver) return;
		if (!answer || draw.running.peek()) {
			due.value++;
			return;
		}
		void draw.ask(
			{prompt, generation, index: appended.length},
			{onAnswer: drawn => append({...drawn, byHand: false}, answer)},
		);
	};
	useEffect(() => {
		if (!answer || due.peek() === 0) return;
		due.value--;
		step();
	}, [answer]);
	useEffect(() => {
		if (!playing.value) return;
		if (isOver) {
			playing.value = false;
			return;
		}
		const timer = setTimeout(step, PACE);
		return () => clearTimeout(timer);
	}, [playing.value, answer, appended.length, isOver]);
	return {
		prompt,
		asked,
		/** What was appended; what of it the engine has not named yet is left out. */
		chosen: tokens,
		count: appended.length,
		/** How the last class was chosen; null where the address says only that it was. */
		last,
		isOver,
		step,
		playing: playing.value,
		error: draw.error.value,
		/** Append a class of the reader's choice. */
		choose(row: ClassRow, start: number) {
			if (!answer || isOver) return;
			draw.cancel();
			append({...row, number: null, start, byHand: true}, answer);
		},
		togglePlaying() {
			playing.value = !playing.value;
		},
		back() {
			rest();
			goTo(appended.slice(0, -1));
		},
		begin() {
			rest();
			goTo([]);
		},
	};
}

/**
 * Another text, strategy, seed or model begins again. A link that brings both another start and what was chosen after it
 * does not.
 */
function useBeginAgain(start: string, engine: unknown, chosen: Signal<string>, stop: () => void): void {
	const before = useRef({start, engine, chosen: chosen.peek()});
	useEffect(() => {
		const {current} = before;
		if (current.start !== start || current.engine !== engine) {
			stop();
			if (current.chosen === chosen.peek()) chosen.value = '';
		}
		before.current = {start, engine, chosen: chosen.peek()};
	}, [start, engine, chosen.value]);
}
