import {useMemo} from 'preact/hooks';
import type {Token} from '../../../protocol/values/prompt.ts';
import {Picture} from '../../../ui/figures/picture.tsx';
import {flow, monoWidth, shortened} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {roving} from '../../../ui/roving.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {pressable} from './pressable.ts';

/** A token in a figure. */
export interface FlowToken {
	token: Pick<Token, 'text' | 'bytes'>;
	/** Written below it in small print: an id, a number. */
	note?: string;
	/** Everything there is to say about it: read out, and shown while it is pointed at. */
	spoken: string;
	/** The colour of its ground, by what it means: `up`, `down`, `plain`, `band-1` ... */
	tone?: string;
	/** How much of that colour, 0 to 1. */
	strength?: number;
	chosen?: boolean;
}

interface Props {
	label: string;
	tokens: readonly FlowToken[];
	onChoose?(index: number): void;
	/** Room for the notes, even where there are none yet. */
	noted?: boolean;
}

const PADDING = 5;
const GAP = 3;
const HEIGHT = 26;
const NOTE = 15;
const LONGEST = 40;

/** Tokens in running order, each a box; with `onChoose` they are buttons that arrow keys walk. */
export function TokenFlow({label, tokens, onChoose, noted}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const labels = useMemo(() => tokens.map(({token}) => shortened(visibleToken(token), LONGEST)), [tokens]);
	const boxes = useMemo(() => {
		const widths = tokens.map(
			({note}, i) => Math.max(monoWidth(labels[i]), note ? note.length * 6.2 : 0) + 2 * PADDING,
		);
		return flow(widths, width, GAP).map((place, i) => ({...place, width: Math.min(widths[i], width)}));
	}, [tokens, labels, width]);
	const hasNotes = noted || tokens.some(({note}) => note);
	const rowHeight = HEIGHT + (hasNotes ? NOTE : 0) + 5;
	const rows = (boxes.at(-1)?.row ?? 0) + 1;
	const chosen = Math.max(
		0,
		tokens.findIndex(token => token.chosen),
	);
	return (
		<div ref={ref} class="flow" {...roving('both')}>
			<Picture width={width} height={rows * rowHeight} label={label} interactive>
				{tokens.map(({note, spoken, tone = 'plain', strength = 1, chosen: isChosen}, i) => {
					const {x, row, width: boxWidth} = boxes[i];
					const button = onChoose
						? pressable(() => onChoose(i), i === chosen, isChosen ?? false)
						: {role: 'img' as const};
					return (
						<g
							key={i}
							{...button}
							class={onChoose ? 'box pressable' : 'box'}
							transform={`translate(${x}, ${row * rowHeight})`}
						>
							{/* Its name too: one that is written twice would be read as what is drawn. */}
							<title>{spoken}</title>
							<rect
								class={isChosen ? `ground ${tone} chosen` : `ground ${tone}`}
								x={0.5}
								y={0.5}
								width={boxWidth - 1}
								height={HEIGHT - 1}
								rx={4}
								fill-opacity={strength}
							/>
							<text class="mono" x={PADDING} y={17.5}>
								{labels[i]}
							</text>
							{note && (
								<text class="note" x={boxWidth / 2} y={HEIGHT + 11} text-anchor="middle">
									{note}
								</text>
							)}
						</g>
					);
				})}
			</Picture>
		</div>
	);
}
