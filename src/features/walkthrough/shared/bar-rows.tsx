import {fitting, monoWidth} from '../../../ui/figures/text-width.ts';
import {percent} from '../../../ui/format.ts';

/** A probability with its name. */
export interface Bar {
	key: string | number;
	label: string;
	probability: number;
	/** Written between the name and the bar: a logit. */
	note?: string;
	/** What it was before, marked by a thin line; null where that is the same thing. */
	before?: number | null;
	/** Stands out from the others. */
	strong?: boolean;
	/** Stands back behind the others. */
	faint?: boolean;
	/** Many classes together: its share is said, not drawn, because no bar is one of theirs. */
	together?: boolean;
}

interface Props {
	bars: readonly Bar[];
	/** CSS pixels: where the rows begin, how wide they are, and the height of each. */
	y: number;
	width: number;
	row: number;
	/** The most of the width that names may take. */
	names?: number;
}

const NOTE = 64;
const PERCENT = 64;

/** Where the notes and the bars begin, for what is written above them. */
export function barColumns(bars: readonly Bar[], width: number, names = 0.4) {
	const left = Math.min(
		width * names,
		Math.max(...bars.filter(bar => !bar.together).map(bar => monoWidth(bar.label))) + 12,
	);
	const track = left + (bars.some(bar => bar.note !== undefined) ? NOTE : 0);
	return {left, track, room: Math.max(40, width - track - PERCENT)};
}

/** Probabilities as rows: name, bar on a track from 0 to 1, and the number. */
export function BarRows({bars, y, width, row, names}: Props) {
	const {left, track, room} = barColumns(bars, width, names);
	const base = row / 2 + 4;
	return bars.map(({key, label, probability, note, before = null, strong, faint, together}, i) => (
		<g key={key} transform={`translate(0, ${y + i * row})`}>
			<text class={together ? 'quiet-text' : strong ? 'mono target' : 'mono'} x={0} y={base}>
				{together ? label : fitting(label, left - 8)}
			</text>
			{note !== undefined && (
				<text class="note" x={track - 12} y={base} text-anchor="end">
					{note}
				</text>
			)}
			{!together && (
				<>
					<rect class="track" x={track} y={3} width={room} height={row - 6} rx={3} />
					<rect
						class="up"
						x={track}
						y={3}
						width={Math.max(1, room * probability)}
						height={row - 6}
						rx={3}
						fill-opacity={faint ? 0.45 : 1}
					/>
				</>
			)}
			{before !== null && (
				<line class="before" x1={track + room * before} x2={track + room * before} y1={1} y2={row - 1} />
			)}
			<text class="numbers-text" x={width} y={base} text-anchor="end">
				{percent(probability)}
			</text>
		</g>
	));
}
