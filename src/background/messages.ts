import * as v from 'valibot';
import type {Runtime} from 'webextension-polyfill';
import {platform} from '#platform';
import {ToBackground} from '../protocol/messages.ts';
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
	'prompt.open': async ({text}, {tab}) => {
		await putInInbox({text, source: null, view: 'classes', at: Date.now()});
		await showInbox(tab?.windowId);
	},
	'passage.scale': ({scale}) => storeScale(scale),
};

/** Answers the extension's own pages and content scripts; everything else is not ours to answer. */
export const onMessage = (message: unknown, sender: Runtime.MessageSender): Promise<unknown> | undefined => {
	const result = v.safeParse(ToBackground, message);
	if (!result.success || sender.id !== chrome.runtime.id) return;
	const handle = HANDLERS[result.output.type] as (
		message: ToBackground,
		sender: Runtime.MessageSender,
	) => Promise<unknown>;
	return handle(result.output, sender);
};
