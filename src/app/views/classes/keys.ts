import type {App} from '../../app.ts';
import {listedClasses} from './listed-classes.ts';

/** What the keys of the loop do besides. */
interface Extra {
	showHelp(): void;
}

/** Where keys are letters or move something. */
const TAKES_KEYS = 'input, textarea, select, [contenteditable], dialog';
/** What Enter and the space bar already do something with. */
const PRESSABLE = 'button, a, summary, [role=tab], [role=menuitem], [role=treeitem], [data-item]';
/** Beside the loop, where there are two columns, a view has keys of its own. */
const OTHER_VIEW = '.wide .tab-panel';

/**
 * The keys of the loop: 1 to 9 append a class, Enter steps, the space bar plays, Backspace takes back, `?` shows them.
 * They stand back where a field or a button has the focus and a use for the key. Returns what stops it.
 */
export function loopKeys(app: App, {showHelp}: Extra): () => void {
	const onKey = (event: KeyboardEvent) => {
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
		const target = event.target instanceof Element ? event.target : null;
		if (target?.closest(`${TAKES_KEYS}, ${OTHER_VIEW}`)) return;
		const act = actionOf(event.key, app, showHelp);
		if (!act || (/^(Enter| )$/.test(event.key) && target?.closest(PRESSABLE))) return;
		event.preventDefault();
		act();
	};
	document.addEventListener('keydown', onKey);
	return () => document.removeEventListener('keydown', onKey);
}

function actionOf(key: string, app: App, showHelp: () => void): (() => void) | null {
	const {loop, prompt, classes} = app;
	if (key === 'Enter') return () => void loop.step();
	if (key === ' ') return () => (loop.playing.peek() ? loop.pause() : loop.play());
	if (key === 'Backspace') return () => prompt.undo();
	if (key === '?') return showHelp;
	if (!/^[1-9]$/.test(key)) return null;
	const answer = classes.answer.peek();
	// Rows of an earlier prompt are no answer to this one.
	if (!answer || classes.answerFor.peek() !== prompt.key.peek()) return null;
	const row = listedClasses(answer, loop.distribution.peek()).kept.at(Number(key) - 1);
	return row ? () => prompt.append(row) : null;
}
