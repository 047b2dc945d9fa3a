import type {VNode} from 'preact';
import type {Token} from '../../protocol/engine.ts';
import type {Characters} from './characters.ts';
import {TokenText} from './token-view.tsx';

interface Props<T extends Token> {
	run: Characters<T>;
	/** The item of a token. As part of a character it draws no text of its own. */
	item(token: T, index: number, part: boolean): VNode;
	/** The items are no list items, but buttons in a row. */
	inline?: boolean;
}

/**
 * Items of a list of tokens, for one run of them: mostly one token. Tokens that share a character are drawn as that
 * character, once, with a mark under it for each that can be pointed at or focused.
 */
export function RunItem<T extends Token>({run, item, inline = false}: Props<T>): VNode {
	if (run.text === null || run.tokens.length === 1) {
		const [{token, index}] = run.tokens;
		return item(token, index, false);
	}
	const [Outer, Parts] = inline ? (['span', 'span'] as const) : (['li', 'ul'] as const);
	return (
		<Outer class="shared-character">
			<TokenText token={{text: run.text}} />
			<Parts class="parts">{run.tokens.map(({token, index}) => item(token, index, true))}</Parts>
		</Outer>
	);
}
