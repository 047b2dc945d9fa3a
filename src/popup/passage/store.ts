import type {Signal} from '@preact/signals';
import * as v from 'valibot';
import type {EngineClient} from '../../ui/engine-client.ts';
import type {Session} from '../state/session.ts';
import {createPassageStore, type PassageStore} from './passage-store.ts';

/** What the Passage view shows and keeps: one passage, or two side by side. */
export interface PassagesStore {
	readonly first: PassageStore;
	readonly second: PassageStore;
	/** Which text the first one is: the prompt as it stands, or the passage that was opened from a page. */
	readonly subject: Signal<'prompt' | 'page'>;
	readonly comparing: Signal<boolean>;
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
		subject: session.slot('passage-subject', v.picklist(['prompt', 'page']), 'page'),
		comparing: session.slot('passage-comparing', v.boolean(), false),
		other: session.slot('passage-other', v.string(), ''),
		dispose() {
			first.dispose();
			second.dispose();
		},
	};
}
