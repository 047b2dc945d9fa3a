import {useSignal} from '@preact/signals';
import type {TargetedKeyboardEvent, TargetedPointerEvent} from 'preact';
import {useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {BitsLegend} from '../../../ui/components/bits-legend.tsx';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, count, percent} from '../../../ui/format.ts';
import {bitsColours} from '../../../ui/tokens/surprisal-scale.ts';
import {isolate, visibleToken} from '../../../ui/tokens/token-text.ts';
import {byteToken, visibleStretch} from './bytes.ts';
import type {StepBatch} from './trainer/past.ts';

const ROW = 13;
/** Bytes of a piece before a position that are said with it. */
const BEFORE = 12;

interface Props {
	/** The bytes that are learned. */
	bytes: Uint8Array;
	batch: StepBatch;
	step: number;
}

/** All positions of a step's batch with their losses: one pass, as many classifications. */
export function BatchGrid({bytes, batch: {begins, losses}, step}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const at = useSignal(0);
	const columns = losses.length / begins.length;
	const cell = width / columns;
	const cells = useMemo(
		() =>
			[...losses].map((loss, i) => (
				<rect
					key={i}
					x={(i % columns) * cell}
					y={Math.floor(i / columns) * ROW}
					width={cell - 0.5}
					height={ROW - 0.5}
					style={`fill: ${bitsColours(loss).background}`}
				/>
			)),
		[losses, cell],
	);
	const target = (i: number) => begins[Math.floor(i / columns)] + (i % columns) + 1;
	const told = (i: number) => {
		const end = target(i);
		const before = bytes.subarray(Math.max(end - 1 - (i % columns), end - BEFORE), end);
		return t('walk_train_cell', {
			byte: isolate(visibleToken(byteToken(bytes[end]))),
			before: isolate(visibleStretch(before)),
			loss: bits(losses[i]),
			probability: percent(2 ** -losses[i]),
		});
	};
	const look = (event: TargetedPointerEvent<SVGGElement>) => {
		const box = event.currentTarget.getBoundingClientRect();
		const within = (value: number, most: number) => Math.min(most - 1, Math.max(0, Math.floor(value)));
		const row = within((event.clientY - box.top) / ROW, begins.length);
		at.value = row * columns + within((event.clientX - box.left) / cell, columns);
	};
	const key = (event: TargetedKeyboardEvent<SVGGElement>) => {
		const moves: Record<string, number> = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns};
		const to = at.peek() + (moves[event.key] ?? Number.NaN);
		if (Number.isNaN(to)) return;
		event.preventDefault();
		at.value = Math.min(losses.length - 1, Math.max(0, to));
	};
	const title = t('walk_train_grid', {losses: count(losses.length)});
	return (
		<Figure
			name={`batch-of-step-${step}`}
			title={title}
			numbers={() => ({
				columns: [
					t('walk_train_piece'),
					t('walk_column_position'),
					t('walk_column_target'),
					t('walk_column_loss'),
					t('walk_column_probability'),
				],
				rows: [...losses].map((loss, i) => [
					count(Math.floor(i / columns) + 1),
					count((i % columns) + 1),
					visibleToken(byteToken(bytes[target(i)])),
					bits(loss),
					percent(2 ** -loss),
				]),
			})}
			csv={() => [
				['piece', 'position', 'byte', 'loss_bits'],
				...[...losses].map((loss, i) => [Math.floor(i / columns) + 1, (i % columns) + 1, bytes[target(i)], loss]),
			]}
		>
			<p class="readout">{tn('walk_train_pieces', begins.length, {columns: count(columns)})}</p>
			<div ref={ref}>
				<Picture width={width} height={begins.length * ROW} label={title} interactive>
					<g
						class="strip"
						role="slider"
						tabindex={0}
						aria-label={title}
						aria-valuemin={1}
						aria-valuemax={losses.length}
						aria-valuenow={at.value + 1}
						aria-valuetext={told(at.value)}
						onPointerMove={look}
						onPointerDown={look}
						onKeyDown={key}
					>
						{cells}
						<rect
							class="looked-at"
							x={(at.value % columns) * cell - 0.5}
							y={Math.floor(at.value / columns) * ROW - 0.5}
							width={cell + 0.5}
							height={ROW + 0.5}
						/>
					</g>
				</Picture>
			</div>
			<p class="readout">{told(at.value)}</p>
			<BitsLegend />
		</Figure>
	);
}
