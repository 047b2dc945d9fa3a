import type {ComponentChildren, VNode} from 'preact';
import {t} from '../../client/browser/i18n.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {count} from '../format.ts';
import {type Characters, charactersOf} from './characters.ts';
import {TokenText} from './token-view.tsx';

interface Props<T extends Token> {
	run: Characters<T>;
	/** The item of a token. As part of a character it draws no text. */
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

interface HeadProps {
	/** All tokens of the text. */
	tokens: readonly Token[];
	index: number;
	/** The rest of the first line. */
	children: ComponentChildren;
}

/** The heading of a token's card: the token, or the character that it is a part of, and which part. */
export function TokenHead({tokens, index, children}: HeadProps) {
	const run = charactersOf(tokens).find(({tokens}) => tokens.some(part => part.index === index));
	const shared = run && run.text !== null && run.tokens.length > 1 ? {text: run.text, of: run.tokens} : null;
	return (
		<>
			<p>
				<TokenText token={shared ?? tokens[index]} /> {children}
			</p>
			{shared && (
				<p class="quiet small">
					{t('passage_part', {index: count(index - shared.of[0].index + 1), sharing: count(shared.of.length)})}
				</p>
			)}
		</>
	);
}
