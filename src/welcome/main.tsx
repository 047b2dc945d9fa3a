import {render} from 'preact';
import browser from 'webextension-polyfill';
import {namePage, t} from '../ui/i18n.ts';
import {Welcome} from './welcome.tsx';

namePage(t('welcome_title'));
render(<Welcome isPinned={isPinned} />, document.body);

/** Whether the icon is in the toolbar; yes where the browser does not tell. */
async function isPinned(): Promise<boolean> {
	return (await browser.action.getUserSettings?.())?.isOnToolbar ?? true;
}
