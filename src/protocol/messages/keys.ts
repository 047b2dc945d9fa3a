import * as v from 'valibot';
import {MAX_TEXT_LENGTH} from '../values/prompt.ts';

/** Keys of what one part of the extension leaves in the storage for another, and the lock that it holds. */

/** Where the id of the model that answers is in `storage.local`, for pages that show its answers. */
export const ACTIVE_MODEL_KEY = 'active-model';

/** The key in the session's storage of a text that waits for the desk. */
export const DESK_TEXT_KEY = 'desk-text';

/** The key in the session's storage of the text that the walk opens on. */
export const WALK_TEXT_KEY = 'walk-text';
/** How much of the end of a text is handed over, and how much an address carries, in UTF-16 units: more than GPT-2 reads. */
export const WALK_CHARACTERS = 10_000;
export const WalkText = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
/** The key of the tab that the text came from; null where it came from none. */
export const WALK_PAGE_KEY = 'walk-page';
export const WalkTab = v.nullable(v.number());

/** Held by the engine's document as long as it lives, so that the service worker learns of its end however it comes. */
export const DOCUMENT_LOCK = 'engine-document';
