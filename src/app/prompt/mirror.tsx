import type {ComponentChildren} from 'preact';
import {tokenParts} from '../../ui/tokens/token-text.ts';
import {type Cell, needsSpelling, type Stretch} from './cells.ts';

/**
 * The text as it is, character for character, so that it lies exactly under the text area's own: what is added (dots
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

/** Tokens spelled out: bytes in hex, controls by name. Takes other room than the text itself. */
function Spelled({cell}: {cell: Cell}) {
	return (
		<>
			{cell.tokens.map(({token, index}) => (
				<span key={index} class="cell spelled" data-tip={index}>
					{tokenParts(token).map(part => part.shown)}
				</span>
			))}
		</>
	);
}

interface Props {
	stretches: readonly Stretch[];
	/** Nobody is typing: what has no shape of its own may take the room to be spelled. */
	spelled: boolean;
}

/** The prompt's tokens, each underlined. */
export function Mirror({stretches, spelled}: Props) {
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
				if (spelled && needsSpelling(cell)) return <Spelled key={i} cell={cell} />;
				return (
					<span key={i} class="cell" style={`--tokens: ${cell.tokens.length}`} data-tip={cell.tokens[0].index}>
						{exact(cell.text)}
					</span>
				);
			})}
			{/* A line break at the very end opens a line in a text area, and must here. */}
			{'\u200b'}
		</div>
	);
}
