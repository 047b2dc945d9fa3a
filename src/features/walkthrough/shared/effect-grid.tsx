import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting, monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {roving} from '../../../ui/roving.ts';
import {pressable} from './pressable.ts';

/** A cell of a grid of effects; null where it is not known yet. */
interface EffectCell {
	value: number | null;
	/** The number as it is written in the cell. */
	text: string;
	/** All of it in words. */
	spoken: string;
	/** Stands out: it is what is looked at, or off. */
	marked?: boolean;
}

interface Props {
	label: string;
	columns: readonly string[];
	rows: readonly {name: string; cells: readonly EffectCell[]}[];
	/** The magnitude of full colour. */
	full: number;
	onPress(row: number, column: number): void;
}

const TOP = 22;
const ROW = 26;
/** A narrower cell has no room for its number. */
const WRITTEN = 40;

/** SVG has no table of its own; these say that the drawing is one. */
const TABLE = {role: 'table'} as const;
const ROW_ROLE = {role: 'row'} as const;
const COLUMN_HEADER = {role: 'columnheader'} as const;
const ROW_HEADER = {role: 'rowheader'} as const;
const CELL = {role: 'cell'} as const;

/** Half a colour is the most: the number on it must stay readable. */
const STRONGEST = 0.55;

/**
 * Effects as a table of colours: blue where they speak for the class, orange where they speak against it. Every cell is a button; for a
 * screen reader it is a table with the names of its rows and columns.
 */
export function EffectGrid({label, columns, rows, full, onPress}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const left = Math.max(...rows.map(({name}) => monoWidth(name))) + 18;
	const cell = Math.min(86, (width - left) / columns.length);
	return (
		<div ref={ref} {...roving('grid')}>
			<Picture width={width} height={TOP + rows.length * ROW} label={label} interactive>
				<g {...TABLE} aria-label={label}>
					<g {...ROW_ROLE}>
						<text {...CELL} x={0} y={14} />
						{columns.map((name, i) => (
							<text
								key={i}
								{...COLUMN_HEADER}
								class="quiet-text"
								x={left + (i + 0.5) * cell}
								y={14}
								text-anchor="middle"
							>
								{fitting(name, 1.15 * cell)}
							</text>
						))}
					</g>
					{rows.map(({name, cells}, r) => (
						<g key={r} {...ROW_ROLE} data-row transform={`translate(0, ${TOP + r * ROW})`}>
							<text {...ROW_HEADER} class="quiet-text" x={left - 10} y={17} text-anchor="end">
								{name}
							</text>
							{cells.map((one, c) => (
								<g key={c} {...CELL} transform={`translate(${left + c * cell}, 0)`}>
									<g
										class="pressable"
										{...pressable(() => onPress(r, c), r === 0 && c === 0, one.marked ?? false)}
										aria-label={one.spoken}
									>
										<rect class="ground plain" x={1} y={1} width={cell - 2} height={ROW - 2} rx={3} />
										{one.value !== null && (
											<rect
												class={one.value < 0 ? 'down' : 'up'}
												x={1}
												y={1}
												width={cell - 2}
												height={ROW - 2}
												rx={3}
												fill-opacity={(STRONGEST * Math.min(1, Math.abs(one.value) / full)).toFixed(3)}
											/>
										)}
										{one.marked && <rect class="looked-at" x={1.5} y={1.5} width={cell - 3} height={ROW - 3} rx={3} />}
										{cell >= WRITTEN && (
											<text class={one.marked ? 'target' : ''} x={cell / 2} y={17} text-anchor="middle">
												{one.text}
											</text>
										)}
									</g>
								</g>
							))}
						</g>
					))}
				</g>
			</Picture>
		</div>
	);
}
