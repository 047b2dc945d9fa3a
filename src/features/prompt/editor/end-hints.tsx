import {enumeration, t} from '../../../client/browser/i18n.ts';
import {shownText} from '../prompt.ts';
import type {Workspace} from '../workspace.ts';

/** Characters shown of what was selected of a word. */
const SHOWN = 30;

/** What is likely to be a slip where the text ends, and one click that mends it. */
export const EndHints = ({app}: {app: Workspace}) => (
	<>
		<TrailingSpace app={app} />
		<CutWord app={app} />
	</>
);

/** A space at the end is a trap: words bring their own, so the next class starts inside a word. */
function TrailingSpace({app: {prompt}}: {app: Workspace}) {
	const {text, appended} = prompt.prompt.value;
	const whole = shownText(prompt.prompt.value);
	const trimmed = whole.replace(/ +$/, '');
	if (trimmed === '' || trimmed === whole) return null;
	// Somebody who chose the spaces one by one wanted them.
	if (appended.length > 0 || !text.endsWith(' ')) return null;
	return (
		<p class="quiet small end-hint">
			{t('prompts_trailing_space', {at: trimmed.split(/\s/).at(-1) ?? ''})}{' '}
			<button type="button" class="link" onClick={() => prompt.edit(trimmed)}>
				{t('prompts_trailing_space_remove')}
			</button>
		</p>
	);
}

/** A selection that cuts a word: the next class would have to go on inside it. */
function CutWord({app: {prompt}}: {app: Workspace}) {
	const {text, appended, cut} = prompt.prompt.value;
	if (!cut || appended.length > 0) return null;
	const whole = `${cut.before}${text}${cut.after}`;
	const words = [
		...(cut.before ? [cut.before + text.slice(0, SHOWN).split(/\s/)[0]] : []),
		...(cut.after ? [(text.slice(-SHOWN).split(/\s/).at(-1) ?? '') + cut.after] : []),
	];
	return (
		<p class="quiet small end-hint">
			{t('prompts_cut_word', {words: enumeration(words.map(word => t('walk_quoted', {word})))})}{' '}
			<button type="button" class="link" onClick={() => prompt.replace(whole, 'page', prompt.source.value)}>
				{t('prompts_cut_word_whole')}
			</button>
		</p>
	);
}
