import type {Piece} from '../../protocol/engine.ts';
import {pieceParts} from '../pieces.ts';

/** A token's exact text, with what cannot be seen made visible; what its neighbours write never reorders it. */
export function TokenText({piece}: {piece: Pick<Piece, 'text' | 'bytes'>}) {
	return (
		<bdi class="token-text">
			{pieceParts(piece).map((part, i) =>
				part.kind === 'text' ? (
					part.shown
				) : (
					<span key={i} class={part.kind}>
						{part.shown}
					</span>
				),
			)}
		</bdi>
	);
}
