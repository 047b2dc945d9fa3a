import {render} from 'preact';
import {openSettings} from '../settings/storage.ts';
import {onModelChosen} from '../ui/client/chosen-model.ts';
import {createEngineClient} from '../ui/client/engine-client.ts';
import {namePage, t} from '../ui/i18n.ts';
import {onPageEnd} from '../ui/page-life.ts';
import '../ui/theme.css';
import '../ui/components.css';
import '../ui/parameters.css';
import './options.css';
import {createEditor} from './editor.ts';
import {OptionsPage} from './options-page.tsx';
import {createPresetPictures} from './preset-pictures.ts';
import {createPreview} from './preview.ts';

const store = openSettings();
const client = createEngineClient();
const preview = createPreview(client);
const pictures = createPresetPictures(client);

namePage(t('options_title'));

void store.ready.then(() => {
	const editor = createEditor(store);
	render(
		<OptionsPage store={store} editor={editor} preview={preview} pictures={pictures} />,
		document.getElementById('app')!,
	);
});

// The pictures are of the model that answers.
onModelChosen(() => void store.flush().then(() => location.reload()));

// The page may be closed in the middle of a drag: the settings are written before it goes.
document.addEventListener('visibilitychange', () => {
	if (document.visibilityState === 'hidden') void store.flush();
});
onPageEnd(store.dispose);
