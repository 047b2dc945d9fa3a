import {openModels} from '../../platform/tab.ts';
import type {ModelInfo} from '../../protocol/engine.ts';
import {t} from '../../ui/i18n.ts';

/** Where a figure would be: what this model does not give, and which one does. */
export const NoLook = ({model}: {model: ModelInfo}) => (
	<section class="fig" role="note">
		<p>{t('walk_no_look', model.id)}</p>
		<p>
			<button type="button" class="button" onClick={() => void openModels()}>
				{t('walk_no_look_choose')}
			</button>
		</p>
	</section>
);
