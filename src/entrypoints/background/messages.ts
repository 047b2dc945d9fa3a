import * as v from 'valibot';
import browser, {type Runtime} from 'webextension-polyfill';
import {platform} from '#platform';
import {openMoreModels} from '../../client/browser/tabs.ts';
import {ToBackground} from '../../protocol/messages/background.ts';
import {ACTIVE_MODEL_KEY} from '../../protocol/messages/keys.ts';
import {colour} from './colour.ts';
import {hubSettings, isDownloadPending, showDownload} from './downloads.ts';
import {putInInbox} from './inbox.ts';
import {storeScale} from './stored-settings.ts';
import {showInbox} from './views.ts';

type Handlers = {
	[T in ToBackground['type']]: (
		message: Extract<ToBackground, {type: T}>,
		sender: Runtime.MessageSender,
	) => Promise<unknown>;
};

const HANDLERS: Handlers = {
	'engine.ensure': async () => {
		await platform.ensureEngine();
		return true;
	},
	'engine.idle': async (_message, sender) => {
		if (platform.isEngineDocument(sender.url)) await platform.closeEngine();
	},
	'hub.settings': async (_message, sender) => (isOwnPage(sender) ? hubSettings() : undefined),
	'library.progress': async ({share}, sender) => (isOwnPage(sender) ? showDownload(share) : undefined),
	'model.active': async ({id}, sender) => {
		if (!isOwnPage(sender)) return;
		await browser.storage.local.set({[ACTIVE_MODEL_KEY]: id});
		return true;
	},
	'library.pending': async (_message, sender) => (isOwnPage(sender) ? isDownloadPending() : undefined),
	'prompt.open': async ({text}, {tab}) => {
		await putInInbox({text, source: null, view: 'classes', at: Date.now(), windowId: tab?.windowId});
		await showInbox(tab?.windowId);
	},
	'passage.colour': async ({source: {tabId, frameId}}, sender) => {
		if (!isOwnPage(sender)) return;
		const {windowId} = await browser.tabs.get(tabId);
		await colour({tabId, frameId}, windowId);
	},
	'models.open': () => openMoreModels(),
	'passage.scale': ({scale}) => storeScale(scale),
};

/** A page of the extension, not a content script: those get no access token, and may have no other page painted. */
const isOwnPage = ({url}: Runtime.MessageSender) => (url ?? '').startsWith(browser.runtime.getURL(''));

/** Answers the extension's own pages and content scripts; everything else is not ours to answer. */
export const onMessage = (message: unknown, sender: Runtime.MessageSender): Promise<unknown> | undefined => {
	const result = v.safeParse(ToBackground, message);
	if (!result.success || sender.id !== browser.runtime.id) return;
	const handle = HANDLERS[result.output.type] as (
		message: ToBackground,
		sender: Runtime.MessageSender,
	) => Promise<unknown>;
	return handle(result.output, sender);
};
