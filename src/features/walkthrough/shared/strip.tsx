import type {TargetedKeyboardEvent, TargetedPointerEvent} from 'preact';
import {useMemo} from 'preact/hooks';
import {zoomOf} from '../../../ui/figures/zoom.ts';

interface Props {
	values: readonly number[];
	/** The magnitude of full colour; what exceeds it has the same. */
	full: number;
	/** CSS pixels. */
	y: number;
	width: number;
	/** Which one is looked at. */
	at: number;
	onLook(index: number): void;
	/** What it is, and the value looked at in words. */
	label: string;
	spoken: string;
}

const CELL = 2.2;
/** Between the rows of one strip. */
const GAP = 2;

/** How many rows so many numbers take, so that each cell can be seen and pointed at. */
const rowsOf = (count: number, width: number) => Math.max(1, Math.ceil((count * CELL) / width));
const rowHeight = (rows: number) => (rows === 1 ? 26 : 15);

/** Height of a strip. */
export function stripHeight(count: number, width: number): number {
	const rows = rowsOf(count, width);
	return rows * (rowHeight(rows) + GAP) - GAP;
}

/**
 * A vector as a strip of cells: blue above zero, orange below, the stronger the larger. One slider for the keyboard: arrow
 * keys go from number to number.
 */
export function Strip({values, full, y, width, at, onLook, label, spoken}: Props) {
	const rows = rowsOf(values.length, width);
	const height = rowHeight(rows);
	const columns = Math.ceil(values.length / rows);
	const cell = width / columns;
	const place = (i: number) => ({x: (i % columns) * cell, y: Math.floor(i / columns) * (height + GAP)});
	const cells = useMemo(
		() =>
			values.map((value, i) => (
				<rect
					key={i}
					class={value < 0 ? 'down' : 'up'}
					{...place(i)}
					width={Math.max(0.5, cell - (cell > 4 ? 0.6 : 0))}
					height={height}
					fill-opacity={Math.min(1, Math.abs(value) / full).toFixed(3)}
				/>
			)),
		[values, full, width],
	);
	const look = (event: TargetedPointerEvent<SVGGElement>) => {
		const box = event.currentTarget.getBoundingClientRect();
		const zoom = zoomOf(event.currentTarget);
		const row = Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / zoom / (height + GAP))));
		const column = Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / zoom / cell)));
		onLook(Math.min(values.length - 1, row * columns + column));
	};
	const key = (event: TargetedKeyboardEvent<SVGGElement>) => {
		const steps: Record<string, number> = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns};
		const to =
			event.key === 'Home' ? 0 : event.key === 'End' ? values.length - 1 : at + (steps[event.key] ?? Number.NaN);
		if (Number.isNaN(to)) return;
		event.preventDefault();
		onLook(Math.min(values.length - 1, Math.max(0, to)));
	};
	const seen = place(at);
	return (
		<g
			class="strip"
			transform={`translate(0, ${y})`}
			role="slider"
			tabindex={0}
			aria-label={label}
			aria-valuemin={1}
			aria-valuemax={values.length}
			aria-valuenow={at + 1}
			aria-valuetext={spoken}
			onPointerMove={look}
			onPointerDown={look}
			onKeyDown={key}
		>
			<rect class="strip-ground" width={width} height={rows * (height + GAP) - GAP} />
			{cells}
			<rect class="looked-at" x={seen.x - 1} y={seen.y - 1} width={cell + 2} height={height + 2} />
		</g>
	);
}
