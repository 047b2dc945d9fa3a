import {useComputed, useSignal} from '@preact/signals';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {type Chunk, rechunk} from '../../../ui/chunks.ts';
import {count} from '../../../ui/format.ts';
import {Beginning} from '../../../ui/tokens/beginning.tsx';
import {type Band, bandOf} from '../../../ui/tokens/rank-bands.ts';
import {isHardlySpelled} from '../../../ui/tokens/unread.ts';
import {caretInTurn} from '../chat.ts';
import {type PromptState, shownText, tokensSince} from '../prompt.ts';
import type {Workspace} from '../workspace.ts';
import {cellAt, cellsOf, layOut, layOutStale, needsSpelling, type PromptStretch, textOf} from './cells.ts';
import {EndHints} from './end-hints.tsx';
import {FollowSwitch} from './follow-switch.tsx';
import {HardlyRead} from './hardly-read.tsx';
import {MetaLine} from './meta-line.tsx';
import {type Drawn, isDrawnAlike, Mirror, stretchAt} from './mirror.tsx';
import {NextClass} from './next-class.tsx';
import './prompt.css';

/**
 * The prompt is its tokens, editable in place: a text area with invisible letters over a mirror that shows the tokens.
 * The text area works as people expect: caret, selection, input methods, its own undo.
 */
export function PromptEditor({app}: {app: Workspace}) {
	const {prompt, classes, turn} = app;
	const {composing} = prompt;
	const area = useRef<HTMLTextAreaElement>(null);
	const focused = useSignal(false);
	const caret = useSignal<number | null>(null);
	/** The text while an input method composes it: shown, but not yet the prompt. */
	const draft = useSignal<string | null>(null);
	const last = useRef<readonly PromptStretch[]>([]);

	const shown = useComputed(() => draft.value ?? shownText(prompt.prompt.value));
	/** The tokens of the prompt, known at once when classes were only appended or taken back. */
	const tokens = useComputed(() => {
		const {answer, answerFor} = classes;
		if (!answer.value || answerFor.value === null) return null;
		return tokensSince(prompt.prompt.value, answerFor.value, answer.value.fromEndOfText ? [] : answer.value.tokens);
	});
	const stretches = useComputed(() => {
		const known = draft.value === null ? tokens.value : null;
		last.current = known ? layOut(shown.value, cellsOf(known)) : layOutStale(shown.value, last.current);
		return last.current;
	});
	const drawn = useRef<readonly Chunk<Drawn>[]>([]);
	const chunks = useComputed(() => {
		drawn.current = rechunk(
			stretches.value.map(stretch => ({stretch, band: bandIn(stretch)})),
			drawn.current,
			isDrawnAlike,
		);
		return drawn.current;
	});
	const spelled = useComputed(
		() => !focused.value && stretches.value.some(stretch => stretch.kind === 'cell' && needsSpelling(stretch.cell)),
	);
	const bandIn = (stretch: PromptStretch): Band | null => {
		const {appended} = prompt.prompt.value;
		if (!tokens.value || stretch.kind !== 'cell') return null;
		const rank = appended[stretch.cell.tokens[0].index - tokens.value.length + appended.length]?.rank;
		return rank === undefined ? null : bandOf(rank);
	};

	const keepEndInSight = () => {
		const node = area.current;
		const box = node?.closest('.prompt');
		if (!node || !box) return;
		// The next class comes at the end, so the end is shown; a person who edits before it stays there.
		if (!focused.peek() || node.selectionEnd === node.value.length) box.scrollTop = box.scrollHeight;
	};
	useLayoutEffect(() => {
		if (area.current && !composing.peek() && area.current.value !== shown.value)
			showText(area.current, shown.value, prompt.prompt.peek());
	}, [shown.value]);
	useLayoutEffect(keepEndInSight);
	useEffect(() => {
		const mirror = area.current?.previousElementSibling;
		if (!mirror) return;
		const observer = new ResizeObserver(keepEndInSight);
		observer.observe(mirror);
		return () => observer.disconnect();
	}, []);

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
		else turn.type(text);
		caret.value = area.current!.selectionEnd;
	};

	/** The stretch under the pointer, and which of its tokens. */
	const under = useSignal<{stretch: number; part: number} | null>(null);
	const point = ({clientX, clientY}: PointerEvent) => {
		const found = document.elementsFromPoint(clientX, clientY).find(node => node.matches('[data-part], [data-cell]'));
		const stretch = found ? stretchAt(found) : null;
		under.value = stretch === null ? null : {stretch, part: Number((found as HTMLElement).dataset.part ?? 0)};
	};
	const token = useComputed(() => {
		const pointed = under.value ? stretches.value[under.value.stretch] : undefined;
		if (under.value && pointed?.kind === 'cell') return pointed.cell.tokens[under.value.part]?.token;
		return caret.value === null ? undefined : cellAt(stretches.value, caret.value)?.tokens.at(-1)?.token;
	});
	const {addSpecialTokens: isAdded = true, turn: written} = prompt.prompt.value;
	// A turn has the template's own.
	const beginning = written ? [] : (classes.answer.value?.beginning ?? []);
	return (
		<section class="prompt-section" aria-label={t('popup_prompt')}>
			<Beginning tokens={beginning} isAdded={isAdded} onToggle={() => prompt.addSpecialTokens(!isAdded)} />
			<div class="prompt-frame">
				<div
					class={spelled.value ? 'prompt spelled' : 'prompt'}
					onPointerMove={point}
					onPointerLeave={() => {
						under.value = null;
					}}
				>
					{/* biome-ignore lint/a11y/noStaticElementInteractions: the text area takes the keyboard; this only aims a click */}
					<div
						class="prompt-text"
						onMouseDown={event => spelled.value && placeCaret(event, area.current!, stretches.value)}
					>
						<Mirror chunks={chunks.value} spelled={spelled.value}>
							{shown.value !== '' && <NextClass app={app} />}
						</Mirror>
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
								draft.value = null;
								composing.value = false;
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
				</div>
			</div>
			<MetaLine app={app} at={token} />
			{app.view === 'panel' && <FollowSwitch app={app} />}
			<PromptNotes app={app} />
		</section>
	);
}

