import type {ComponentChildren, TargetedKeyboardEvent, TargetedPointerEvent} from 'preact';
import {zoomOf} from '../../../ui/figures/zoom.ts';

interface Props {
	/** Left edge, and the side of a cell, in CSS pixels. */
	x: number;
	cell: number;
	/** Rows and columns. */
	size: number;
	row: number;
	column: number;
	label: string;
	/** The cell that is looked at, in words. */
	spoken: string;
	onLook(row: number, column: number): void;
	/** By a press, or with Enter or Space. */
	onChoose(row: number): void;
	children: ComponentChildren;
}

const STEPS: Record<string, [row: number, column: number]> = {
	ArrowUp: [-1, 0],
	ArrowDown: [1, 0],
	ArrowLeft: [0, -1],
	ArrowRight: [0, 1],
};

/** The lower triangle of a square, one cell of which is looked at: by pointer, or with the arrow keys. */
export function GridArea({x, cell, size, row, column, label, spoken, onLook, onChoose, children}: Props) {
	const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
	const pointed = (event: TargetedPointerEvent<SVGGElement>): [row: number, column: number] => {
		const box = event.currentTarget.getBoundingClientRect();
		const side = cell * zoomOf(event.currentTarget);
		const to = clamp(Math.floor((event.clientY - box.top) / side), size - 1);
		return [to, clamp(Math.floor((event.clientX - box.left) / side), to)];
	};
	const look = (event: TargetedPointerEvent<SVGGElement>) => onLook(...pointed(event));
	const key = (event: TargetedKeyboardEvent<SVGGElement>) => {
		const step = STEPS[event.key];
		const isChosen = event.key === 'Enter' || event.key === ' ';
		if (!step && !isChosen) return;
		event.preventDefault();
		if (isChosen) return onChoose(row);
		const to = clamp(row + step[0], size - 1);
		onLook(to, clamp(column + step[1], to));
	};
	return (
		<g
			class="strip"
			role="slider"
			tabindex={0}
			aria-label={label}
			aria-valuemin={1}
			aria-valuemax={size}
			aria-valuenow={row + 1}
			aria-valuetext={spoken}
			onPointerMove={look}
			onPointerDown={event => {
				look(event);
				onChoose(pointed(event)[0]);
			}}
			onKeyDown={key}
		>
			<rect class="strip-ground" x={x} y={0} width={size * cell} height={size * cell} />
			{children}
			<rect class="looked-at" x={x + column * cell - 0.5} y={row * cell - 0.5} width={cell} height={cell} />
		</g>
	);
}
