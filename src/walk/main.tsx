import {render} from 'preact';
import * as v from 'valibot';
import {sessionArea} from '../platform/session-area.ts';
import {WALK_TEXT_KEY, WalkText} from '../protocol/messages.ts';
import {openSettings} from '../settings/storage.ts';
import {onModelChosen} from '../ui/client/chosen-model.ts';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {namePage, t} from '../ui/i18n.ts';
import '../ui/theme.css';
import '../ui/components.css';
import './walk.css';
import './parts/parts.css';
import './parts/picture.css';
import './class-mode/class-mode.css';
import {CHAPTERS} from './chapters/chapters.ts';
import {createLesson, type Step, Steps} from './lesson/lesson.ts';
import {openAddress} from './state/address.ts';
import {createWalk} from './state/walk.ts';
import {WalkPage} from './walk-page.tsx';

/** Where the lesson is in the session's storage. */
const LESSON_KEY = 'walk-lesson';

/** The text that the popup handed over, if it did. */
async function handedOver(): Promise<string | null> {
	const stored = await sessionArea()
		.get(WALK_TEXT_KEY)
		.catch(() => ({}) as Record<string, unknown>);
	const parsed = v.safeParse(WalkText, stored[WALK_TEXT_KEY]);
	return parsed.success ? parsed.output : null;
}

/** The lesson that was being made, if one was; lost with the browser's session, unless it was saved. */
async function startedLesson() {
	const stored: Record<string, unknown> = await sessionArea()
		.get(LESSON_KEY)
		.catch(() => ({}));
	const parsed = v.safeParse(Steps, stored[LESSON_KEY]);
	const keep = (steps: readonly Step[]) => {
		sessionArea()
			.set({[LESSON_KEY]: steps})
			.catch(error => console.error('The lesson could not be kept.', error));
	};
	return createLesson(parsed.success ? parsed.output : [], keep);
}

namePage(t('walk_title'));
const address = openAddress(
	window,
	CHAPTERS.map(({id}) => id),
	{handedOver: await handedOver(), example: t('walk_example_text')},
);
const settings = openSettings();
await settings.ready;
const walk = createWalk(createEngineClient(), address, settings, await startedLesson());
render(<WalkPage walk={walk} />, document.body);
onModelChosen(() => walk.onModelChange());
addEventListener('pagehide', () => walk.dispose());
