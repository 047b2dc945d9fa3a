import type {ComponentChildren, TargetedPointerEvent} from 'preact';
import {useEffect, useId, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {useEscape} from '../escape.ts';
import {placeBeside} from '../placement.ts';

interface Props {
	/** Contains elements that carry `data-tip`. */
	children: ComponentChildren;
	/** The card's content for the element with this `data-tip`; null for no card. */
	content(tip: string): ComponentChildren;
	class?: string;
}

const HOVER_PAUSE = 220;

/** Whether the focus came in a way that shows: by keyboard, not by a click. */
const seenFocus = (node: EventTarget | null) => node instanceof Element && node.matches(':focus-visible');

/**
 * One card for all the elements inside that carry `data-tip`: it opens by pointing, by focus and by touch, closes
 * with Escape, and can itself be pointed at. One listener for the area, however many tokens it holds.
 */
export function TipArea({children, content, class: className}: Props) {
	const [target, setTarget] = useState<HTMLElement | null>(null);
	const timer = useRef<number | undefined>(undefined);
	const close = () => {
		clearTimeout(timer.current);
		timer.current = undefined;
		setTarget(null);
	};
	useEffect(() => () => clearTimeout(timer.current), []);
	/** The element that was clicked: its card stays closed, or it would cover the panel that the click opened. */
	const clicked = useRef<HTMLElement | null>(null);
	const card = useRef<HTMLDivElement>(null);
	const id = useId();

	const find = (node: EventTarget | null) => (node instanceof Element ? node.closest<HTMLElement>('[data-tip]') : null);

	useLayoutEffect(() => {
		const node = card.current;
		if (!target || !node) return;
		// A token may break over two lines; the card covers neither.
		const lines = [...target.getClientRects()];
		void placeBeside(node, lines.length > 0 ? lines : [target.getBoundingClientRect()]);
	});

	useEscape(target ? close : null);
	useEffect(() => {
		if (!target) return;
		target.setAttribute('aria-describedby', id);
		const onScroll = (event: Event) => {
			if (!card.current?.contains(event.target as Node)) close();
		};
		document.addEventListener('scroll', onScroll, true);
		return () => {
			target.removeAttribute('aria-describedby');
			document.removeEventListener('scroll', onScroll, true);
		};
	}, [target, id]);

	const point = (event: TargetedPointerEvent<HTMLElement>) => {
		if (event.pointerType === 'touch') return;
		const found = find(event.target);
		if (found !== null && found === clicked.current) return;
		clicked.current = null;
		if (found === target && timer.current === undefined) return;
		clearTimeout(timer.current);
		timer.current = undefined;
		// A pointer that only passes opens nothing; once a card is open, the next follows at once.
		if (target || !found) setTarget(found);
		else {
			timer.current = window.setTimeout(() => {
				timer.current = undefined;
				setTarget(found);
			}, HOVER_PAUSE);
		}
	};
	const touch = (event: TargetedPointerEvent<HTMLElement>) => {
		if (event.pointerType !== 'touch') return;
		const found = find(event.target);
		setTarget(found === target ? null : found);
	};
	const click = (event: Event) => {
		const found = find(event.target);
		if (!(found instanceof HTMLButtonElement)) return;
		clicked.current = found;
		close();
	};
	const leave = (event: TargetedPointerEvent<HTMLElement>) => {
		if (event.pointerType === 'touch' || card.current?.contains(event.relatedTarget as Node | null)) return;
		clicked.current = null;
		close();
	};

	const stay = (event: Event) => event.stopPropagation();

	const tip = target?.isConnected ? target.dataset.tip : undefined;
	const text = tip === undefined ? null : content(tip);
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: it only closes the card of a button that was clicked by any means
		// biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are the interactive elements
		<div
			class={className}
			onPointerOver={point}
			onInput={close}
			onPointerDown={touch}
			onClick={click}
			onPointerLeave={leave}
			onFocusIn={event => seenFocus(event.target) && setTarget(find(event.target))}
			onFocusOut={close}
		>
			{children}
			{text && (
				<div ref={card} id={id} class="tip" role="tooltip" onPointerOver={stay} onPointerMove={stay}>
					{text}
				</div>
			)}
		</div>
	);
}
