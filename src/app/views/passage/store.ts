import type {Signal} from '@preact/signals';
import * as v from 'valibot';
import type {EngineClient} from '../../../ui/client/engine-client.ts';
import type {Session} from '../../state/session.ts';
import {createPassageStore, type PassageStore} from './passage-store.ts';

/** What stands beside the passage. */
export const COMPARISONS = ['none', 'text', 'model'] as const;
export type Comparison = (typeof COMPARISONS)[number];

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
		subject: session.slot('passage-subject', v.picklist(['prompt', 'page']), 'page'),
		comparison: session.slot('passage-comparison', v.picklist(COMPARISONS), 'none'),
		other: session.slot('passage-other', v.string(), ''),
		dispose() {
			first.dispose();
			second.dispose();
		},
	};
}
