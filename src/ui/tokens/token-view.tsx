import {Fragment} from 'preact';
import type {Token} from '../../protocol/values/prompt.ts';
import {tokenParts} from './token-text.ts';

interface Props {
	token: Pick<Token, 'text' | 'bytes'>;
	/** Newlines also break the line, as they do in the text. */
	breaks?: boolean;
}

/** A token's exact text, with what cannot be seen made visible; what its neighbours write never reorders it. */
export function TokenText({token, breaks}: Props) {
	return (
		<bdi class="token-text">
			{tokenParts(token).map((part, i) =>
				part.kind === 'text' ? (
					part.shown
				) : (
					<Fragment key={i}>
						{/* A line may break at the space, so not at the dot that shows it. */}
						{part.raw === ' ' && <wbr />}
						<span class={/\s/u.test(part.raw) ? `${part.kind} blank` : part.kind}>{part.shown}</span>
						{breaks && part.raw === '\n' && <br />}
					</Fragment>
				),
			)}
		</bdi>
	);
}
