import type {ReadonlySignal} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {ClassesAnswer} from '../../../protocol/questions/classes.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {useHeld} from '../../../ui/delayed.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {PromptState} from '../prompt.ts';
import type {Workspace} from '../workspace.ts';
import {TurnSwitch} from './chat-switch.tsx';
import {PromptsMenu} from './prompts-menu.tsx';
import './meta-line.css';

interface Props {
	app: Workspace;
	/** The token at the pointer, or at the caret. */
	at: ReadonlySignal<Token | undefined>;
}

const ORIGINS = {
	page: 'popup_origin_page',
	typed: 'popup_origin_typed',
	example: 'popup_origin_example',
	link: 'popup_origin_link',
} as const;

/** How many tokens the model reads, with those that come before the text. */
const tokenCount = ({tokens, beginning, fromEndOfText}: ClassesAnswer, {addSpecialTokens = true}: PromptState) =>
	(fromEndOfText ? 0 : tokens.length) + (addSpecialTokens ? beginning.length : 0);

/** Under the prompt: how many tokens, where the text is from, the last chosen class; other prompts; undo. */
export function MetaLine({app, at}: Props) {
	const {prompt, classes} = app;
	const answer = classes.answer.value;
	const numbers = useHeld(classes.running.value) ? 'numbers stale' : 'numbers';
	const token = at.value;
	const chosen = prompt.prompt.value.appended.length;
	// While the loop's bar is on screen, it has this button.
	const hasLoop = app.wide.value || app.shownTab.value === 'classes';
	return (
		<div class="meta">
			<span class={numbers}>{answer ? tn('popup_tokens', tokenCount(answer, prompt.prompt.value)) : '\u00a0'}</span>
			{token ? (
				<span class="meta-token">
					<TokenText token={token} /> {token.special && `${t('popup_token_special')}, `}
					{t('popup_token_short', {id: token.id})}
				</span>
			) : (
				<span class="meta-origin">
					{chosen > 0
						? tn('popup_chosen_since', chosen, {origin: t(ORIGINS[prompt.origin.value])})
						: t(ORIGINS[prompt.origin.value])}
				</span>
			)}
			<span class="spacer" />
			<TurnSwitch app={app} />
			<PromptsMenu app={app} />
			{prompt.canUndo.value && !hasLoop && (
				<button type="button" class="link" title={t('popup_undo_title')} onClick={() => prompt.undo()}>
					<span aria-hidden="true">↶ </span>
					{t('popup_undo')}
				</button>
			)}
		</div>
	);
}
