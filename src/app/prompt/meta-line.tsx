import type {Token} from '../../protocol/engine.ts';
import {useHeld} from '../../ui/delayed.ts';
import {bits} from '../../ui/format.ts';
import {t, tn} from '../../ui/i18n.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {App} from '../app.ts';

interface Props {
	app: App;
	/** The token at the caret. */
	atCaret?: {token: Token; index: number};
}

const ORIGINS = {page: 'popup_origin_page', typed: 'popup_origin_typed', example: 'popup_origin_example'} as const;

/** Under the prompt: how many tokens, how open the model is about the next, where the text is from; undo. */
export function MetaLine({app, atCaret}: Props) {
	const {prompt, classes} = app;
	const answer = classes.answer.value;
	const numbers = useHeld(classes.running.value) ? 'numbers stale' : 'numbers';
	return (
		<div class="meta">
			<span class={numbers}>
				{answer ? tn('popup_tokens', answer.fromEndOfText ? 0 : answer.tokens.length) : '\u00a0'}
			</span>
			{answer && <span class={numbers}>{t('popup_entropy', bits(answer.entropyBits))}</span>}
			{atCaret ? (
				<span class="meta-token">
					<TokenText token={atCaret.token} /> {t('popup_token_short', atCaret.token.id)}
				</span>
			) : (
				<span>{t(ORIGINS[prompt.origin.value])}</span>
			)}
			<span class="spacer" />
			{prompt.canUndo.value && (
				<button type="button" class="link" title={t('popup_undo_title')} onClick={() => prompt.undo()}>
					<span aria-hidden="true">↶ </span>
					{t('popup_undo')}
				</button>
			)}
		</div>
	);
}
