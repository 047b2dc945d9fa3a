import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {DOCUMENT_LOCK} from '../../protocol/messages/keys.ts';
import {DEFAULT_HUB_SETTINGS, HUB_SETTINGS_KEY, HubSettings} from '../../protocol/values/models.ts';
import {clearDownload, showShare} from './badge.ts';

/** The service worker's part in downloads: their settings, their badge, and that they resume after a restart. */

const PENDING = 'downloads-pending';

/** The settings of the Hub; without the network where they cannot be read. */
export const hubSettings = async (): Promise<HubSettings> => {
	const {[HUB_SETTINGS_KEY]: stored} = await browser.storage.local.get(HUB_SETTINGS_KEY);
	if (stored === undefined) return DEFAULT_HUB_SETTINGS;
	const parsed = v.safeParse(HubSettings, stored);
	return parsed.success ? parsed.output : {...DEFAULT_HUB_SETTINGS, offline: true};
};

export const isDownloadPending = async (): Promise<boolean> =>
	(await browser.storage.local.get(PENDING))[PENDING] === true;

/** Show how far the downloads are, and remember whether there are any. */
export const showDownload = async (share: number | null): Promise<void> => {
	if (share !== null) watchDocument();
	if ((share !== null) !== (await isDownloadPending())) await browser.storage.local.set({[PENDING]: share !== null});
	await (share === null ? clearDownload() : showShare(share));
};

/** Go on with the downloads that ran when the browser was closed, or when the engine's document died. */
export const resumeDownloads = async (): Promise<void> => {
	if (await isDownloadPending()) await platform.ensureEngine();
};

let isWatching = false;
/** A document that dies releases its lock, and another goes on with what is due. */
function watchDocument(): void {
	if (isWatching) return;
	isWatching = true;
	void navigator.locks
		.request(DOCUMENT_LOCK, async () => {
			isWatching = false;
		})
		.then(resumeDownloads);
}
