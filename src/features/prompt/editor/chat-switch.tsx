import {t} from '../../../client/browser/i18n.ts';
import type {Workspace} from '../workspace.ts';

/** Whether the text is a user's turn, by the model's chat template. Nothing for a model that has none. */
export function TurnSwitch({app: {turn, prompt}}: {app: Workspace}) {
	if (!turn.available.value) return null;
	const on = turn.on.value;
	return (
		<label class="turn" title={t(prompt.prompt.value.turn ? 'popup_turn_off_title' : 'popup_turn_title')}>
			<input
				type="checkbox"
				checked={on}
				onChange={({currentTarget: box}) => {
					turn.set(!on);
					// It is on once the template has been filled.
					box.checked = turn.on.peek();
				}}
			/>{' '}
			{t('popup_turn')}
		</label>
	);
}
