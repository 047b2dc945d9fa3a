import type {Signal} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';

/** Begins and ends class mode, and says that it has begun. */
export const ClassBar = ({on}: {on: Signal<boolean>}) => (
	<>
		<button
			type="button"
			class="link small"
			aria-pressed={on.value}
			title={t('walk_class_note')}
			onClick={() => {
				on.value = !on.value;
			}}
		>
			{t(on.value ? 'walk_class_leave' : 'walk_class')}
		</button>
		<span class="spoken" role="status">
			{on.value ? t('walk_class_note') : ''}
		</span>
	</>
);
