import {render} from 'preact';
import {namePage, t} from '../../client/browser/i18n.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {watchLibrary} from '../../client/watch-library.ts';
import '../../ui/theme.css';
import '../../ui/components.css';
import '../../features/models/models.css';
import {openHubSettings} from '../../features/models/hub-settings.ts';
import {ModelsPage} from '../../features/models/models-page.tsx';
import {createShelf} from '../../features/models/shelf.ts';
import {keepFocus} from '../../ui/keep-focus.ts';

const client = createEngineClient();
const library = watchLibrary(client);
const settings = openHubSettings();

namePage(t('models_title'));
void settings.ready.then(() => {
	const shelf = createShelf(client, settings);
	render(<ModelsPage library={library} shelf={shelf} settings={settings} />, document.getElementById('app')!);
});
keepFocus();
onPageEnd(() => {
	library.dispose();
	client.dispose();
});
