import {render} from 'preact';
import {namePage, t} from '../ui/i18n.ts';
import {Welcome} from './welcome.tsx';

namePage(t('welcome_title'));
render(<Welcome isPinned={isPinned} />, document.body);

/** Whether the icon stands in the toolbar; a browser that does not tell is asked for nothing. */
async function isPinned(): Promise<boolean> {
	return (await chrome.action.getUserSettings?.())?.isOnToolbar ?? true;
}
