import browser from 'webextension-polyfill';

/** Marks the toolbar icon: a text waits behind it. */
export const showBadge = async (): Promise<void> => {
	await browser.action.setBadgeBackgroundColor({color: '#b3401a'});
	await browser.action.setBadgeText({text: '1'});
	await browser.action.setTitle({title: browser.i18n.getMessage('background_badge_waiting')});
};

export const clearBadge = async (): Promise<void> => {
	await browser.action.setBadgeText({text: ''});
	await browser.action.setTitle({title: browser.i18n.getMessage('common_name')});
};
