import {render} from 'preact';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {watchLibrary} from '../ui/client/library.ts';
import {namePage, t} from '../ui/i18n.ts';
import {onPageEnd} from '../ui/page-life.ts';
import '../ui/theme.css';
import '../ui/components.css';
import './models.css';
import {openHubSettings} from './hub-settings.ts';
import {ModelsPage} from './models-page.tsx';
import {createShelf} from './shelf.ts';

const client = createEngineClient();
const library = watchLibrary(client);
const settings = openHubSettings();

namePage(t('models_title'));
void settings.ready.then(() => {
	const shelf = createShelf(client, settings);
	render(<ModelsPage library={library} shelf={shelf} settings={settings} />, document.getElementById('app')!);
});
onPageEnd(() => {
	library.dispose();
	client.dispose();
});
