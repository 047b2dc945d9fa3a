import {platform} from '#platform';
import type {Session} from '../state/session.ts';

/** The other places the same interface can be. */

const PAGE = 'src/app/index.html';

/** Open the options page, or bring it to the front. */
export const openOptions = () => chrome.runtime.openOptionsPage();

// Asked for at load: opening the panel must follow a click at once, before anything is awaited.
let windowId: number | undefined;
/** Find out which window this page is in. */
export async function rememberWindow(): Promise<void> {
	windowId = (await chrome.windows.getCurrent()).id;
}

/** Open the side panel of this window. Call it first thing in the handler of a click. */
export async function openPanel(): Promise<void> {
	if (windowId !== undefined) await platform.openPanel(windowId);
}

/** Open the full-size view on what this page shows, or bring the one that is open to the front with it. */
export async function openTab(session: Session): Promise<void> {
	await session.handOver('tab');
	const contexts = await chrome.runtime.getContexts({contextTypes: [chrome.runtime.ContextType.TAB]});
	const open = contexts.find(context => context.documentUrl?.startsWith(chrome.runtime.getURL(PAGE)));
	if (!open) {
		await chrome.tabs.create({url: chrome.runtime.getURL(`${PAGE}?view=tab`)});
		return;
	}
	await chrome.tabs.reload(open.tabId);
	await chrome.tabs.update(open.tabId, {active: true});
	await chrome.windows.update(open.windowId, {focused: true});
}
