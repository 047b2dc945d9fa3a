import browser from 'webextension-polyfill';
import {t} from '../../client/browser/i18n.ts';
import {isInboxFull} from './inbox.ts';

/** The badge of a text that waits. */
const WAITING = '1';

/** Puts a badge on the toolbar icon while a text waits behind it. */
export const showBadge = async (): Promise<void> => {
	await browser.action.setBadgeBackgroundColor({color: '#b3401a'});
	await browser.action.setBadgeText({text: WAITING});
	await browser.action.setTitle({title: t('background_badge_waiting')});
	// An open popup may have taken it meanwhile.
	if (!(await isInboxFull())) await clearBadge();
};

export const clearBadge = async (): Promise<void> => {
	await browser.action.setBadgeText({text: ''});
	await browser.action.setTitle({title: t('common_name')});
};

/** Shows the share of a download that is done, unless a text waits: its badge comes first. */
export const showShare = async (share: number): Promise<void> => {
	if ((await browser.action.getBadgeText({})) === WAITING) return;
	const percent = `${Math.floor(share * 100)}%`;
	await browser.action.setBadgeBackgroundColor({color: '#3a53d0'});
	await browser.action.setBadgeText({text: percent});
	await browser.action.setTitle({title: t('background_badge_download', {percent})});
};

/** Removes the badge of a download, and no other. */
export const clearDownload = async (): Promise<void> => {
	if ((await browser.action.getBadgeText({})).endsWith('%')) await clearBadge();
};
