import {render} from 'preact';
import {namePage, t} from '../../client/browser/i18n.ts';
import {onModelChosen} from '../../client/chosen-model.ts';
import {createEngineClient} from '../../client/engine-client.ts';
import {onPageEnd} from '../../client/page-life.ts';
import {openSettings} from '../../client/settings/storage.ts';
import '../../ui/theme.css';
import '../../ui/components.css';
import '../../ui/parameters.css';
import '../../features/options/options.css';
import {createEditor} from '../../features/options/editor.ts';
import {OptionsPage} from '../../features/options/options-page.tsx';
import {createPresetPictures} from '../../features/options/preset-pictures.ts';
import {createPreview} from '../../features/options/preview.ts';
import {keepFocus} from '../../ui/keep-focus.ts';

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
keepFocus();
onPageEnd(store.dispose);
