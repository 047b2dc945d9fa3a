const PAGE = 'src/models/index.html';

/** Open the page of models, or bring the one that is open to the front. */
export async function openModels(): Promise<void> {
	const url = chrome.runtime.getURL(PAGE);
	const contexts = await chrome.runtime.getContexts({contextTypes: [chrome.runtime.ContextType.TAB]});
	const open = contexts.find(({documentUrl}) => documentUrl?.startsWith(url));
	if (!open) {
		await chrome.tabs.create({url});
		return;
	}
	await chrome.tabs.update(open.tabId, {active: true});
	await chrome.windows.update(open.windowId, {focused: true});
}
