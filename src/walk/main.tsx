import {render} from 'preact';
import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {sessionArea} from '../platform/session-area.ts';
import {BUNDLED_ID} from '../protocol/library.ts';
import {ACTIVE_MODEL_KEY, WALK_TEXT_KEY, WalkText} from '../protocol/messages.ts';
import {openSettings} from '../settings/storage.ts';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {namePage, t} from '../ui/i18n.ts';
import '../ui/theme.css';
import '../ui/components.css';
import './walk.css';
import './parts/parts.css';
import './parts/picture.css';
import {CHAPTERS} from './chapters/chapters.ts';
import {openAddress} from './state/address.ts';
import {createWalk} from './state/walk.ts';
import {WalkPage} from './walk-page.tsx';

/** The text that the popup handed over, if it did. */
async function handedOver(): Promise<string | null> {
	const stored = await sessionArea()
		.get(WALK_TEXT_KEY)
		.catch(() => ({}) as Record<string, unknown>);
	const parsed = v.safeParse(WalkText, stored[WALK_TEXT_KEY]);
	return parsed.success ? parsed.output : null;
}

namePage(t('walk_title'));
const address = openAddress(
	window,
	CHAPTERS.map(({id}) => id),
	{handedOver: await handedOver(), example: t('walk_example_text')},
);
const settings = openSettings();
await settings.ready;
const walk = createWalk(createEngineClient(), address, settings);
render(<WalkPage walk={walk} />, document.body);
browser.storage.local.onChanged.addListener(changes => {
	const {oldValue = BUNDLED_ID, newValue} = changes[ACTIVE_MODEL_KEY] ?? {};
	if (newValue !== undefined && newValue !== oldValue) walk.onModelChange();
});
addEventListener('pagehide', () => walk.dispose());
