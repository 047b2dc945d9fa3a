import browser from 'webextension-polyfill';
import {t} from '../../ui/i18n.ts';

/** Where the list of models begins with those that read more than English. */
const MODELS = 'src/models/index.html#models_group_many';

/** That the model can hardly read the text, and the way to models that can. */
export const HardlyRead = () => (
	<p class="notice small hardly-read" role="status">
		{t('passage_hardly_read')}{' '}
		<a href={browser.runtime.getURL(MODELS)} target="_blank" rel="noreferrer">
			{t('passage_other_models')}
		</a>
	</p>
);
