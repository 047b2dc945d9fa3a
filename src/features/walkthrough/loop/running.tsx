import {endOf} from '../../../client/text-end.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';

/** How much of a long text's end is shown before what was appended, in UTF-16 units. */
const SHOWN = 600;

/** The text, with what was appended. */
export function Running({text, chosen}: {text: string; chosen: readonly Token[]}) {
	return (
		<p class="running mono">
			{text.length > SHOWN && '…'}
			{visibleToken({text: endOf(text, SHOWN)})}
			{chosen.map((token, i) => (
				<mark key={i} class={i === chosen.length - 1 ? 'newest' : undefined}>
					{visibleToken(token)}
				</mark>
			))}
			<span class="slot" aria-hidden="true" />
		</p>
	);
}
