import {effect, type ReadonlySignal} from '@preact/signals';
import {wordsOf} from './chat.ts';
import type {PromptStore} from './prompt-store.ts';
import type {Session} from './session.ts';

/** The prompts that a person entered in this session, the latest first. */
export interface RecentPrompts {
	readonly texts: ReadonlySignal<readonly string[]>;
	dispose(): void;
}

/** How many are kept. */
const MAX_RECENT = 8;
/** A longer text is not kept: it would take too much of the session's storage. */
const LONGEST = 4000;

/** Whether one text is the other with something added at its end: then they are one prompt on its way. */
const continues = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

/** The list with one more text; a prompt that grew replaces its shorter form. */
export function withRecent(texts: readonly string[], text: string): readonly string[] {
	if (text.trim() === '' || text.length > LONGEST) return texts;
	const [latest, ...older] = texts;
	const rest = latest !== undefined && continues(latest, text) ? older : texts;
	return [text, ...rest.filter(other => other !== text)].slice(0, MAX_RECENT);
}

/** Follows the prompt; examples are not kept. */
export function createRecentPrompts(session: Session, prompt: PromptStore): RecentPrompts {
	const texts = session.slot<readonly string[]>('recent', []);
	const dispose = effect(() => {
		// Of a turn, what a person asked: the template writes it again.
		const text = wordsOf(prompt.prompt.value);
		if (prompt.origin.value === 'example') return;
		const next = withRecent(texts.peek(), text);
		if (next !== texts.peek()) texts.value = next;
	});
	return {texts, dispose};
}
