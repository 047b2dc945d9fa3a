import browser from 'webextension-polyfill';
import {APP_PAGE} from './platform.ts';

/** Pages of their own, as addresses in the extension. */
const MODELS_PAGE = 'src/entrypoints/models/index.html';
/** Where that page lists the models that read more than English. */
export const MORE_MODELS = `${MODELS_PAGE}#models_group_many`;
const DESK_PAGE = 'src/entrypoints/corpus/index.html';

/**
 * Open the full-size view, or bring the one that is open to the front.
 * @param reload whether an open one must start again, to show the text that was handed over to it.
 */
export const openTab = ({reload = false} = {}) => openPage(`${APP_PAGE}?view=tab`, reload);

/** Open the page of models, or bring the one that is open to the front. */
export const openModels = () => openPage(MODELS_PAGE);

/** The same, at the models that read more than English. */
export const openMoreModels = () => openPage(MORE_MODELS);

/** Open the desk, or bring the one that is open to the front. */
export const openDesk = () => openPage(DESK_PAGE);

async function openPage(path: string, reload = false): Promise<void> {
	const url = browser.runtime.getURL(path);
	// A pattern of addresses knows no part of a page.
	const [page, part] = url.split('#');
	const [open] = await browser.tabs.query({url: `${page}*`});
	if (open?.id === undefined) {
		await browser.tabs.create({url});
		return;
	}
	if (reload) await browser.tabs.reload(open.id);
	await browser.tabs.update(open.id, {active: true, ...(part !== undefined && {url})});
	if (open.windowId !== undefined) await browser.windows.update(open.windowId, {focused: true});
}
