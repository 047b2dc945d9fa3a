import {type Signal, useSignal} from '@preact/signals';
import type {RefObject} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {zoomOf} from '../../../ui/figures/zoom.ts';

/** Where an arrow key goes: a chapter's beginning, its headings, its figures, its questions. */
const STOPS = 'h1, h2, .fig, .question';
/** Elements that take letters and arrows themselves. */
const TAKES_KEYS = 'input, textarea, select, dialog, [contenteditable], [role=slider]';
/** What presenters send, too. */
const TURNS: Record<string, 1 | -1> = {ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1};

interface Parts {
	main: RefObject<HTMLElement | null>;
	/** Whether the key that begins it is wanted: a person can switch single letters off (WCAG 2.1.4). */
	hasKey(): boolean;
	/** Go to the chapter after this one, or to the one before, where there is one. */
	turn(by: 1 | -1): void;
}

/**
 * For a class in front of a projector: everything half as large again, a figure fills the screen, and the arrow keys go from
 * figure to figure and from chapter to chapter. The key P begins it, Escape ends it.
 */
export function useClassMode({main, hasKey, turn}: Parts): Signal<boolean> {
	const on = useSignal(false);
	useEffect(() => {
		const onKey = (event: KeyboardEvent) => {
			if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
			if (on.peek() && event.key === 'Escape') {
				on.value = false;
				return;
			}
			if (event.target instanceof Element && event.target.closest(TAKES_KEYS)) return;
			const by = TURNS[event.key];
			if (event.key.toLowerCase() === 'p' && hasKey()) on.value = !on.peek();
			else if (on.peek() && by && main.current) goOn(main.current, by, turn);
			else return;
			event.preventDefault();
		};
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [turn, hasKey]);
	const was = useRef(false);
	useEffect(() => {
		const {classList} = document.documentElement;
		classList.toggle('class-mode', on.value);
		// A page that has just been opened begins at its top.
		if (on.value !== was.current) main.current?.scrollIntoView?.({block: 'start'});
		was.current = on.value;
		return () => classList.remove('class-mode');
	}, [on.value]);
	return on;
}

/** From the stop at the top of the screen to the next, or the one before; past the last, to another chapter. */
function goOn(main: HTMLElement, by: 1 | -1, turn: (by: 1 | -1) => void): void {
	const stops = [...main.querySelectorAll<HTMLElement>(STOPS)];
	const tops = stops.map(stop => Math.round(stop.getBoundingClientRect().top - marginOf(stop)));
	// Where one is, is at the top, less its margin there; the page scrolls to whole pixels alone.
	const to = by > 0 ? tops.findIndex(top => top > 2) : tops.findLastIndex(top => top < -2);
	const isAtEnd = by > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
	if (to < 0 || isAtEnd) turn(by);
	else stops[to].scrollIntoView({block: 'start'});
}

/** What is left free above a stop that is scrolled to, in pixels of the screen. */
const marginOf = (stop: Element): number =>
	(Number.parseFloat(getComputedStyle(stop).scrollMarginTop) || 0) * zoomOf(stop);
