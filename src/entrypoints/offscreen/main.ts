import browser from 'webextension-polyfill';
import type {ToBackground} from '../../protocol/messages/background.ts';
import {DOCUMENT_LOCK} from '../../protocol/messages/keys.ts';
import {serveEngine} from '../../service/host/serve-engine.ts';

/** The engine's document: asks to be closed when it has not been asked for a while. */
serveEngine({
	// The document that is closed at this moment gets no answer.
	ask: message => browser.runtime.sendMessage(message).catch(() => undefined),
	onIdle() {
		// The document that is closed at this moment gets no answer.
		browser.runtime.sendMessage({type: 'engine.idle'} satisfies ToBackground).catch(() => {});
	},
});

void navigator.locks.request(DOCUMENT_LOCK, () => new Promise(() => {}));
