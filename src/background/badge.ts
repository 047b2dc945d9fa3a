import browser from 'webextension-polyfill';
import {isInboxFull} from './inbox.ts';

/** The mark of a text that waits. */
const WAITING = '1';

/** Marks the toolbar icon while a text waits behind it. */
export const showBadge = async (): Promise<void> => {
	await browser.action.setBadgeBackgroundColor({color: '#b3401a'});
	await browser.action.setBadgeText({text: WAITING});
	await browser.action.setTitle({title: browser.i18n.getMessage('background_badge_waiting')});
	// An open popup may have taken it meanwhile.
	if (!(await isInboxFull())) await clearBadge();
};

export const clearBadge = async (): Promise<void> => {
	await browser.action.setBadgeText({text: ''});
	await browser.action.setTitle({title: browser.i18n.getMessage('common_name')});
};

/** How far a download is, where no text waits: that comes first. */
export const showShare = async (share: number): Promise<void> => {
	if ((await browser.action.getBadgeText({})) === WAITING) return;
	const percent = `${Math.floor(share * 100)}%`;
	await browser.action.setBadgeBackgroundColor({color: '#3a53d0'});
	await browser.action.setBadgeText({text: percent});
	await browser.action.setTitle({title: browser.i18n.getMessage('background_badge_download', [percent])});
};

/** Take the share away, and no mark of another kind. */
export const clearDownload = async (): Promise<void> => {
	if ((await browser.action.getBadgeText({})).endsWith('%')) await clearBadge();
};
