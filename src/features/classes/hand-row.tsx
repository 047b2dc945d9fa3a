import type {Signal} from '@preact/signals';
import type {ComponentChildren} from 'preact';
import {useRef} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import type {ClassRow as Row} from '../../protocol/values/token.ts';
import type {Box} from '../../ui/placement.ts';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {biasOf, type Forbidden, forbid, forbiddenAt, keyOf, pushTo} from '../prompt/biases.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {PushFigures} from './push.tsx';
import './hand-row.css';

/** What a row can do to its class. */
export interface ByHand {
	biasOf(row: Row): number;
	forbiddenAt(row: Row): Forbidden['at'] | null;
	/** Set what is added to its logit. The list then shows the distribution that comes of it. */
	push(row: Row, bias: number): void;
	/** Forbid it, or, with null, give it back. */
	forbid(row: Row, at: Forbidden['at'] | null): void;
	/** The row whose menu is open. It is no part of the list, whose rows move with every answer. */
	readonly menu: Signal<OpenMenu | null>;
}

interface OpenMenu {
	readonly row: Row;
	/** Where the row is. */
	readonly at: Box;
}

/** How much a key adds to a logit, and how many pixels of a drag add one. */
export const STEP = 0.5;
const PIXELS = 40;
/** A pointer that moves less than this presses. */
const SLACK = 6;

/** The classes view's hand. */
export function createByHand({prompt, loop}: Workspace, menu: ByHand['menu']): ByHand {
	const look = () => loop.lookAtSampling('hand');
	return {
		biasOf: row => biasOf(prompt.hand.value, [row]),
		forbiddenAt: row => forbiddenAt(prompt.hand.value, row.id),
		push(row, bias) {
			prompt.setHand(pushTo(prompt.hand.peek(), [row], bias), keyOf([row]));
			look();
		},
		forbid(row, at) {
			prompt.setHand(forbid(prompt.hand.peek(), row, at), keyOf([row]));
			look();
		},
		menu,
	};
}

interface Props {
	row: Row;
	byHand?: ByHand;
	children: ComponentChildren;
}

/** A row that can be pushed, by dragging it sideways or with + and −, and forbidden, with × or the key x; its menu has all of it. */
export function HandRow({row, byHand, children}: Props) {
	const drag = useRef<{x: number; bias: number; moved: boolean} | null>(null);
	if (!byHand) return <li>{children}</li>;

	const forbidden = byHand.forbiddenAt(row);
	const toggle = () => byHand.forbid(row, forbidden ? null : 'every-step');
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const direction = {'+': 1, '=': 1, '-': -1, '−': -1}[event.key];
		if (direction) byHand.push(row, byHand.biasOf(row) + direction * STEP);
		else if (event.key === 'x' || event.key === 'Delete') toggle();
		else return;
		event.preventDefault();
	};
	const onPointerDown = (event: PointerEvent) => {
		if (event.button !== 0 || (event.target as Element).closest('.forbid')) return;
		drag.current = {x: event.clientX, bias: byHand.biasOf(row), moved: false};
	};
	const onPointerMove = (event: PointerEvent & {currentTarget: HTMLElement}) => {
		const now = drag.current;
		if (!now) return;
		const distance = event.clientX - now.x;
		if (!now.moved && Math.abs(distance) < SLACK) return;
		if (!now.moved) event.currentTarget.setPointerCapture(event.pointerId);
		now.moved = true;
		const direction = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
		byHand.push(row, now.bias + (direction * distance) / PIXELS);
	};
	const end = () => {
		drag.current = null;
	};
	const label = t(forbidden ? 'hand_give_back' : 'hand_forbid', {tokens: isolate(spokenToken(row))});
	return (
		<li
			class="hand-row"
			onKeyDown={onKeyDown}
			onPointerDown={onPointerDown}
			onPointerMove={onPointerMove}
			onPointerUp={() => {
				// The click that follows a drag chooses nothing.
				if (drag.current?.moved) setTimeout(end);
				else end();
			}}
			onPointerCancel={end}
			onClickCapture={event => {
				if (!drag.current?.moved) return;
				event.stopPropagation();
				event.preventDefault();
				end();
			}}
			onContextMenu={event => {
				event.preventDefault();
				byHand.menu.value = {row, at: event.currentTarget.getBoundingClientRect()};
			}}
		>
			{children}
			<button
				type="button"
				class="forbid"
				tabIndex={-1}
				title={label}
				aria-label={label}
				aria-pressed={forbidden !== null}
				onClick={toggle}
			>
				×
			</button>
			{row.push && (
				<p class="push-line">
					<PushFigures row={row} push={row.push} />
				</p>
			)}
		</li>
	);
}
