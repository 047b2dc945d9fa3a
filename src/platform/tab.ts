import browser from 'webextension-polyfill';
import {APP_PAGE} from './platform.ts';

/** The page of models, as an address in the extension. */
const MODELS_PAGE = 'src/models/index.html';

/**
 * Open the full-size view, or bring the one that is open to the front.
 * @param reload whether an open one must start again, to show the text that was handed over to it.
 */
export const openTab = ({reload = false} = {}) => openPage(`${APP_PAGE}?view=tab`, reload);

/** Open the page of models, or bring the one that is open to the front. */
export const openModels = () => openPage(MODELS_PAGE);

async function openPage(path: string, reload = false): Promise<void> {
	const url = browser.runtime.getURL(path);
	const [open] = await browser.tabs.query({url: `${url}*`});
	if (open?.id === undefined) {
		await browser.tabs.create({url});
		return;
	}
	if (reload) await browser.tabs.reload(open.id);
	await browser.tabs.update(open.id, {active: true});
	if (open.windowId !== undefined) await browser.windows.update(open.windowId, {focused: true});
}
