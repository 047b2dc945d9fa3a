import {effect, signal} from '@preact/signals';
import {render} from 'preact';
import {language} from '../../client/browser/i18n.ts';
import {chosenModel, onModelChosen} from '../../client/chosen-model.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {openSettings} from '../../client/settings/storage.ts';
import {readLink} from '../../features/prompt/link.ts';
import {openSession, VIEWS, type View} from '../../features/prompt/session.ts';
import {markClick} from '../../protocol/messages/marks.ts';
import {keepFocus} from '../../ui/keep-focus.ts';
import {forgetOtherModels} from './active-model.ts';
import {type App, createApp} from './app.ts';
import {adoptInbox, adoptLink, adoptSelection, settleOpening} from './opening.ts';
import {followSelection} from './page/follow-selection.ts';
import {onInbox, takeAhead, takeInbox} from './page/inbox.ts';
import {readActiveTab} from './page/selection.ts';
import {rememberWindow} from './page/views.ts';
import {Shell} from './shell.tsx';

/** `?view=panel`, `?view=tab`, or the popup. */
function viewOf(search: string): View {
	const asked = new URLSearchParams(search).get('view');
	return VIEWS.find(view => view === asked) ?? 'popup';
}

/** Whether there is room for two columns, now and after every resize. */
function wideSignal() {
	const query = matchMedia('(min-width: 900px)');
	const wide = signal(query.matches);
	query.addEventListener('change', () => {
		wide.value = query.matches;
	});
	return wide;
}

/** Marks when the first classes are asked for (unless they were before), when they are there, and when they are on the screen. */
function markWhenPainted({ready, classes, prompt}: App) {
	const stop = effect(() => {
		if (!ready.value) return;
		if (classes.answerFor.value !== prompt.key.value) return markClick('requested');
		markClick('answered');
		requestAnimationFrame(() => setTimeout(() => markClick('painted')));
		queueMicrotask(() => stop());
	});
}

markClick('script');
const view = viewOf(location.search);
document.documentElement.lang = language();
document.documentElement.dataset.view = view;

const settings = openSettings();
const [session, activeModel] = await Promise.all([
	openSession(view),
	chosenModel(),
	settings.ready,
	// Known before there is a button that needs it.
	rememberWindow(view).catch(error => console.warn('The window of this page is not known.', error)),
]);
markClick('restored');
const inbox = await takeInbox(view, session.found);
const isOtherModel = forgetOtherModels(session, activeModel);
const ahead = takeAhead(session.found, inbox, activeModel);
const engine = createEngineClient();
engine.hold(view === 'panel');
const app = createApp({view, engine, settings, session, wide: wideSignal(), ahead});
markWhenPainted(app);
if (isOtherModel) app.turn.beginWithModel();

const opened = settleOpening(app, {
	takeInbox: async () => inbox,
	selection: async () => (await readActiveTab()).selection,
});
// A text that waits is known already, and the page begins with it; a selection must be asked for first.
if (inbox) await opened;
render(<Shell app={app} />, document.body);
// Another model was chosen, here or elsewhere: the page begins again with it, on the same prompt;
// also while a page's selection is still being read, which is asked for again then.
onModelChosen(() => {
	app.session.flush();
	location.reload();
});
await opened;

const linked = readLink(location.hash);
if (linked) {
	adoptLink(app, linked);
	// A reloaded page goes on from its last state.
	history.replaceState(null, '', location.pathname + location.search);
}

const takeUp = async () => {
	const inbox = await takeInbox(view);
	if (inbox) adoptInbox(app, inbox);
};
onInbox(takeUp);
// One that came while the page was opening.
void takeUp();
if (view === 'panel') {
	effect(() => {
		if (!settings.settings.value.panelFollowsSelection) return;
		return followSelection({
			read: readActiveTab,
			onSelection: selection => adoptSelection(app, selection),
			onReadable: readable => {
				app.pageReadable.value = readable;
			},
		});
	});
}
keepFocus();
onPageEnd(app.dispose, app.session.flush);
