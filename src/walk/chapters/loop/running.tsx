import type {Token} from '../../../protocol/engine.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';

/** The text, with what was appended. */
export function Running({text, chosen}: {text: string; chosen: readonly Token[]}) {
	return (
		<p class="running mono">
			{visibleToken({text})}
			{chosen.map((token, i) => (
				<mark key={i} class={i === chosen.length - 1 ? 'newest' : undefined}>
					{visibleToken(token)}
				</mark>
			))}
			<span class="slot" aria-hidden="true" />
		</p>
	);
}
