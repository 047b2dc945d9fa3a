import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import type {Generation} from '../../../parameters/registry.ts';
import type {ClassesAnswer, ClassRow, DrawAnswer, Prompt} from '../../../protocol/engine.ts';
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

/** Choose, append, repeat: what has been chosen so far, and how it goes on. */
export function useLoop(walk: Walk, generation: Generation, most: number) {
	const {engine, text} = walk;
	const chosen = useSignal<readonly Chosen[]>([]);
	const playing = useSignal(false);
	// Another text, strategy or seed begins again.
	const start = JSON.stringify([text.value, generation]);
	useEffect(() => {
		chosen.value = [];
		playing.value = false;
	}, [start]);
	const appended = chosen.value.map(({id}) => id);
	const prompt: Prompt = {text: text.value, appended, generated: appended.length};
	const asked = useQuery(engine, 'classes', {prompt, generation, limit: LISTED});
	const draw = useMemo(() => createQuery(engine, 'draw'), [engine]);
	useEffect(() => draw.cancel, [draw]);
	const {answer} = asked;
	const last = chosen.value.at(-1) ?? null;
	const isOver =
		last?.end === true ||
		chosen.value.length >= Math.min(most, MOST) ||
		generation.stopStrings.some(stop => spell(chosen.value).includes(stop));
	const append = (next: Omit<Chosen, 'slices'>, from: ClassesAnswer) => {
		chosen.value = [...chosen.peek(), {...next, slices: slicesOf(from)}];
	};
	const step = () => {
		if (!answer || draw.running.peek() || isOver) return;
		void draw.ask(
			{prompt, generation, index: chosen.value.length},
			{onAnswer: drawn => append({...drawn, byHand: false}, answer)},
		);
	};
	useEffect(() => {
		if (!playing.value) return;
		if (isOver) {
			playing.value = false;
			return;
		}
		const timer = setTimeout(step, PACE);
		return () => clearTimeout(timer);
	}, [playing.value, answer, chosen.value.length, isOver]);
	return {
		prompt,
		asked,
		chosen: chosen.value,
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
			chosen.value = chosen.value.slice(0, -1);
		},
		begin() {
			chosen.value = [];
		},
	};
}
