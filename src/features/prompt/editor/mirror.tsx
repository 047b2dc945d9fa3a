import type {ComponentChildren} from 'preact';
import type {Band} from '../../../ui/tokens/rank-bands.ts';
import {tokenParts, visibleParts} from '../../../ui/tokens/token-text.ts';
import {type Cell, needsSpelling, type PromptStretch} from './cells.ts';
import {NextClass, type NextClassContent} from './next-class.tsx';
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

/**
 * Text that cannot be seen: controls by name, bytes that never become a character in hex. Takes other room than the
 * text itself.
 */
function Spelled({cell: {text, tokens}, chosen}: {cell: Cell; chosen: string}) {
	const parts = text === '' ? tokens.map(({token}) => tokenParts(token)) : [visibleParts(text)];
	return parts.map((shown, i) => (
		<span
			key={tokens[i].index}
			class={`cell spelled${chosen}`}
			style={`--tokens: ${text === '' ? 1 : tokens.length}`}
			data-token={tokens[i].index}
		>
			{shown.map(part => part.shown)}
		</span>
	));
}

/** A character that several tokens make is drawn once; each token has its share of the width to point at. */
const Parts = ({cell}: {cell: Cell}) =>
	cell.tokens.map(({index}, part) => <i key={index} class="part" style={`--part: ${part}`} data-tip={index} />);

interface Props {
	stretches: readonly PromptStretch[];
	/** Whether invisible text is spelled out, which takes more room: only while the person is not typing. */
	spelled: boolean;
	/** The band of a token that was chosen, by its index; null for one that came with the text. */
	bandAt(index: number): Band | null;
	/** The class that comes next, or its empty place; left out while there is no text. */
	nextClass?: NextClassContent;
}

/** The prompt's tokens, each underlined; those that were chosen have the colour of their rank. */
export function Mirror({stretches, spelled, bandAt, nextClass}: Props) {
	return (
		<div class="mirror" aria-hidden="true" dir="auto">
			{stretches.map((stretch, i) => {
				if (stretch.kind !== 'cell') {
					return (
						<span key={i} class={stretch.kind}>
							{exact(stretch.text)}
						</span>
					);
				}
				const {cell} = stretch;
				const band = bandAt(cell.tokens[0].index);
				const chosen = band === null ? '' : ` chosen chosen-${band}`;
				if (spelled && needsSpelling(cell)) return <Spelled key={i} cell={cell} chosen={chosen} />;
				return (
					<span
						key={i}
						class={`cell${chosen}${cell.tokens[0].token.special ? ' special' : ''}`}
						style={`--tokens: ${cell.tokens.length}`}
						data-token={cell.tokens[0].index}
					>
						{exact(cell.text)}
						{cell.tokens.length > 1 && <Parts cell={cell} />}
					</span>
				);
			})}
			{nextClass && <NextClass content={nextClass} />}
			{/* A line break at the very end opens a line in a text area, and must here. */}
			{'\u200b'}
		</div>
	);
}
