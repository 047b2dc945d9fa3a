import {useComputed, useSignal} from '@preact/signals';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import type {Token} from '../../protocol/engine.ts';
import {TipArea} from '../../ui/components/tip-area.tsx';
import {count, ordinal} from '../../ui/format.ts';
import {t, tn} from '../../ui/i18n.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {App} from '../app.ts';
import {shownText} from '../state/prompt.ts';
import {cellAt, cellsOf, layOut, layOutStale, needsSpelling, type Stretch} from './cells.ts';
import {FollowSwitch} from './follow-switch.tsx';
import {MetaLine} from './meta-line.tsx';
import {Mirror} from './mirror.tsx';
import './prompt.css';

/**
 * The prompt is its tokens, editable in place: a text area with invisible letters over a mirror that shows the tokens.
 * The text area keeps what people know of one: caret, selection, input methods, its own undo.
 */
export function PromptEditor({app}: {app: App}) {
	const {prompt, classes} = app;
	const area = useRef<HTMLTextAreaElement>(null);
	const composing = useSignal(false);
	const focused = useSignal(false);
	const caret = useSignal<number | null>(null);
	/** What an input method is composing is shown before it is the prompt. */
	const draft = useSignal<string | null>(null);
	const last = useRef<readonly Stretch[]>([]);

	const shown = useComputed(() => draft.value ?? shownText(prompt.prompt.value));
	const stretches = useComputed(() => {
		const fresh = draft.value === null && classes.answerFor.value === prompt.key.value;
		const tokens = classes.answer.value?.tokens ?? [];
		last.current = fresh ? layOut(shown.value, cellsOf(tokens)) : layOutStale(shown.value, last.current);
		return last.current;
	});
	const spelled = useComputed(
		() => !focused.value && stretches.value.some(stretch => stretch.kind === 'cell' && needsSpelling(stretch.cell)),
	);

	useLayoutEffect(() => {
		if (area.current && !composing.peek() && area.current.value !== shown.value) area.current.value = shown.value;
		// Of a long text, show the end, where the next class comes, unless somebody is editing before it.
		const node = area.current;
		const box = node?.closest('.prompt');
		if (!node || !box) return;
		if (!focused.peek() || node.selectionEnd === node.value.length) box.scrollTop = box.scrollHeight;
	}, [shown.value]);

	useEffect(() => {
		const follow = () => {
			const node = area.current;
			caret.value = node && document.activeElement === node ? node.selectionEnd : null;
		};
		document.addEventListener('selectionchange', follow);
		return () => document.removeEventListener('selectionchange', follow);
	}, []);

	const changed = () => {
		const text = area.current!.value;
		if (composing.value) draft.value = text;
		else prompt.edit(text);
		caret.value = area.current!.selectionEnd;
	};

	const tokens = classes.answer.value?.tokens ?? [];
	const token = caret.value === null ? undefined : cellAt(stretches.value, caret.value)?.tokens.at(-1);
	return (
		<section class="prompt-section" aria-label={t('popup_prompt')}>
			<TipArea
				class={spelled.value ? 'prompt spelled' : 'prompt'}
				through
				content={index =>
					tokens[Number(index)] && <TokenTip token={tokens[Number(index)]} index={Number(index)} of={tokens.length} />
				}
			>
				{/* biome-ignore lint/a11y/noStaticElementInteractions: the text area takes the keyboard; this only aims a click */}
				<div
					class="prompt-text"
					onMouseDown={event => spelled.value && placeCaret(event, area.current!, stretches.value)}
				>
					<Mirror stretches={stretches.value} spelled={spelled.value} />
					<textarea
						ref={area}
						dir="auto"
						aria-label={t('popup_prompt')}
						placeholder={t('popup_prompt_placeholder')}
						spellcheck={false}
						autocomplete="off"
						autocapitalize="off"
						onInput={changed}
						onCompositionStart={() => {
							composing.value = true;
						}}
						onCompositionEnd={() => {
							composing.value = false;
							draft.value = null;
							changed();
						}}
						onFocus={() => {
							focused.value = true;
						}}
						onBlur={() => {
							focused.value = false;
							caret.value = null;
						}}
					/>
				</div>
			</TipArea>
			<MetaLine app={app} atCaret={token} />
			{app.view === 'panel' && <FollowSwitch app={app} />}
			<PromptNotes app={app} />
		</section>
	);
}

/** Put the caret where a spelled token was clicked: the text area's own letters lie elsewhere then. */
function placeCaret(event: MouseEvent, area: HTMLTextAreaElement, stretches: readonly Stretch[]) {
	event.preventDefault();
	const clicked = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
	let end = area.value.length;
	if (clicked) {
		end = 0;
		for (const stretch of stretches) {
			end += stretch.kind === 'cell' ? stretch.cell.text.length : stretch.text.length;
			if (stretch.kind === 'cell' && stretch.cell.tokens.some(({index}) => String(index) === clicked.dataset.tip))
				break;
		}
	}
	area.focus();
	area.setSelectionRange(end, end);
}

function TokenTip({token, index, of}: {token: Token; index: number; of: number}) {
	return (
		<>
			<TokenText token={token} />
			<dl>
				<dt>{t('popup_token_id')}</dt>
				<dd>{token.id}</dd>
				<dt>{t('popup_token_place')}</dt>
				<dd>{t('popup_token_place_value', ordinal(index + 1), count(of))}</dd>
			</dl>
		</>
	);
}

/** What should be known about the text: that only its end is shown, or read; why it is empty. */
function PromptNotes({app}: {app: App}) {
	const {prompt, classes} = app;
	const answer = classes.answerFor.value === prompt.key.value ? classes.answer.value : null;
	return (
		<>
			{answer?.fromEndOfText && <p class="quiet small">{t('popup_prompt_empty')}</p>}
			{answer !== null && answer.dropped > 0 && (
				<p class="quiet small">{tn('popup_dropped', answer.dropped, count(answer.tokens.length))}</p>
			)}
			{prompt.prompt.value.head > 0 && <p class="quiet small">{tn('popup_head', prompt.prompt.value.head)}</p>}
		</>
	);
}
