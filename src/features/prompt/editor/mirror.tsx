import type {ComponentChildren} from 'preact';
import {useMemo} from 'preact/hooks';
import type {Chunk} from '../../../ui/chunks.ts';
import type {Band} from '../../../ui/tokens/rank-bands.ts';
import {tokenParts, visibleParts} from '../../../ui/tokens/token-text.ts';
import {type Cell, needsSpelling, type PromptStretch, textOf} from './cells.ts';
import './mirror.css';

/**
 * The text as it is, character for character, so that it is exactly under the text area's own: what is added (dots
 * for spaces, arrows for line breaks) takes no room.
 */
function exact(text: string): ComponentChildren[] {
	const parts: ComponentChildren[] = [];
	for (const match of text.matchAll(/([ \t\n])|[^ \t\n]+/g)) {
		const [run, white] = match;
		const kind = white === ' ' ? 'dot' : white === '\t' ? 'tab' : 'newline';
		parts.push(
			white ? (
				<span key={match.index} class={`white ${kind}`}>
					{run}
				</span>
			) : (
				run
			),
		);
	}
	return parts;
}

/** A stretch of the prompt as the mirror draws it. */
export interface Drawn {
	stretch: PromptStretch;
	/** The band of a token that was chosen; null for one that came with the text. */
	band: Band | null;
}

/** Whether two stretches look alike, wherever they stand. */
export function isDrawnAlike({stretch: a, band}: Drawn, {stretch: b, band: other}: Drawn): boolean {
	if (a === b) return band === other;
	if (a.kind !== 'cell' || b.kind !== 'cell') return a.kind === b.kind && textOf(a) === textOf(b);
	const ids = ({tokens}: Cell) => tokens.map(({token}) => token.id).join();
	return band === other && a.cell.text === b.cell.text && ids(a.cell) === ids(b.cell);
}

/**
 * Text that cannot be seen: controls by name, bytes that never become a character in hex. Takes other room than the
 * text itself.
 */
const spelledOut = ({text, tokens}: Cell) =>
	(text === '' ? tokenParts(tokens[0].token) : visibleParts(text)).map(part => part.shown);

/** A character that several tokens make is drawn once; each token has its share of the width to point at. */
const Parts = ({cell}: {cell: Cell}) =>
	cell.tokens.map(({index}, part) => <i key={index} class="part" style={`--part: ${part}`} data-part={part} />);

/** A cell. What it says of its place is within its chunk, so that it stays as it is while the text before it changes. */
function drawnCell({stretch, band}: Drawn, i: number, spelled: boolean) {
	if (stretch.kind !== 'cell') {
		return (
			<span key={i} class={stretch.kind}>
				{exact(stretch.text)}
			</span>
		);
	}
	const {cell} = stretch;
	const asSpelled = spelled && needsSpelling(cell);
	const kinds = [
		'cell',
		asSpelled && 'spelled',
		band && `chosen chosen-${band}`,
		cell.tokens[0].token.special && 'special',
	];
	return (
		<span key={i} class={kinds.filter(Boolean).join(' ')} style={`--tokens: ${cell.tokens.length}`} data-cell={i}>
			{asSpelled ? spelledOut(cell) : exact(cell.text)}
			{!asSpelled && cell.tokens.length > 1 && <Parts cell={cell} />}
		</span>
	);
}

interface ChunkProps {
	chunk: Chunk<Drawn>;
	/** How many stretches come before it. */
	from: number;
	spelled: boolean;
}

/** Drawn once, until one of its cells changes: of a long text a key press changes few. */
function CellChunk({chunk, from, spelled}: ChunkProps) {
	const cells = useMemo(() => <>{chunk.items.map((item, i) => drawnCell(item, i, spelled))}</>, [chunk, spelled]);
	return <span data-from={from}>{cells}</span>;
}

/** The stretch that an element of the mirror is drawn for, by its place; null for other elements. */
export const stretchAt = (element: Element): number | null => {
	const [cell, chunk] = [element.closest<HTMLElement>('[data-cell]'), element.closest<HTMLElement>('[data-from]')];
	return cell && chunk ? Number(chunk.dataset.from) + Number(cell.dataset.cell) : null;
};

interface Props {
	chunks: readonly Chunk<Drawn>[];
	/** Whether invisible text is spelled out, which takes more room: only while the person is not typing. */
	spelled: boolean;
	/** The place of the class that comes next; left out while there is no text. */
	children?: ComponentChildren;
}

/** The prompt's tokens, each underlined; those that were chosen have the colour of their rank. */
export function Mirror({chunks, spelled, children}: Props) {
	let before = 0;
	return (
		<div class="mirror" aria-hidden="true" dir="auto">
			{chunks.map(chunk => {
				const from = before;
				before += chunk.items.length;
				return <CellChunk key={chunk.key} chunk={chunk} from={from} spelled={spelled} />;
			})}
			{children}
			{/* A line break at the very end opens a line in a text area, and must here. */}
			{'\u200b'}
		</div>
	);
}
