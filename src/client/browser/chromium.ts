import {APP_PAGE, type Platform, WINDOW_PARAMETER} from './platform.ts';

/** A service worker may be stopped at any time and cannot own a worker, so the engine lives in an offscreen document. */
const DOCUMENT = 'src/entrypoints/offscreen/index.html';

/** Opening and closing wait for each other. Losing this queue with the service worker loses nothing: the browser knows. */
let last: Promise<unknown> = Promise.resolve();
const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
	const result = last.then(action);
	last = result.catch(() => undefined);
	return result;
};

const isOpen = async (): Promise<boolean> => {
	const contexts = await chrome.runtime.getContexts({contextTypes: [chrome.runtime.ContextType.OFFSCREEN_DOCUMENT]});
	return contexts.length > 0;
};

export const platform: Platform = {
	hostEngineHere() {},
	backgroundCanAsk: true,
	closeLocalStorage: () => void chrome.storage.local.setAccessLevel({accessLevel: 'TRUSTED_CONTEXTS'}),
	/** Resolves once the document has loaded; there is never more than one. */
	ensureEngine: () =>
		inTurn(async () => {
			if (await isOpen()) return;
			await chrome.offscreen.createDocument({
				url: DOCUMENT,
				reasons: [chrome.offscreen.Reason.WORKERS],
				justification: 'Runs the language model in a worker, on this machine.',
			});
		}),
	closeEngine: () =>
		inTurn(async () => {
			if (await isOpen()) await chrome.offscreen.closeDocument();
		}),
	isEngineDocument: url => url === chrome.runtime.getURL(DOCUMENT),
	openPanel: windowId => chrome.sidePanel.open({windowId}),
	async isPanelOpen(windowId) {
		const contexts = await chrome.runtime.getContexts({contextTypes: [chrome.runtime.ContextType.SIDE_PANEL]});
		const panels = contexts.filter(({documentUrl}) => documentUrl?.startsWith(chrome.runtime.getURL(APP_PAGE)));
		// The `windowId` of a panel's context is -1.
		const windows = panels.map(({documentUrl}) => new URL(documentUrl!).searchParams.get(WINDOW_PARAMETER));
		return windows.some(window => windowId === undefined || window === String(windowId));
	},
};