/** Show the prompt's text. Where the words that are being typed have become a turn, the caret stays where it is among them. */
function showText(area: HTMLTextAreaElement, shown: string, prompt: PromptState) {
	const {value: before, selectionStart, selectionEnd} = area;
	area.value = shown;
	const isTyped = document.activeElement === area && before !== '' && prompt.turn?.of.endsWith(before);
	if (!isTyped) return;
	const placed = (at: number) => caretInTurn(prompt, before.length - at);
	area.setSelectionRange(placed(selectionStart), placed(selectionEnd));
}

/** Put the caret where a spelled token was clicked: the text area's own letters are elsewhere then. */
function placeCaret(event: MouseEvent, area: HTMLTextAreaElement, stretches: readonly PromptStretch[]) {
	event.preventDefault();
	const clicked = event.target instanceof Element ? stretchAt(event.target) : null;
	const before = stretches.slice(0, clicked === null ? stretches.length : clicked + 1);
	const end = before.reduce((sum, stretch) => sum + textOf(stretch).length, 0);
	area.focus();
	area.setSelectionRange(end, end);
}

/** Notes on the text: that only its end is shown, or read; why it is empty. */
function PromptNotes({app}: {app: Workspace}) {
	const {prompt, classes, turn} = app;
	const answer = classes.answerFor.value === prompt.key.value ? classes.answer.value : null;
	return (
		<>
			{turn.error.value && (
				<p class="small" role="status">
					{turn.error.value.message}
				</p>
			)}
			<EndHints app={app} />
			{/* A passage says so of itself, by its scores. */}
			{answer !== null && app.shownTab.value !== 'passage' && isHardlySpelled(answer.tokens) && <HardlyRead />}
			{answer?.fromEndOfText && <p class="quiet small">{t('popup_prompt_empty')}</p>}
			{answer !== null && answer.dropped > 0 && (
				<p class="quiet small">{tn('popup_dropped', answer.dropped, {tokens: count(answer.tokens.length)})}</p>
			)}
			{prompt.prompt.value.head > 0 && <p class="quiet small">{tn('popup_head', prompt.prompt.value.head)}</p>}
		</>
	);
}
