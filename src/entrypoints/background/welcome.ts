import browser from 'webextension-polyfill';

/** The page that says how to begin; shown once, when the extension is new. */
export const onInstalled = async ({reason}: {reason: string}): Promise<void> => {
	if (reason === 'install')
		await browser.tabs.create({url: browser.runtime.getURL('src/entrypoints/welcome/index.html')});
};
