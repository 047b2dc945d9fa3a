import browser from 'webextension-polyfill';
import {t} from '../../../client/browser/i18n.ts';
import {MORE_MODELS} from '../../../client/browser/tabs.ts';

/** That the model can hardly read the text, and the way to models that can. */
export const HardlyRead = () => (
	<p class="notice small hardly-read" role="status">
		{t('passage_hardly_read')}{' '}
		<a href={browser.runtime.getURL(MORE_MODELS)} target="_blank" rel="noreferrer">
			{t('passage_other_models')}
		</a>
	</p>
);
