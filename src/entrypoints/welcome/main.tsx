import {render} from 'preact';
import browser from 'webextension-polyfill';
import {namePage, t} from '../../client/browser/i18n.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {watchLibrary} from '../../client/watch-library.ts';
import {openHubSettings} from '../../features/models/hub-settings.ts';
import {createShelf} from '../../features/models/shelf.ts';
import '../../ui/theme.css';
import '../../ui/components.css';
import '../../features/welcome/welcome.css';
import {createDemo} from '../../features/welcome/demo.ts';
import {Welcome} from '../../features/welcome/welcome.tsx';
import {keepFocus} from '../../ui/keep-focus.ts';

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
keepFocus();
onPageEnd(() => {
	demo.dispose();
	library.dispose();
	client.dispose();
});
