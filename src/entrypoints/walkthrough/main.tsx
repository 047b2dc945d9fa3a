import {render} from 'preact';
import * as v from 'valibot';
import {t} from '../../client/browser/i18n.ts';
import {sessionArea} from '../../client/browser/session-area.ts';
import {onModelChosen} from '../../client/chosen-model.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {openSettings} from '../../client/settings/storage.ts';
import {WALK_PAGE_KEY, WALK_TEXT_KEY, WalkTab, WalkText} from '../../protocol/messages/keys.ts';
import '../../ui/theme.css';
import '../../ui/components.css';
import '../../ui/figures/figure.css';
import '../../ui/figures/picture.css';
import '../../features/walkthrough/walk.css';
import '../../features/walkthrough/shared/parts.css';
import '../../features/walkthrough/class-mode/class-mode.css';
import {CHAPTERS} from '../../features/walkthrough/chapters.ts';
import {createLesson, type Step, Steps} from '../../features/walkthrough/lesson/lesson.ts';
import {openAddress} from '../../features/walkthrough/state/address.ts';
import {createWalk} from '../../features/walkthrough/state/walk.ts';
import {WalkPage} from '../../features/walkthrough/walk-page.tsx';
import {keepFocus} from '../../ui/keep-focus.ts';

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
keepFocus();
onPageEnd(walk.dispose);
