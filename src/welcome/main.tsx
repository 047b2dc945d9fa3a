import {render} from 'preact';
import browser from 'webextension-polyfill';
import {openHubSettings} from '../models/hub-settings.ts';
import {createShelf} from '../models/shelf.ts';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {watchLibrary} from '../ui/client/library.ts';
import {namePage, t} from '../ui/i18n.ts';
import {onPageEnd} from '../ui/page-life.ts';
import '../ui/theme.css';
import '../ui/components.css';
import './welcome.css';
import {createDemo} from './demo.ts';
import {Welcome} from './welcome.tsx';

/** Whether the icon is in the toolbar; yes where the browser does not tell. */
async function isPinned(): Promise<boolean> {
	return (await browser.action.getUserSettings?.())?.isOnToolbar ?? true;
}

namePage(t('welcome_title'));
const client = createEngineClient();
const demo = createDemo(client);
const library = watchLibrary(client);
const hub = openHubSettings();
void hub.ready.then(() => {
	const shelf = createShelf(client, hub);
	render(<Welcome demo={demo} library={library} shelf={shelf} hub={hub} isPinned={isPinned} />, document.body);
});
onPageEnd(() => {
	demo.dispose();
	library.dispose();
	client.dispose();
});
