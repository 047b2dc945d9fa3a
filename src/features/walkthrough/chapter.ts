import type {ComponentChildren} from 'preact';
import type {PlainKey} from '../../client/browser/i18n.ts';
import type {Walk} from './state/walk.ts';

/** A chapter of the walk. */
export interface Chapter {
	/** Its name in the address. */
	id: string;
	title: PlainKey;
	/** A further page of the chapter before it: it has no number of its own. */
	isFurther?: true;
	/** What a teacher may ask, and its answer. */
	question: PlainKey;
	answer: PlainKey;
	/** In a line, the settings and the seed that what it shows was drawn with. */
	drawnWith?(walk: Walk): string;
	View(props: {walk: Walk}): ComponentChildren;
}
