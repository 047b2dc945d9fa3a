import browser from 'webextension-polyfill';
import {type MessageKey, t} from '../../client/browser/i18n.ts';
import {isSameJson} from '../../client/same-json.ts';
import {messageKey, type RefusalCode} from '../../engine/errors/refusal.ts';
import {generationOf} from '../../engine/parameters/registry.ts';
import {fingerprint} from '../../features/prompt/fingerprint.ts';
import type {LinkedPrompt} from '../../features/prompt/link.ts';
import type {Inbox} from '../../protocol/messages/inbox.ts';
import type {App} from './app.ts';
import type {PageSelection} from './page/selection.ts';

/** The page's questions to the browser when it opens; tests give their own. */
export interface Surroundings {
	takeInbox(): Promise<Inbox | null>;
	/** The selection on the page in front; only the popup asks. */
	selection(): Promise<PageSelection | null>;
}

/** Names the selection that the prompt was last taken from; while that is selected, an edited prompt is left alone. */
const adoptedSlot = (app: App) => app.session.slot<string | null>('adopted', null);

/** Other parts send a notice as the key of a message; an unknown key is not shown. */
const isMessage = (key: string): key is MessageKey => browser.i18n.getMessage(key) !== '';

/** The comparison and the search were about another text: a new one begins with its ranked classes. */
function beginWithClasses(app: App): void {
	app.comparing.value = false;
	app.query.value = '';
	app.session.slot<string | null>('compare-text', null).value = null;
}

/** Take over a text that was sent here. */
export function adoptInbox(app: App, inbox: Inbox): void {
	app.notice.value = inbox.notice && isMessage(inbox.notice) ? inbox.notice : null;
	app.tab.value = inbox.view;
	if (inbox.text === '') return;
	if (inbox.view === 'passage') {
		app.passage.opened.value = {text: inbox.text, source: inbox.source, at: inbox.at};
		app.passage.subject.value = 'page';
		// Where it could not be painted it is read here, and the prompt beside it is the same text.
		if (inbox.notice === undefined) return;
	}
	adoptedSlot(app).value = fingerprint(inbox.text);
	beginWithClasses(app);
	app.prompt.replace(inbox.text, 'page', inbox.source, inbox.cut);
	app.turn.offer();
}

/** Take over a selection, unless the prompt was already taken from it. */
export function adoptSelection(app: App, {text, source, cut}: PageSelection): void {
	const adopted = adoptedSlot(app);
	if (fingerprint(text) === adopted.peek()) return;
	adopted.value = fingerprint(text);
	beginWithClasses(app);
	app.prompt.replace(text, 'page', source, cut);
	app.turn.offer();
}

/**
 * Settle which prompt the page opens on: a text that was sent here; else the selection on the page; else the last
 * prompt; else, for a first visit, an example. Then the views may ask the engine.
 */
export async function settleOpening(app: App, around: Surroundings): Promise<void> {
	try {
		const inbox = await around.takeInbox();
		if (inbox) adoptInbox(app, inbox);
		else if (app.view === 'popup') {
			const selection = await around.selection();
			if (selection) adoptSelection(app, selection);
		}
		const {text, appended} = app.prompt.prompt.peek();
		if (!app.session.restored && text === '' && appended.length === 0) {
			app.prompt.replace(t('popup_example_prompt'), 'example');
			app.turn.offer();
		}
	} finally {
		app.ready.value = true;
	}
}

/**
 * Take over the prompt and the settings that a link names; the settings before can be brought back. What it names is asked as it
 * is, never as a turn.
 */
export function adoptLink(app: App, {text, appended, generation, addSpecialTokens, hand, gone}: LinkedPrompt): void {
	app.tab.value = 'classes';
	beginWithClasses(app);
	app.prompt.replace(text, 'link');
	if (addSpecialTokens === false) app.prompt.addSpecialTokens(false);
	for (const token of appended) app.prompt.append(token);
	if (hand) app.prompt.setHand(hand, null);
	const said = gone && messageKey(gone[0].code as RefusalCode);
	if (said && isMessage(said)) app.notice.value = said;
	const before = app.settings.settings.peek();
	if (isSameJson(generationOf(before), generation)) return;
	app.replacedSettings.value = before;
	app.settings.save({...before, ...generation});
}
