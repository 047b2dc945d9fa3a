import type {Workspace} from '../prompt/workspace.ts';
import {listedClasses} from './listed-classes.ts';

/** The part of the view that the keys of the loop use. */
interface View {
	showHelp(): void;
	chooseForm(): void;
	/** The part on screen: the ranked list, the classes found, or two prompts compared. No key acts on a hidden part. */
	shows(): 'list' | 'found' | 'comparison';
}

/** Elements that take every key themselves: it types a letter there, or moves something. */
const TAKES_KEYS = 'input, textarea, select, [contenteditable], dialog';
/** Elements that Enter and the space bar press. */
const PRESSABLE = 'button, a, summary, [role=tab], [role=menuitem], [role=treeitem], [data-item]';
/** In two columns, the view beside the loop has its own keys. */
const OTHER_VIEW = '.wide .tab-panel';

/**
 * The keys of the loop: 1 to 9 append a class, Enter steps, the space bar plays, Backspace takes back, `f` opens the form, `?` shows them.
 * They do nothing where a focused field or button uses the key itself, and can be switched off (WCAG 2.1.4).
 * Returns a function that stops it.
 */
export function loopKeys(app: Workspace, view: View): () => void {
	const onKey = (event: KeyboardEvent) => {
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
		if (!app.settings.settings.peek().loopKeys) return;
		const target = event.target instanceof Element ? event.target : null;
		if (target?.closest(`${TAKES_KEYS}, ${OTHER_VIEW}`)) return;
		const act = actionOf(event.key, app, view);
		if (!act || (/^(Enter| )$/.test(event.key) && target?.closest(PRESSABLE))) return;
		event.preventDefault();
		act();
	};
	document.addEventListener('keydown', onKey);
	return () => document.removeEventListener('keydown', onKey);
}

function actionOf(key: string, app: Workspace, view: View): (() => void) | null {
	const {loop, prompt, classes} = app;
	if (key === 'Enter') return view.shows() === 'comparison' ? null : () => void loop.step();
	if (key === ' ') return () => (loop.playing.peek() ? loop.pause() : loop.play());
	if (key === 'Backspace') return () => prompt.undo();
	if (key === '?') return view.showHelp;
	if (key === 'f') return view.shows() === 'comparison' ? null : view.chooseForm;
	if (!/^[1-9]$/.test(key) || view.shows() !== 'list') return null;
	const answer = classes.answer.peek();
	// Rows of an earlier prompt are no answer to this one.
	if (!answer || classes.answerFor.peek() !== prompt.key.peek()) return null;
	const row = listedClasses(answer, loop.distribution.peek()).kept.at(Number(key) - 1);
	return row ? () => prompt.append(row) : null;
}
