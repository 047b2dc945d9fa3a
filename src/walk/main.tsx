import {render} from 'preact';
import * as v from 'valibot';
import {sessionArea} from '../platform/session-area.ts';
import {WALK_PAGE_KEY, WALK_TEXT_KEY, WalkTab, WalkText} from '../protocol/messages/keys.ts';
import {openSettings} from '../settings/storage.ts';
import {onModelChosen} from '../ui/client/chosen-model.ts';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {t} from '../ui/i18n.ts';
import {onPageEnd} from '../ui/page-life.ts';
import '../ui/theme.css';
import '../ui/components.css';
import '../figures/figure.css';
import '../figures/picture.css';
import './walk.css';
import './parts/parts.css';
import './class-mode/class-mode.css';
import {CHAPTERS} from './chapters/chapters.ts';
import {createLesson, type Step, Steps} from './lesson/lesson.ts';
import {openAddress} from './state/address.ts';
import {createWalk} from './state/walk.ts';
import {WalkPage} from './walk-page.tsx';

/** Where the lesson is in the session's storage. */
const LESSON_KEY = 'walk-lesson';

/** What another page, or this one before, left in the session's storage; null where it left nothing of that form. */
async function left<T>(key: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
	const stored: Record<string, unknown> = await sessionArea()
		.get(key)
		.catch(() => ({}));
	const parsed = v.safeParse(schema, stored[key]);
	return parsed.success ? parsed.output : null;
}

/** The lesson that was being made, if one was; lost with the browser's session, unless it was saved. */
async function startedLesson() {
	const keep = (steps: readonly Step[]) => {
		sessionArea()
			.set({[LESSON_KEY]: steps})
			.catch(error => console.error('The lesson could not be kept.', error));
	};
	return createLesson((await left(LESSON_KEY, Steps)) ?? [], keep);
}

const address = openAddress(
	window,
	CHAPTERS.map(({id}) => id),
	{handedOver: await left(WALK_TEXT_KEY, WalkText), example: t('walk_example_text')},
);
const settings = openSettings();
await settings.ready;
const walk = createWalk(createEngineClient(), address, settings, {
	lesson: await startedLesson(),
	page: await left(WALK_PAGE_KEY, WalkTab),
});
render(<WalkPage walk={walk} />, document.body);
onModelChosen(() => walk.onModelChange());
onPageEnd(walk.dispose);
