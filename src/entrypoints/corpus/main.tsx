import {render} from 'preact';
import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {namePage, t} from '../../client/browser/i18n.ts';
import {sessionArea} from '../../client/browser/session-area.ts';
import {onWaiting} from '../../client/browser/waiting.ts';
import {onModelChosen} from '../../client/chosen-model.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {DESK_TEXT_KEY} from '../../protocol/messages/keys.ts';
import '../../ui/theme.css';
import '../../ui/components.css';
import '../../ui/figures/figure.css';
import '../../ui/figures/picture.css';
import '../../features/corpus/desk.css';
import {createReader} from '../../features/corpus/read/reader.ts';
import {createDesk} from '../../features/corpus/state/desk.ts';
import {EMPTY_FORM, Form} from '../../features/corpus/state/form.ts';
import {DeskPage} from '../../features/corpus/views/desk-page.tsx';
import {keepFocus} from '../../ui/keep-focus.ts';

/** Where the form is in the session's storage. */
const FORM_KEY = 'desk-form';

/** What was set before, if it was; gone with the browser's session. */
async function keptForm(): Promise<Form> {
	const stored: Record<string, unknown> = await sessionArea()
		.get(FORM_KEY)
		.catch(() => ({}));
	const parsed = v.safeParse(Form, stored[FORM_KEY]);
	return parsed.success ? parsed.output : EMPTY_FORM;
}

/** Milliseconds between two times that the form is kept. */
const KEEP_EVERY = 250;
let timer: ReturnType<typeof setTimeout> | undefined;
let newest: Form | null = null;
function keepNow(): void {
	clearTimeout(timer);
	timer = undefined;
	if (newest === null) return;
	sessionArea()
		.set({[FORM_KEY]: newest})
		.catch(error => console.error('The form could not be kept.', error));
	newest = null;
}
function keep(form: Form): void {
	newest = form;
	timer ??= setTimeout(keepNow, KEEP_EVERY);
}

namePage(t('desk_title'));
const client = createEngineClient();
const {version} = browser.runtime.getManifest();
const desk = createDesk(client, createReader(), version, await keptForm(), keep);
render(<DeskPage desk={desk} />, document.getElementById('app')!);
onModelChosen(desk.onModelChange);

/** Take a text that was handed over, if this is the page that is seen. */
async function takeText(): Promise<void> {
	if (document.visibilityState !== 'visible') return;
	// Only this extension can write there, so the value needs no schema.
	const {[DESK_TEXT_KEY]: text} = await sessionArea().get(DESK_TEXT_KEY);
	if (text === undefined) return;
	await sessionArea().remove(DESK_TEXT_KEY);
	desk.hand(text as string);
}
const take = () => takeText().catch(error => console.error('The text that waits could not be taken.', error));
void take();
onWaiting(DESK_TEXT_KEY, () => void take());

addEventListener('beforeunload', event => {
	// Rows that are in no file would be lost.
	if (desk.isUnsaved.peek()) event.preventDefault();
});
keepFocus();
onPageEnd(() => {
	desk.dispose();
	client.dispose();
}, keepNow);
