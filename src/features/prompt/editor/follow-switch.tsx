import {t} from '../../../client/browser/i18n.ts';
import type {Workspace} from '../workspace.ts';
import './follow-switch.css';

/** In the side panel: whether text that is newly selected on the page becomes the prompt. */
export function FollowSwitch({app}: {app: Workspace}) {
	const {settings, pageReadable} = app;
	const on = settings.settings.value.panelFollowsSelection;
	const toggle = () => settings.save({...settings.settings.peek(), panelFollowsSelection: !on});
	return (
		<div class="follow small quiet">
			<label>
				<input type="checkbox" checked={on} onChange={toggle} /> {t('popup_follow')}
			</label>
			{on && !pageReadable.value && (
				<p role="status">{t('popup_follow_blocked', {predict: t('background_menu_predict')})}</p>
			)}
		</div>
	);
}
