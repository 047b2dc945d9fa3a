import type {Signal} from '@preact/signals';
import type {EngineClient} from '../../../ui/client/engine-client.ts';
import type {Session} from '../../state/session.ts';
import {createPassageStore, type PassageStore} from './passage-store.ts';

/** What is shown beside the passage. */
export type Comparison = 'none' | 'text' | 'model';

/** What the Passage view shows and keeps: one passage, or two side by side. */
export interface PassagesStore {
	readonly first: PassageStore;
	readonly second: PassageStore;
	/** Which text the first one is: the prompt as it stands, or the passage that was opened from a page. */
	readonly subject: Signal<'prompt' | 'page'>;
	/** With another text by the same model, or the same text by another model. */
	readonly comparison: Signal<Comparison>;
	/** The text to compare with. */
	readonly other: Signal<string>;
	dispose(): void;
}

export function createPassagesStore({engine, session}: {engine: EngineClient; session: Session}): PassagesStore {
	const first = createPassageStore({engine, session, slot: 'passage-first'});
	const second = createPassageStore({engine, session, slot: 'passage-second'});
	return {
		first,
		second,
		subject: session.slot<'prompt' | 'page'>('passage-subject', 'page'),
		comparison: session.slot<Comparison>('passage-comparison', 'none'),
		other: session.slot('passage-other', ''),
		dispose() {
			first.dispose();
			second.dispose();
		},
	};
}
