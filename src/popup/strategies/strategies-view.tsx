import {t} from '../../ui/i18n.ts';
import type {App} from '../app.ts';

/** The strategies side by side. */
export function StrategiesView(_: {app: App}) {
	return <p class="quiet">{t('popup_view_absent')}</p>;
}
