import {useSignal} from '@preact/signals';
import {scaleLinear} from 'd3-scale';
import {useMemo} from 'preact/hooks';
import {t} from '../../../../client/browser/i18n.ts';
import {Figure} from '../../../../ui/figures/figure.tsx';
import {Picture} from '../../../../ui/figures/picture.tsx';
import {fitting, flow, monoWidth} from '../../../../ui/figures/text-width.ts';
import {useWidth} from '../../../../ui/figures/use-width.ts';
import {count, decimal} from '../../../../ui/format.ts';
import {measuresOf} from '../../measure/rows.ts';
import type {Result, Results} from '../../state/results.ts';

const BARS = 80;
const ROW = BARS + 52;
const LEAST = 30;
/** Words that are drawn; the numbers of all are in the table. */
const DRAWN = 300;

interface Props {
	results: Results;
	all: readonly Result[];
	note: string;
}

/** A text as lines of bars, one a word: what it costs the model to read it. */
export function OneText({results, all, note}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const asked = useSignal<string | null>(null);
	const measured = useMemo(() => all.flatMap(({item, refusal}, i) => (refusal ? [] : {row: item.row, i})), [all]);
	const at = asked.value === null ? measured[0] : measured.find(({row}) => String(row) === asked.value);
	const words = useMemo(() => {
		if (!at) return [];
		const {item, tokens} = results.measured(at.i);
		return measuresOf(item, tokens, 'word');
	}, [results, at?.i]);
	if (measured.length === 0) return null;
	const drawn = words.slice(0, DRAWN);
	const labels = drawn.map(({text}) => fitting(text, width - 12));
	const widths = labels.map(label => Math.max(LEAST, monoWidth(label) + 10));
	const places = flow(widths, width, 2);
	const lines = (places.at(-1)?.row ?? 0) + 1;
	const y = scaleLinear(
		[0, Math.max(1, ...drawn.map(word => Math.max(word.correctedBits, word.plainBits)))],
		[0, BARS],
	);
	const title = t('desk_text_title', {row: count(at?.row ?? 0)});
	return (
		<>
			<div class="controls">
				<label>
					{t('desk_text_row')}{' '}
					<input
						class="field short"
						type="number"
						min={measured[0].row}
						max={measured[measured.length - 1].row}
						value={asked.value ?? measured[0].row}
						onInput={event => {
							asked.value = event.currentTarget.value;
						}}
					/>
				</label>
				{!at && <span role="status">{t('desk_text_none')}</span>}
			</div>
			{at && (
				<Figure
					name={`row-${at.row}`}
					title={title}
					note={note}
					numbers={() => ({
						columns: [t('desk_output_word'), t('desk_picture_corrected'), t('desk_picture_plain')],
						rows: words.map(word => [word.text, decimal(word.correctedBits, 3), decimal(word.plainBits, 3)]),
					})}
					csv={() => [
						['word', 'corrected_surprisal_bits', 'plain_surprisal_bits'],
						...words.map(word => [word.text, word.correctedBits, word.plainBits]),
					]}
				>
					<div ref={ref}>
						<Picture width={width} height={lines * ROW} label={title}>
							{drawn.map((word, i) => {
								const {x, row} = places[i];
								const height = Math.max(0, y(word.correctedBits));
								const [left, room] = [4, widths[i] - 8];
								return (
									<g key={word.start} transform={`translate(${x}, ${row * ROW})`}>
										<title>{`${word.text}: ${decimal(word.correctedBits, 2)}`}</title>
										<rect class="up" x={left} y={16 + BARS - height} width={room} height={Math.max(1, height)} rx={2} />
										<line
											class="before"
											x1={left}
											x2={left + room}
											y1={16 + BARS - y(word.plainBits)}
											y2={16 + BARS - y(word.plainBits)}
										/>
										<text
											class="note"
											x={widths[i] / 2}
											y={11 + BARS - Math.max(height, y(word.plainBits))}
											text-anchor="middle"
										>
											{decimal(word.correctedBits, 1)}
										</text>
										<text class="mono" x={widths[i] / 2} y={16 + BARS + 17} text-anchor="middle">
											{labels[i]}
										</text>
									</g>
								);
							})}
						</Picture>
					</div>
					<p class="quiet small">{t('desk_text_legend')}</p>
					{words.length > DRAWN && <p class="quiet small">{t('desk_text_drawn', {drawn: count(DRAWN)})}</p>}
				</Figure>
			)}
		</>
	);
}
