import {Fragment} from 'preact';
import type {Piece} from '../../protocol/engine.ts';
import {pieceParts} from './token-text.ts';

interface Props {
	piece: Pick<Piece, 'text' | 'bytes'>;
	/** Newlines also break the line, as they do in the text. */
	breaks?: boolean;
}

/** A token's exact text, with what cannot be seen made visible; what its neighbours write never reorders it. */
export function TokenText({piece, breaks}: Props) {
	return (
		<bdi class="token-text">
			{pieceParts(piece).map((part, i) =>
				part.kind === 'text' ? (
					part.shown
				) : (
					<Fragment key={i}>
						{/* The dot is no place to break a line; the space it stands for is. */}
						{part.raw === ' ' && <wbr />}
						<span class={part.kind}>{part.shown}</span>
						{breaks && part.raw === '\n' && <br />}
					</Fragment>
				),
			)}
		</bdi>
	);
}
