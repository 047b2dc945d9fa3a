/**
 * Where the engine's worker lives: an offscreen document in Chromium, since a service worker may be stopped at any time
 * and cannot own one. Nothing else in the extension knows.
 */
const DOCUMENT = 'src/offscreen/index.html';

/** Whether a URL is the engine's own document. */
export const isEngineDocument = (url: string | undefined): boolean => url === chrome.runtime.getURL(DOCUMENT);

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

/** Makes sure the engine's document is there, and only one. Resolves once it has loaded. */
export const ensureEngine = (): Promise<void> =>
	inTurn(async () => {
		if (await isOpen()) return;
		await chrome.offscreen.createDocument({
			url: DOCUMENT,
			reasons: [chrome.offscreen.Reason.WORKERS],
			justification: 'Runs the language model in a worker, on this machine.',
		});
	});

/** Closes the engine's document, which gives its memory back. */
export const closeEngine = (): Promise<void> =>
	inTurn(async () => {
		if (await isOpen()) await chrome.offscreen.closeDocument();
	});
