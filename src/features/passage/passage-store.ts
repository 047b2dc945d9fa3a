import type {Signal} from '@preact/signals';
import type {Engine} from '../../client/query.ts';
import type {Source} from '../../protocol/messages/inbox.ts';
import type {SecondModel} from '../../ui/components/second-model.tsx';
import type {Session} from '../prompt/session.ts';
import {createScoring, type Scoring} from './scoring.ts';

/** A second column beside the passage: none, another text, or another model. */
type Comparison = 'none' | 'text' | 'model';

/** A text that was opened to be coloured by surprise. */
interface OpenedText {
	text: string;
	source: Source | null;
	/** Milliseconds since 1970. */
	at: number;
}

/** The state of the Passage view: one passage, or two side by side. */
export interface PassageStore {
	/** The text that the view was opened on; null until there was one. */
	readonly opened: Signal<OpenedText | null>;
	readonly first: Scoring;
	readonly second: Scoring;
	/** Which text the first one is: the prompt as it is now, or the opened text. */
	readonly subject: Signal<'prompt' | 'page'>;
	/** With another text by the same model, or the same text by another model. */
	readonly comparison: Signal<Comparison>;
	/** The model to compare with. */
	readonly secondModel: Signal<SecondModel>;
	/** The text to compare with. */
	readonly other: Signal<string>;
	/** Whether typographic characters are read in their plain form. */
	readonly plain: Signal<boolean>;
	dispose(): void;
}

/** Starts with the texts and scores that an earlier page left. */
export function createPassageStore({engine, session}: {engine: Engine; session: Session}): PassageStore {
	const first = createScoring({engine, session, slot: 'passage-first'});
	const second = createScoring({engine, session, slot: 'passage-second'});
	return {
		opened: session.slot<OpenedText | null>('passage-text', null),
		first,
		second,
		subject: session.slot<'prompt' | 'page'>('passage-subject', 'page'),
		comparison: session.slot<Comparison>('passage-comparison', 'none'),
		secondModel: session.slot<SecondModel>('passage-second-model', {ref: 'draft', name: ''}),
		other: session.slot('passage-other', ''),
		plain: session.slot('passage-plain', false),
		dispose() {
			first.dispose();
			second.dispose();
		},
	};
}
